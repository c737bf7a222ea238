import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Compaction } from '../../../src/main/store/compaction.ts'
import { openDatabase } from '../../../src/main/store/database.ts'
import { fileUse } from '../../../src/main/store/free-space.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/migrations.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { Retention } from '../../../src/main/store/retention.ts'
import { RetentionSchedule } from '../../../src/main/store/retention-schedule.ts'
import { openSql } from '../../../src/main/store/sql-reader.ts'
import type { FromStore } from '../../../src/main/store/store-protocol.ts'
import type { OpenStore } from '../../../src/main/store/store-server.ts'
import { verifyTape } from '../../../src/main/store/verify.ts'
import type { LedgerChange } from '../../../src/shared/domain/ledger.ts'
import { DAY_MS, NO_LIMITS, type StorageLimits } from '../../../src/shared/domain/storage.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import {
  BTC,
  ETH,
  gap,
  gaps,
  mustOpen,
  noise,
  packed,
  packedLedger,
  scratch,
  span,
  spans,
  T0,
  trade,
  unwrap,
} from './store-kit.ts'

const SECOND = 1_000
const FULL = 1_000

let folder: ReturnType<typeof scratch>
let store: OpenStore
let retention: Retention
let now = T0
beforeEach(() => {
  folder = scratch()
  now = T0
  open()
})
afterEach(() => {
  store.close()
  folder.remove()
})

function open(): void {
  store = mustOpen(folder.path)
  retention = new Retention(store.db, store.log.tape, { now: () => now, monotonic: () => 0 })
}

/** A trade of second `n`; random-looking prices, so that they take some room. */
const nth = (n: number, fields: Partial<Trade> = {}): Trade =>
  trade({
    id: String(n),
    exchangeTime: epochMs(T0 + n * SECOND),
    receiveTime: epochMs(T0 + n * SECOND + 20 + noise(n, 613)),
    price: String(100 + noise(n, 99_991) / 1_000),
    qty: String(noise(-n, 999_983) / 1_000),
    ...fields,
  })
const append = (trades: readonly Trade[], ledger: readonly LedgerChange[] = []) =>
  store.log.append({
    batches: trades.length === 0 ? [] : [packed(trades)],
    partials: [],
    ledger: packedLedger(...ledger),
  })
/** Seconds [from, to) of a market, sealed into segments of a thousand trades. */
function record(from: number, to: number, fields: Partial<Trade> = {}): void {
  append(Array.from({ length: to - from }, (_, i) => nth(from + i, fields)))
  new Compaction(store.db, store.log.tape, { full: FULL }).run()
}
const limit = (limits: Partial<StorageLimits>): void => retention.limit({ ...NO_LIMITS, ...limits })
const used = (): number => fileUse(store.db).used
const stats = () => {
  const reader = unwrap(openReader(folder.path))
  const all = reader.stats()
  reader.close()
  return all
}
const findings = () => {
  const reader = unwrap(openReader(folder.path))
  const sql = unwrap(openSql(folder.path))
  const found = [...verifyTape(reader, sql, T0 + 1_000 * DAY_MS)].filter(({ t }) => t === 'finding')
  sql.close()
  reader.close()
  return found
}

