import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openReader } from '../../../src/main/store/reader.ts'
import type { OpenStore } from '../../../src/main/store/store-server.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { BTC, ETH, mustOpen, packed, run, scratch, T0, unwrap } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const NOW = epochMs(T0 + 10 ** 8)
const ids = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => String(from + i))
const faults = () => {
  const reader = unwrap(openReader(folder.path))
  const found = [...reader.verify()]
  reader.close()
  return found
}
const readIds = (): string[] => {
  const reader = unwrap(openReader(folder.path))
  const found = [...reader.trades({ markets: [BTC] })].map(({ id }) => id)
  reader.close()
  return found
}
const append = (store: OpenStore, from: number, count: number, market = BTC) =>
  store.log.append({ batches: [packed(run(from, count, { market }))], partials: [] })
/** Turns a byte in the middle of a blob. */
const damage = (store: OpenStore, table: string, id: number): void => {
  const data = store.db.prepare(`SELECT data FROM ${table} WHERE id = ?`).pluck().get(id) as Buffer
  const at = data.length >> 1
  data[at] = (data[at] ?? 0) ^ 0x40
  store.db.prepare(`UPDATE ${table} SET data = ? WHERE id = ?`).run(data, id)
}
const bars = (store: OpenStore) =>
  store.history
    .candles({ market: BTC, interval: '1m', before: NOW, limit: 99 })
    .map(({ trades, partial }) => [trades, partial])

/** Three segments of BTC and one of ETH, and a record of both in the log. */
function record(): OpenStore {
  const store = mustOpen(folder.path)
  for (const from of [0, 100_000, 200_000]) {
    append(store, from, 100)
    store.compaction.run()
  }
  append(store, 0, 10, ETH)
  store.compaction.run()
  store.log.append({
    batches: [packed([...run(300_000, 50), ...run(300_000, 5, { market: ETH })])],
    partials: [],
  })
  return store
}

describe('verify', () => {
  it('finds nothing wrong with a sound tape', () => {
    record().close()
    expect(faults()).toEqual([])
  })

  it('names a segment whose bytes have changed: market, stretch and trades', () => {
    const store = record()
    damage(store, 'segment', 2)
    store.close()
    expect(faults()).toEqual([
      {
        in: 'segment',
        id: 2,
        market: BTC,
        from: T0 + 100_000,
        to: T0 + 100_099,
        trades: 100,
        lost: true,
        reason: expect.any(String),
      },
    ])
  })

  it('names a log record whose bytes have changed', () => {
    const store = record()
    const id = store.db.prepare('SELECT max(id) FROM tape_log').pluck().get() as number
    damage(store, 'tape_log', id)
    store.close()
    expect(faults()).toMatchObject([
      { in: 'log', id, market: null, from: T0 + 300_000, trades: 55, lost: true },
    ])
  })

  it.each([
    ['UPDATE segment SET trades = 99 WHERE id = 2', 'It holds 100 trades.'],
    ['UPDATE segment SET from_ts = from_ts - 1 WHERE id = 2', 'Its match times are not those'],
    ['UPDATE segment SET last_id = 7 WHERE id = 2', 'Its ids are not those of the index.'],
    ['UPDATE segment SET ordered = 0 WHERE id = 2', 'Its ids are not those of the index.'],
    [
      'UPDATE segment SET data = (SELECT data FROM segment WHERE id = 1) WHERE id = 2',
      'Its match times are not those',
    ],
    [
      `INSERT INTO segment SELECT 9, market, from_ts, to_ts, trades, first_id, last_id, ordered, bytes,
         data FROM segment WHERE id = 2`,
      'It overlaps the segment before it.',
    ],
    ['UPDATE market SET sealed_through = 0', 'are on the tape already'],
  ])('notices %s', (sql, words) => {
    const store = record()
    // Sealed, but still in the log: what `sealed_through` tells apart.
    append(store, 400_000, 5)
    store.compaction.begin()
    store.compaction.step()
    store.db.exec(sql)
    store.close()
    const found = faults()
    expect(JSON.stringify(found)).toContain(words)
    expect(found.every(({ lost }) => !lost)).toBe(true)
  })
})

describe('repair', () => {
  it('puts aside what cannot be read, opens a gap for it and folds its minutes anew', () => {
    const store = record()
    append(store, 100_200, 20)
    expect(bars(store)).toEqual([
      [100, false],
      [120, false],
      [100, false],
      [50, false],
    ])
    damage(store, 'segment', 2)
    store.history.candles({ market: BTC, interval: '1s', before: epochMs(T0 + 1), limit: 1 })
    expect(store.quarantine.repair(NOW)).toMatchObject([{ market: BTC, trades: 100, lost: true }])
    expect(store.history.gaps({ market: BTC, limit: 9 })).toMatchObject([
      {
        cause: 'disk',
        state: 'open',
        from: T0 + 100_000,
        to: T0 + 100_099,
        missing: 100,
        openedAt: NOW,
      },
    ])
    expect(bars(store)).toEqual([
      [100, false],
      [20, true],
      [100, false],
      [50, false],
    ])
    expect(store.db.prepare('SELECT trades, length(data) > 0 FROM damaged').raw().all()).toEqual([
      [100, 1],
    ])
    // The venue gives them again: they are new, and counted once.
    expect(append(store, 100_000, 100)).toEqual({ stored: 100, duplicates: 0 })
    expect(bars(store)[1]).toEqual([120, true])
    store.compaction.run()
    store.close()
    expect(faults()).toEqual([])
    expect(readIds()).toEqual([
      ...ids(0, 100),
      ...ids(100_000, 100),
      ...ids(100_200, 20),
      ...ids(200_000, 100),
      ...ids(300_000, 50),
    ])
  })

  it('opens a gap for each market that a damaged log record may have held', () => {
    const store = record()
    damage(
      store,
      'tape_log',
      store.db.prepare('SELECT max(id) FROM tape_log').pluck().get() as number,
    )
    store.close()
    const again = mustOpen(folder.path)
    // It is in nobody's way until then.
    expect(append(again, 500_000, 5)).toEqual({ stored: 5, duplicates: 0 })
    again.compaction.run()
    expect(again.quarantine.repair(NOW)).toHaveLength(1)
    const gaps = again.history.gaps({ limit: 9 })
    expect(gaps.map(({ market, missing }) => [market, missing])).toEqual([
      [ETH, null],
      [BTC, null],
    ])
    expect(new Set(gaps.map(({ id }) => id)).size).toBe(2)
    again.close()
    expect(faults()).toEqual([])
  })

  it('happens by itself when a late trade falls into a segment that cannot be read', () => {
    const store = record()
    damage(store, 'segment', 2)
    expect(append(store, 100_050, 1)).toEqual({ stored: 1, duplicates: 0 })
    store.compaction.run()
    expect(store.history.gaps({ market: BTC, limit: 9 })).toMatchObject([
      { cause: 'disk', missing: 100 },
    ])
    store.close()
    expect(faults()).toEqual([])
    expect(readIds()).toContain('100050')
  })
})
