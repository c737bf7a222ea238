import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StoreWrite } from '../../../src/main/store/store-protocol.ts'
import type { OpenStore } from '../../../src/main/store/store-server.ts'
import {
  type Candle,
  foldTrade,
  INTERVALS,
  type Interval,
  type OpenCandle,
  openCandle,
} from '../../../src/shared/domain/candle.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../../src/shared/domain/time.ts'
import type { Trade } from '../../../src/shared/domain/trade.ts'
import { BTC, ETH, mustOpen, packed, scratch, T0, trade } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const END = epochMs(T0 + 10 ** 9)
const write = (store: OpenStore, trades: Trade[], partials: StoreWrite['partials'] = []) =>
  store.log.append({ batches: trades.length === 0 ? [] : [packed(trades, 4)], partials })
const candles = (
  store: OpenStore,
  interval: Interval,
  before: EpochMs = END,
  limit = 5_000,
  market = BTC,
) => store.history.candles({ market, interval, before, limit })
const mark = (market: MarketId, at: number) => ({
  market: { name: market, priceScale: 4, qtyScale: 4, inverse: false },
  at: epochMs(at),
})

/** What the bars must be: one fold over all accepted trades in order of arrival. */
function naive(trades: readonly Trade[], market: MarketId, interval: number): OpenCandle[] {
  const bars = new Map<number, OpenCandle>()
  const seen = new Set<string>()
  for (const one of trades) {
    const key = `${one.market} ${one.id}`
    if (seen.has(key)) continue
    seen.add(key)
    if (one.market !== market || one.origin === 'snapshot') continue
    const openTime = Math.floor(one.exchangeTime / interval) * interval
    const bar = bars.get(openTime)
    const values = [
      one.exchangeTime,
      Number(one.price),
      Number(one.qty),
      one.side === 'buy',
    ] as const
    if (bar === undefined) bars.set(openTime, openCandle(interval, ...values))
    else foldTrade(bar, ...values)
  }
  return [...bars.values()].sort((a, b) => a.openTime - b.openTime)
}

const plain = (bars: readonly (Candle | OpenCandle)[]) =>
  bars.map(({ openTime, open, high, low, close, volume, buyVolume, trades }) => ({
    openTime,
    open,
    high,
    low,
    close,
    volume,
    buyVolume,
    trades,
  }))

// Few ids and times a second apart over some minutes: duplicates, late trades and equal times abound.
const someTrade = fc
  .record({
    market: fc.constantFrom(BTC, ETH),
    id: fc.oneof(
      fc.nat(60).map(String),
      fc.nat(20).map((n) => `text ${n}`),
    ),
    price: fc.oneof(
      fc.nat(99_999).map((n) => (n / 100).toFixed(2)),
      fc.constant('0.123456789'),
    ),
    qty: fc.nat(99_999).map((n) => (n / 1_000).toFixed(3)),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    origin: fc.constantFrom('stream' as const, 'backfill' as const, 'snapshot' as const),
    exchangeTime: fc.nat(300).map((second) => epochMs(T0 + second * 1_000)),
  })
  .map((fields) => trade(fields))
