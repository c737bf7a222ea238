import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenStore } from '../../../src/main/store/store-server.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import { BTC, ETH, mustOpen, packed, run, scratch, T0, trade } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
let store: OpenStore
beforeEach(() => {
  folder = scratch()
  store = mustOpen(folder.path)
})
afterEach(() => {
  store.close()
  folder.remove()
})

const append = (trades: readonly Trade[]) =>
  store.log.append({ batches: [packed(trades)], partials: [] })
const reopen = (): void => {
  store.close()
  store = mustOpen(folder.path)
}
/** Segments opened to look for ids since `work` began. */
function opened(work: () => void): number {
  const before = store.log.tape.opened
  work()
  return store.log.tape.opened - before
}
const uuid = (n: number): string => {
  const hex = (Math.imul(n + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
  return `${hex}-${hex.slice(0, 4)}-4${hex.slice(1, 4)}-8${hex.slice(2, 5)}-${hex}${hex.slice(4)}`
}
const uuids = (from: number, count: number): Trade[] =>
  run(from, count, { market: ETH }).map((one, i) => ({ ...one, id: uuid(from + i) }))
/** Numbers that neither rise nor fall, as one venue's are. */
const scattered = (from: number, count: number): Trade[] =>
  run(from, count).map((one, i) => ({ ...one, id: String(Math.imul(from + i, 0x9e3779b1) >>> 0) }))

/** 120,000 trades over several full segments, the newest ones still in the log. */
function recorded(make: (from: number, count: number) => Trade[]): void {
  for (let from = 0; from < 110_000; from += 10_000) {
    append(make(from, 10_000))
    store.compaction.run()
  }
  append(make(110_000, 10_000))
}

describe.each([
  ['counted ids', (from: number, count: number) => run(from, count)],
  ['UUIDs', uuids],
  ['scattered numbers', scattered],
])('known ids: %s', (_, make) => {
  it('let live trades pass without opening a segment', () => {
    recorded(make)
    expect(opened(() => append(make(120_000, 1_000)))).toBe(0)
    store.compaction.run()
    // Behind what was sealed a moment ago.
    expect(opened(() => append(make(121_000, 1_000)))).toBe(0)
  })

  it('find the last 500 that a venue replays, sealed a moment ago or not', () => {
    recorded(make)
    const replayed = () => append(make(119_500, 500))
    expect(replayed()).toEqual({ stored: 0, duplicates: 500 })
    store.compaction.run()
    expect(replayed()).toEqual({ stored: 0, duplicates: 500 })
    reopen()
    expect(replayed()).toEqual({ stored: 0, duplicates: 500 })
    expect(opened(replayed)).toBeLessThanOrEqual(2)
  })

  it('find all that is sealed, by opening each segment once', () => {
    recorded(make)
    store.compaction.run()
    reopen()
    const segments = store.db.prepare('SELECT count(*) FROM segment').pluck().get()
    const count = opened(() => {
      for (let from = 0; from < 120_000; from += 1_000)
        expect(append(make(from, 1_000))).toEqual({ stored: 0, duplicates: 1_000 })
    })
    expect(count).toBeLessThanOrEqual(Number(segments))
  })

  it('take 100,000 older trades into a big tape with a few openings, not one a trade', () => {
    // Every second trade is missing over a long stretch, as after a night without a connection.
    const all = (from: number, count: number) => make(from, count)
    for (let from = 0; from < 200_000; from += 10_000) {
      append(all(from, 10_000).filter((_, i) => i % 2 === 0))
      store.compaction.run()
    }
    reopen()
    let stored = 0
    const count = opened(() => {
      for (let from = 0; from < 200_000; from += 1_000)
        stored += append(all(from, 1_000).map((one) => ({ ...one, origin: 'backfill' }))).stored
    })
    expect(stored).toBe(100_000)
    expect(count).toBeLessThan(30)
    store.compaction.run()
    const trades = store.db.prepare('SELECT sum(trades) FROM segment').pluck().get()
    expect(trades).toBe(200_000)
  }, 60_000)
})

it('finds an id without order within two seconds of its match time, and not further', () => {
  const at = (ms: number) => [trade({ id: 'a', exchangeTime: epochMs(T0 + ms) })]
  append(at(1_234))
  store.compaction.run()
  reopen()
  expect(append(at(1_000))).toEqual({ stored: 0, duplicates: 1 })
  expect(append(at(90_000))).toEqual({ stored: 1, duplicates: 0 })
})

it('finds a counted id whatever time comes with it', () => {
  append(run(0, 1_000))
  store.compaction.run()
  reopen()
  expect(append([trade({ id: '500', exchangeTime: epochMs(T0 + 10 ** 9) })])).toEqual({
    stored: 0,
    duplicates: 1,
  })
  expect(append([trade({ id: '500', market: ETH })])).toEqual({ stored: 1, duplicates: 0 })
  expect(BTC).not.toBe(ETH)
})
