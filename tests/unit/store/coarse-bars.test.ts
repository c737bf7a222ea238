import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/main/store/database.ts'
import { MIGRATIONS } from '../../../src/main/store/migrations/migrations.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { openSql } from '../../../src/main/store/sql-reader.ts'
import type { StoreWrite } from '../../../src/main/store/store-protocol.ts'
import type { OpenStore } from '../../../src/main/store/store-server.ts'
import { verifyTape } from '../../../src/main/store/verify.ts'
import {
  type Candle,
  mergeCandles,
  RESOLUTIONS,
  type Resolution,
} from '../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import {
  BTC,
  ETH,
  gap,
  gaps,
  mustOpen,
  packed,
  packedLedger,
  scratch,
  span,
  spans,
  trade,
  unwrap,
} from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const HOUR = RESOLUTIONS['1h']
const DAY = RESOLUTIONS['1d']
/** A day begins here. */
const BASE = 20_000 * DAY
const LATER = BASE + 100 * DAY

let id = 0
const at = (time: number, fields: Partial<Trade> = {}): Trade => {
  id += 1
  return trade({
    id: String(id),
    exchangeTime: epochMs(time),
    receiveTime: epochMs(time),
    ...fields,
  })
}
const write = (store: OpenStore, trades: Trade[], more: Partial<StoreWrite> = {}) =>
  store.log.append({
    batches: trades.length === 0 ? [] : [packed(trades, 4)],
    partials: [],
    ...more,
  })
const bars = (store: OpenStore, resolution: Resolution, market: MarketId = BTC) =>
  store.history.bars({
    ...{ market, resolution, from: epochMs(BASE), to: epochMs(BASE + 5 * DAY) },
    now: epochMs(LATER),
  }).candles
const kept = (store: OpenStore): unknown =>
  store.db
    .prepare(
      'SELECT size, open_time, trades FROM candle_coarse WHERE size > 900000 ORDER BY size, open_time',
    )
    .all()

const plain = ({ volume: _v, buyVolume: _b, coverage: _c, state: _s, ...bar }: Candle) => bar

/** Bars joined from the minutes; sums of doubles to within their last digits. */
function expectJoined(coarse: readonly Candle[], minutes: readonly Candle[], size: number): void {
  const joined = mergeCandles(minutes, size)
  expect(coarse.map(plain)).toEqual(joined.map(plain))
  for (const [i, bar] of coarse.entries()) {
    expect(bar.volume).toBeCloseTo(joined[i]?.volume ?? Number.NaN, 6)
    expect(bar.buyVolume).toBeCloseTo(joined[i]?.buyVolume ?? Number.NaN, 6)
  }
}

const someTrade = fc
  .record({
    market: fc.constantFrom(BTC, ETH),
    price: fc.integer({ min: 1, max: 999 }).map(String),
    qty: fc.integer({ min: 1, max: 999 }).map((n) => (n / 100).toFixed(2)),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    origin: fc.constantFrom('stream' as const, 'backfill' as const, 'snapshot' as const),
    // Few hours of few days, so that writes come back to those that were left behind.
    time: fc.tuple(fc.nat(3), fc.nat(4), fc.nat(3_599)),
  })
  .map(({ time: [day, hour, second], ...fields }) => ({
    ...fields,
    time: BASE + day * DAY + hour * HOUR + second * 1_000,
  }))