const step = fc.oneof(
  { weight: 5, arbitrary: fc.array(someTrade, { maxLength: 90 }) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
)

describe('bars', () => {
  it('equal one naive fold, whatever the batches, duplicates, late trades and reopenings', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        folder.remove()
        folder = scratch()
        let store = mustOpen(folder.path)
        const all: Trade[] = []
        for (const one of steps) {
          if (one === 'reopen') {
            store.close()
            store = mustOpen(folder.path)
          } else {
            write(store, one)
            all.push(...one)
          }
        }
        for (const market of [BTC, ETH])
          expect(plain(candles(store, '1m', END, 5_000, market))).toEqual(
            plain(naive(all, market, INTERVALS['1m'])),
          )
        store.close()
      }),
      { numRuns: 60 },
    )
  })

  it('of a second come from the rows and agree with the bars of a minute', () => {
    const store = mustOpen(folder.path)
    const trades = Array.from({ length: 900 }, (_, i) =>
      trade({
        id: String(i),
        exchangeTime: epochMs(T0 + i * 397),
        price: String(100 + (i % 17)),
        side: i % 3 ? 'buy' : 'sell',
      }),
    )
    write(store, [...trades, trade({ id: 'far', exchangeTime: epochMs(T0 + 10 ** 8) })])
    const seconds = candles(store, '1s')
    expect(plain(seconds)).toEqual(
      plain(
        naive([...trades, trade({ id: 'far', exchangeTime: epochMs(T0 + 10 ** 8) })], BTC, 1_000),
      ),
    )
    expect(plain(candles(store, '1s', epochMs(T0 + 200_500), 7))).toEqual(
      plain(
        naive(trades, BTC, 1_000)
          .filter(({ openTime }) => openTime < T0 + 200_500)
          .slice(-7),
      ),
    )
    store.close()
  })

  it.each(['5m', '15m', '1h'] as const)(
    'of %s are joined from minutes and never cut short',
    (interval) => {
      const store = mustOpen(folder.path)
      const trades = Array.from({ length: 500 }, (_, i) =>
        trade({
          id: String(i),
          exchangeTime: epochMs(T0 + i * 45_000),
          price: String(100 + ((i * 7) % 31)),
          qty: '0.5',
        }),
      )
      write(store, trades)
      const expected = plain(naive(trades, BTC, INTERVALS[interval]))
      expect(plain(candles(store, interval))).toEqual(expected)
      const before = epochMs(T0 + 240 * 45_000)
      expect(plain(candles(store, interval, before, 2))).toEqual(
        expected.filter(({ openTime }) => openTime < before).slice(-2),
      )
      store.close()
    },
  )

  it('leave replayed history out but keep its trades', () => {
    const store = mustOpen(folder.path)
    write(store, [trade({ id: '1', origin: 'snapshot' }), trade({ id: '2', price: '7' })])
    expect(candles(store, '1m')).toMatchObject([{ trades: 1, open: 7 }])
    expect(candles(store, '1s')).toMatchObject([{ trades: 1, open: 7 }])
    expect(store.history.trades({ market: BTC, limit: 9 })).toHaveLength(2)
    store.close()
  })

  it('have their volume in base units where the venue counts quote units, the tape what it sent', () => {
    const store = mustOpen(folder.path)
    const dollars = [
      trade({ id: '1', price: '50000', qty: '100' }),
      trade({ id: '2', price: '40000', qty: '200' }),
    ]
    const batch = packed(dollars, 4)
    const inverse = batch.markets.map((market) => ({ ...market, inverse: true }))
    store.log.append({ batches: [{ ...batch, markets: inverse }], partials: [] })
    const volume = 100 / 50_000 + 200 / 40_000
    expect(candles(store, '1m')).toMatchObject([{ volume }])
    expect(candles(store, '1s')).toMatchObject([{ volume }])
    expect(store.history.trades({ market: BTC, limit: 9 }).map(({ qty }) => qty)).toEqual([
      '100',
      '200',
    ])
    store.close()
  })

  it('remember that a minute may be incomplete, before, with and after its trades', () => {
    let store = mustOpen(folder.path)
    const at = (minute: number, id: string) =>
      trade({ id, exchangeTime: epochMs(T0 + minute * 60_000) })
    write(store, [], [mark(BTC, T0 + 5)])
    write(store, [at(0, 'a'), at(1, 'b')], [mark(BTC, T0 + 60_000)])
    write(store, [at(2, 'c'), at(3, 'd'), at(9, 'e'), at(12, 'f')])
    write(store, [], [mark(BTC, T0 + 2 * 60_000 + 999), mark(BTC, T0 + 7 * 60_000)])
    store.close()
    store = mustOpen(folder.path)
    const partials = (interval: Interval) => candles(store, interval).map(({ partial }) => partial)
    expect(partials('1m')).toEqual([true, true, true, false, false, false])
    expect(partials('1s')).toEqual([true, true, true, false, false, false])
    // Five minutes from 6 on: minute 7 has no trade, yet what is missing from it is missing from the
    // bar that spans it.
    expect(
      candles(store, '5m').map(({ openTime, partial }) => [(openTime - T0) / 60_000, partial]),
    ).toEqual([
      [-4, true],
      [1, true],
      [6, true],
      [11, false],
    ])
    store.close()
  })
})