describe('an age limit', () => {
  it('removes whole segments that are older, of that market only, and says from when on trades are kept', () => {
    record(0, 10_000)
    record(0, 10_000, { market: ETH })
    now = T0 + DAY_MS + 4_500 * SECOND
    limit({ keepDaysByMarket: { [BTC]: 1 } })
    retention.run()
    expect(stats()).toMatchObject([
      { market: BTC, trades: 6_000, keptFrom: T0 + 3_999 * SECOND + 1 },
      { market: ETH, trades: 10_000, keptFrom: null },
    ])
    expect(retention.use().rolledOff).toMatchObject({ at: now, trades: 4_000 })
  })

  it('of all markets leaves the end of each tape', () => {
    record(0, 5_000)
    now = T0 + 900 * DAY_MS
    limit({ keepDays: 1 })
    retention.run()
    expect(stats()).toMatchObject([{ market: BTC, trades: 1_000 }])
    expect(store.history.tapeEnd(BTC)).toMatchObject({ id: '4999' })
  })

  it('keeps candles, spans and gaps, and what the ledger says of minutes', () => {
    append(
      [],
      [
        ...spans(span(T0, T0 + 5_000 * SECOND, { lastSeq: 4_999 })),
        ...gaps(gap(1, T0 + 5_100 * SECOND, T0 + 5_200 * SECOND)),
      ],
    )
    record(0, 5_000)
    const ask = () =>
      store.history.ledger({
        market: BTC,
        from: epochMs(T0),
        to: epochMs(T0 + DAY_MS),
        now: epochMs(T0 + DAY_MS),
      })
    const candles = () =>
      store.history.candles({
        market: BTC,
        interval: '1m',
        before: epochMs(T0 + DAY_MS),
        limit: 1_000,
      })
    const before = { ledger: ask(), candles: candles() }
    expect(before.ledger[0]).toMatchObject({ state: 'complete' })
    now = T0 + 900 * DAY_MS
    limit({ keepDays: 1 })
    retention.run()
    expect(stats()).toMatchObject([{ trades: 1_000 }])
    expect({ ledger: ask(), candles: candles() }).toEqual(before)
    expect(findings()).toEqual([])
  })
})

describe('a budget', () => {
  it('holds, the oldest of all markets go first, and the file shrinks', () => {
    record(0, 60_000)
    record(20_000, 40_000, { market: ETH })
    now = T0 + DAY_MS * 10
    const [full, before] = [used(), fileUse(store.db).file]
    const budgetBytes = Math.round(full * 0.6)
    limit({ budgetBytes })
    retention.run()
    expect(used()).toBeLessThanOrEqual(budgetBytes)
    // No more than needed: a segment of a thousand of these trades takes less than four pages.
    expect(used()).toBeGreaterThan(budgetBytes - 5 * 4_096)
    expect(fileUse(store.db).file).toBeLessThanOrEqual(Math.max(budgetBytes, used()))
    expect(fileUse(store.db).file).toBeLessThan(before)
    const [btc, eth] = stats()
    expect(Math.abs((btc?.first ?? 0) - (eth?.first ?? 0))).toBeLessThan(2_100 * SECOND)
    expect(findings()).toEqual([])
  })

  it('that cannot be held takes what may go, and is told', () => {
    record(0, 5_000)
    now = T0 + 5_000 * SECOND
    limit({ budgetBytes: 1 })
    retention.run()
    // The last hour stays.
    expect(stats()).toMatchObject([{ trades: 4_000 }])
    const { usedBytes, limits } = retention.use()
    expect(usedBytes).toBeGreaterThan(limits.budgetBytes ?? 0)
  })

  it('is met in bounded steps, between which one may write', () => {
    record(0, 100_000)
    now = T0 + 10 * DAY_MS
    limit({ keepDays: 1 })
    retention.begin()
    let steps = 0
    let least = Number.POSITIVE_INFINITY
    for (let before = 100_000; retention.step(); steps += 1) {
      append([nth(100_000 + steps)])
      const count = Number(
        store.db.prepare('SELECT coalesce(sum(trades), 0) FROM segment').pluck().get(),
      )
      expect(before - count).toBeLessThanOrEqual(16 * 2 * FULL)
      least = Math.min(least, count)
      before = count
    }
    expect(steps).toBeGreaterThan(5)
    expect(least).toBe(1_000)
  })
})