const step = fc.oneof(
  { weight: 6, arbitrary: fc.array(someTrade, { minLength: 1, maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
  { weight: 1, arbitrary: fc.constant('refused' as const) },
)

describe('bars of hours and days', () => {
  it('never say other than the minutes, whatever comes late, is reopened or rolled back', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        folder.remove()
        folder = scratch()
        let store = mustOpen(folder.path)
        for (const one of steps) {
          if (one === 'reopen') {
            store.close()
            store = mustOpen(folder.path)
          } else if (one === 'refused') {
            store.db.exec(
              'CREATE TEMP TRIGGER no BEFORE INSERT ON tape_log BEGIN SELECT RAISE(ABORT, 1); END',
            )
            expect(() => write(store, [at(BASE + 2 * DAY)])).toThrow()
            store.db.exec('DROP TRIGGER no')
          } else
            write(
              store,
              one.map(({ time, ...fields }) => at(time, fields)),
            )
          for (const market of [BTC, ETH]) {
            const minutes = bars(store, '1m', market)
            for (const resolution of ['15m', '1h', '4h', '1d'] as const)
              expectJoined(bars(store, resolution, market), minutes, RESOLUTIONS[resolution])
          }
        }
        store.close()
      }),
      { numRuns: 60 },
    )
  })

  it('are kept when the market goes on, and again when late trades are left behind', () => {
    const store = mustOpen(folder.path)
    write(store, [at(BASE), at(BASE + HOUR)])
    expect(kept(store)).toEqual([])
    write(store, [at(BASE + 2 * HOUR)])
    expect(kept(store)).toEqual([
      { size: HOUR, open_time: BASE, trades: 1 },
      { size: HOUR, open_time: BASE + HOUR, trades: 1 },
    ])
    write(store, [at(BASE + 1, { origin: 'backfill' })])
    expect(kept(store)).toEqual([{ size: HOUR, open_time: BASE + HOUR, trades: 1 }])
    write(store, [at(BASE + DAY)])
    expect(kept(store)).toMatchObject([
      { open_time: BASE, trades: 2 },
      { open_time: BASE + HOUR },
      { open_time: BASE + 2 * HOUR },
      { size: DAY, open_time: BASE, trades: 4 },
    ])
    store.close()
  })

  it('carry the mark of a minute in which nothing was traded', () => {
    const store = mustOpen(folder.path)
    const market = { name: BTC, priceScale: 4, qtyScale: 4, inverse: false }
    write(store, [at(BASE), at(BASE + 3 * HOUR)], {
      partials: [{ market, at: epochMs(BASE + HOUR) }],
    })
    write(store, [at(BASE + DAY), at(BASE + 2 * DAY)])
    expect(bars(store, '1d').map(({ partial }) => partial)).toEqual([true, false, false])
    expect(bars(store, '1h').map(({ partial }) => partial)).toEqual([false, false, false, false])
    store.close()
  })

  it('are made of the minutes of an older version', () => {
    const old = unwrap(openDatabase(folder.path, { migrations: MIGRATIONS.slice(0, 4) }))
    old.exec(`INSERT INTO market (id, name, price_scale, qty_scale) VALUES (7, '${BTC}', 4, 4)`)
    const insert = old.prepare(
      `INSERT INTO candle (market, open_time, open, high, low, close, volume, buy_volume, trades,
         first_ts, last_ts, partial, backfilled) VALUES (7, ?, ?, ?, ?, ?, 2, 1, 3, ?, ?, 0, 1)`,
    )
    for (let minute = 0; minute < 4_000; minute += 7) {
      const open = BASE + minute * 60_000
      insert.run(open, minute, minute + 5, minute - 5, minute + 1, open, open)
    }
    old.close()
    const store = mustOpen(folder.path)
    expect(kept(store)).toHaveLength(67 + 3)
    for (const resolution of ['1h', '1d'] as const)
      expectJoined(bars(store, resolution), bars(store, '1m'), RESOLUTIONS[resolution])
    write(store, [at(BASE + 100, { price: '9999' })])
    expect(bars(store, '1d')[0]?.high).toBe(9_999)
    store.close()
  })
})

it.each([
  ['UPDATE candle_coarse SET close = close + 1 WHERE size = 86400000', 'bar of 1440 minutes'],
  ['UPDATE candle_coarse SET volume = volume * 1.001 WHERE size = 3600000', 'bar of 60 minutes'],
  ['UPDATE candle_coarse SET trades = trades + 1 WHERE size = 900000', 'bar of 15 minutes'],
  ['DELETE FROM candle_coarse WHERE size = 3600000', 'not kept, and not noted as open'],
])('verify sees that %s', (damage, words) => {
  const store = mustOpen(folder.path)
  write(store, [at(BASE), at(BASE + 1_000, { price: '7' })])
  write(store, [at(BASE + DAY), at(BASE + 2 * DAY)])
  const findings = () => {
    const [reader, sql] = [unwrap(openReader(folder.path)), unwrap(openSql(folder.path))]
    const said = [...verifyTape(reader, sql, LATER)].flatMap((one) =>
      one.t === 'finding' ? [one.finding.message] : [],
    )
    reader.close()
    sql.close()
    return said
  }
  expect(findings()).toEqual([])
  store.db.exec(damage)
  expect(findings().join()).toContain(words)
  store.close()
})

describe('bars of a stretch', () => {
  it('of seconds are the trades, also of five and of fifteen', () => {
    const store = mustOpen(folder.path)
    write(
      store,
      Array.from({ length: 300 }, (_, i) => at(BASE + i * 700, { price: String(i + 1) })),
    )
    const seconds = bars(store, '1s')
    expect(seconds.reduce((sum, bar) => sum + bar.trades, 0)).toBe(300)
    for (const resolution of ['5s', '15s', '1m'] as const)
      expectJoined(bars(store, resolution), seconds, RESOLUTIONS[resolution])
    store.close()
  })

  it('choose the finest resolution of which no more bars than wanted lie in it', () => {
    const store = mustOpen(folder.path)
    write(store, [at(BASE)])
    const chosen = (span: number, count?: number) =>
      store.history.bars({
        ...{ market: BTC, from: epochMs(BASE), to: epochMs(BASE + span), now: epochMs(LATER) },
        ...(count !== undefined && { bars: count }),
      }).resolution
    expect(chosen(2_000_000)).toBe('1s')
    expect(chosen(2_000_001)).toBe('5s')
    expect(chosen(2_000_000, 100)).toBe('1m')
    expect(chosen(30 * DAY)).toBe('1h')
    expect(chosen(5_000 * DAY)).toBe('1d')
    store.close()
  })

  it('say what the ledger knows of them, where there are no bars too', () => {
    const store = mustOpen(folder.path)
    const hole = gap(1, BASE + 2 * HOUR, BASE + 4 * HOUR - 1)
    write(store, [at(BASE + 1), at(BASE + 5 * HOUR)], {
      ledger: packedLedger(...spans(span(BASE, BASE + 6 * HOUR - 1)), ...gaps(hole)),
    })
    const answer = store.history.bars({
      ...{ market: BTC, from: epochMs(BASE), to: epochMs(BASE + 8 * HOUR), resolution: '1h' },
      now: epochMs(LATER),
    })
    expect(answer.cover).toEqual([
      { from: BASE, to: BASE + 2 * HOUR, state: 'complete' },
      { from: BASE + 2 * HOUR, to: BASE + 4 * HOUR, state: 'gap' },
      { from: BASE + 4 * HOUR, to: BASE + 6 * HOUR, state: 'complete' },
    ])
    expect(answer.candles).toMatchObject([
      { openTime: BASE, coverage: 1, state: 'complete' },
      { openTime: BASE + 5 * HOUR, coverage: 1, state: 'complete' },
    ])
    store.close()
  })

  it('of a market that is not there are none', () => {
    const store = mustOpen(folder.path)
    expect(bars(store, '1h')).toEqual([])
    store.close()
  })
})

it('trades around a time are those before and those from it on, for readers too', () => {
  const store = mustOpen(folder.path)
  write(
    store,
    Array.from({ length: 50 }, (_, i) => at(BASE + i * 10, { id: String(i) })),
  )
  const query = { market: BTC, at: epochMs(BASE + 200), before: 2, after: 3 }
  const ids = ['18', '19', '20', '21', '22']
  expect(store.history.around(query).map((one) => one.id)).toEqual(ids)
  const reader = unwrap(openReader(folder.path))
  expect(reader.around(query).map((one) => one.id)).toEqual(ids)
  expect(reader.around({ ...query, after: 0 }).map((one) => one.id)).toEqual(['18', '19'])
  expect(reader.candlesBetween(BTC, epochMs(BASE), epochMs(BASE + 1), '1d')).toHaveLength(1)
  reader.close()
  store.close()
})