describe('what has rolled off', () => {
  beforeEach(() => {
    record(0, 5_000)
    now = T0 + DAY_MS + 2_500 * SECOND
    limit({ keepDays: 1 })
    retention.run()
    expect(stats()).toMatchObject([{ trades: 3_000 }])
  })
  const again = (trades: readonly Trade[]) => append(trades)

  it('does not come back as new, now or after a start', () => {
    const old = Array.from({ length: 2_000 }, (_, n) => nth(n, { origin: 'backfill' }))
    expect(again(old)).toEqual({ stored: 0, duplicates: 2_000 })
    store.close()
    open()
    expect(again(old)).toEqual({ stored: 0, duplicates: 2_000 })
    // Nor with a match time that the venue rounds differently.
    expect(again([nth(1_999, { exchangeTime: epochMs(T0 + 2_000 * SECOND) })])).toEqual({
      stored: 0,
      duplicates: 1,
    })
    expect(again([nth(5_000)])).toEqual({ stored: 1, duplicates: 0 })
  })

  it('does not come back where ids have no order, either', () => {
    const uuid = (n: number): Trade =>
      nth(n, { market: ETH, id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` })
    const all = Array.from({ length: 5_000 }, (_, n) => uuid(n))
    append(all)
    new Compaction(store.db, store.log.tape, { full: FULL }).run()
    retention.run()
    expect(stats()).toMatchObject([{ trades: 3_000 }, { market: ETH, trades: 3_000 }])
    expect(again(all)).toEqual({ stored: 0, duplicates: 5_000 })
    store.close()
    open()
    expect(again(all)).toEqual({ stored: 0, duplicates: 5_000 })
  })

  it('leaves late trades of what is kept alone', () => {
    const late = nth(900_000, { exchangeTime: epochMs(T0 + 2_500 * SECOND + 7) })
    expect(again([late])).toEqual({ stored: 1, duplicates: 0 })
  })

  it('is the same when the limit is raised again: what is gone is gone', () => {
    limit({})
    retention.run()
    expect(again([nth(3)])).toEqual({ stored: 0, duplicates: 1 })
    expect(stats()).toMatchObject([{ keptFrom: T0 + 1_999 * SECOND + 1 }])
  })

  it('cannot fill a gap any more, so that the ledger goes on saying that it is open', () => {
    const open = gap(7, T0 + 100 * SECOND, T0 + 130 * SECOND)
    append([], gaps(open))
    append([], gaps({ ...open, state: 'filled', missing: 0 }))
    const all = () => store.history.gaps({ market: BTC, limit: 10 })
    expect(all()).toMatchObject([{ id: 7, state: 'open' }])
    // It is not tried again at the next start.
    expect(store.history.tapeEnd(BTC)?.gaps).toEqual([])
    const later = gap(8, T0 + 3_000 * SECOND, T0 + 3_001 * SECOND)
    append([], gaps(later))
    append([], gaps({ ...later, state: 'filled', missing: 0 }))
    expect(all()).toMatchObject([{ id: 8, state: 'filled' }, { id: 7 }])
  })

  it('is not held against the bars and the ledger by verify, what is kept is', () => {
    expect(findings()).toEqual([])
    store.db
      .prepare('UPDATE candle SET trades = trades + 1 WHERE open_time >= ?')
      .run(T0 + 2_100_000)
    expect(findings().length).toBeGreaterThan(10)
  })
})

it('bars of minutes that have lost trades survive a damaged segment', () => {
  record(0, 5_000)
  now = T0 + DAY_MS + 2_500 * SECOND
  limit({ keepDays: 1 })
  retention.run()
  const bars = () =>
    store.db
      .prepare('SELECT open_time AS at, trades, volume FROM candle WHERE open_time < ? ORDER BY at')
      .all(T0 + 2_000 * SECOND)
  const before = bars()
  // The first that is kept begins within a minute whose other trades are gone.
  store.db.prepare('UPDATE segment SET data = zeroblob(50) WHERE from_ts = ?').run(T0 + 2_000_000)
  expect(store.quarantine.repair(epochMs(now))).toHaveLength(1)
  expect(bars()).toEqual(before)
  expect(stats()).toMatchObject([{ trades: 2_000 }])
})

it('a tape of version 3 is taken over: all of it is kept', () => {
  store.close()
  const path = `${folder.path}.3`
  const old = unwrap(openDatabase(path, { migrations: MIGRATIONS.slice(0, 3) }))
  old.prepare("INSERT INTO market (name, price_scale, qty_scale) VALUES ('a:B-C', 8, 8)").run()
  old.close()
  const taken = mustOpen(path)
  expect(taken.retention.use()).toMatchObject({
    markets: [{ market: 'a:B-C', keptFrom: null }],
    rolledOff: null,
    bytesPerDay: null,
  })
  taken.close()
  open()
})

it('a preview tells what other limits would remove, and removes nothing', () => {
  record(0, 10_000)
  record(0, 10_000, { market: ETH })
  now = T0 + DAY_MS + 4_500 * SECOND
  expect(retention.preview(NO_LIMITS)).toEqual({ trades: 0, bytes: 0, markets: 0 })
  const limits = { ...NO_LIMITS, keepDays: 1 }
  const preview = retention.preview(limits)
  expect(preview).toMatchObject({ trades: 8_000, markets: 2 })
  expect(stats()).toMatchObject([{ trades: 10_000 }, { trades: 10_000 }])
  retention.limit(limits)
  retention.run()
  expect(retention.use().rolledOff).toMatchObject({ trades: 8_000, bytes: preview.bytes })
})

it('measures growth across what rolls off', () => {
  for (let round = 0; round < 9; round += 1) {
    record(round * 2_000, round * 2_000 + 2_000)
    now = T0 + DAY_MS + round * 600 * SECOND
    limit(round < 4 ? {} : { keepDays: 1 })
    retention.run()
  }
  const { bytesPerDay, measuredMs } = retention.use()
  expect(measuredMs).toBe(8 * 600 * SECOND)
  // 16,000 trades in 80 minutes, of about seven bytes each, their bars besides.
  const bytes = ((bytesPerDay ?? 0) * measuredMs) / DAY_MS / 16_000
  expect(bytes).toBeGreaterThan(4)
  expect(bytes).toBeLessThan(20)
})

describe('the schedule', () => {
  function timed() {
    const soon: (() => void)[] = []
    const later: (() => void)[] = []
    const posted: FromStore[] = []
    const schedule = new RetentionSchedule(
      retention,
      {
        soon: (run) => void soon.push(run),
        after: (_ms, run) => {
          later.push(run)
          return () => void later.splice(later.indexOf(run), 1)
        },
      },
      (message) => posted.push(message),
    )
    const work = (): number => {
      let steps = 0
      for (let run = soon.shift(); run !== undefined; run = soon.shift()) {
        run()
        steps += 1
      }
      return steps
    }
    return { schedule, later, posted, work }
  }

  it('looks once a minute, when the log was sealed, and when the limits change', () => {
    record(0, 5_000)
    now = T0 + 900 * DAY_MS
    const { schedule, later, work } = timed()
    expect(later).toHaveLength(1)
    later.shift()?.()
    expect(work()).toBeGreaterThan(0)
    expect(stats()).toMatchObject([{ trades: 5_000 }])
    schedule.limit({ ...NO_LIMITS, keepDays: 1 })
    expect(later).toHaveLength(0)
    expect(work()).toBeGreaterThan(2)
    expect(stats()).toMatchObject([{ trades: 1_000 }])
    expect(later).toHaveLength(1)
    schedule.sealed()
    schedule.sealed()
    expect(work()).toBe(2)
    schedule.stop()
    expect(later).toHaveLength(0)
    schedule.sealed()
    expect(work()).toBe(0)
  })

  it('says once that the disk refuses, changes nothing and goes on later', () => {
    record(0, 5_000)
    now = T0 + 900 * DAY_MS
    const { schedule, later, posted, work } = timed()
    store.db.pragma('query_only = ON')
    schedule.limit({ ...NO_LIMITS, keepDays: 1 })
    work()
    later.shift()?.()
    work()
    expect(posted).toMatchObject([{ t: 'log', event: 'store.roll-off-failed' }])
    expect(stats()).toMatchObject([{ trades: 5_000 }])
    store.db.pragma('query_only = OFF')
    later.shift()?.()
    work()
    expect(stats()).toMatchObject([{ trades: 1_000 }])
    expect(append([nth(3)])).toEqual({ stored: 0, duplicates: 1 })
  })
})
