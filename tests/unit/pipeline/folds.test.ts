import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Batcher, type BatchRow } from '../../../src/main/pipeline/batcher.ts'
import { LiveCandles } from '../../../src/main/pipeline/live-candles.ts'
import { MinuteFlow } from '../../../src/main/pipeline/minute-flow.ts'
import { mergeCandles } from '../../../src/shared/domain/candle.ts'
import { decimalAt } from '../../../src/shared/domain/decimal-column.ts'
import { idAt } from '../../../src/shared/domain/id-column.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { ORIGINS } from '../../../src/shared/domain/trade.ts'

const T = 1_800_000_000_000

describe('live candles', () => {
  it('gives a late trade to its own bar, without touching the close', () => {
    const candles = new LiveCandles(1_000, 5)
    candles.trade(T + 100, 10, 1, true)
    candles.trade(T + 1_100, 12, 1, false)
    candles.drain()
    candles.trade(T + 50, 9, 2, false)
    expect(candles.drain()).toMatchObject([
      { openTime: T, open: 9, high: 10, low: 9, close: 10, volume: 3, buyVolume: 1, trades: 2 },
    ])
    expect(candles.drain()).toEqual([])
  })

  it('marks the bar in which recording began, and no other', () => {
    const candles = new LiveCandles(1_000, 5)
    candles.markPartial(T + 10)
    candles.trade(T + 20, 10, 1, true)
    candles.trade(T + 1_020, 10, 1, true)
    expect(candles.drain().map((bar) => bar.partial)).toEqual([true, false])
  })

  it('goes on with a stored bar, but never counts it twice', () => {
    const stored = new LiveCandles(60_000, 3)
    stored.trade(T, 5, 4, true)
    const [bar] = stored.newest(1)
    if (bar === undefined) throw new Error('no bar')
    const fresh = new LiveCandles(60_000, 3)
    fresh.adopt(bar)
    fresh.trade(T + 1_000, 6, 1, false)
    expect(fresh.newest(1)).toMatchObject([{ open: 5, close: 6, volume: 5, trades: 2 }])
    const late = new LiveCandles(60_000, 3)
    late.trade(T + 1_000, 6, 1, false)
    late.adopt(bar)
    expect(late.newest(1)).toMatchObject([{ volume: 1 }])
  })

  it('holds no more bars than it keeps, in order', () => {
    const candles = new LiveCandles(1_000, 3)
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { maxLength: 60 }), (offsets) => {
        for (const offset of offsets) candles.trade(T + offset, 1, 1, true)
        const times = candles.newest(10).map((bar) => bar.openTime)
        expect(times.length).toBeLessThanOrEqual(3)
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
      }),
    )
  })
})

describe('joined candles', () => {
  it('make the same hour whether joined at once or over five minutes', () => {
    const minute = fc.record({
      step: fc.integer({ min: 1, max: 9 }),
      price: fc.nat(100),
      qty: fc.nat(9),
    })
    fc.assert(
      fc.property(fc.array(minute, { maxLength: 80 }), (steps) => {
        const minutes = new LiveCandles(60_000, 1_000)
        let time = T
        for (const { step, price, qty } of steps) {
          time += step * 60_000
          minutes.trade(time, price, qty, true)
        }
        const bars = minutes.newest(1_000)
        expect(mergeCandles(mergeCandles(bars, 300_000), 3_600_000)).toEqual(
          mergeCandles(bars, 3_600_000),
        )
      }),
    )
  })
})

describe('minute flow', () => {
  it('rates whole seconds and forgets after a minute', () => {
    const flow = new MinuteFlow()
    for (let second = 0; second < 10; second += 1)
      for (let n = 0; n < 4; n += 1) flow.add(T + second * 1_000 + n, 2, n % 2 === 0)
    expect(flow.figures(T + 10_000)).toEqual({ tradesPerSecond: 4, buyVolume: 40, sellVolume: 40 })
    expect(flow.figures(T + 12_500)).toMatchObject({ tradesPerSecond: 12 / 5 })
    expect(flow.figures(T + 65_000)).toMatchObject({ tradesPerSecond: 0, buyVolume: 16 })
    expect(flow.figures(T + 200_000)).toEqual({ tradesPerSecond: 0, buyVolume: 0, sellVolume: 0 })
  })
})

describe('batcher', () => {
  const row = fc.record<BatchRow>({
    market: fc.constantFrom('okx:A-B', 'okx:C-D', 'bybit:A-B').map((id) => id as MarketId),
    id: fc.string(),
    price: fc.constantFrom('1.5', '0.000000000000000000000000015', 'odd'),
    qty: fc.constant('2'),
    buy: fc.boolean(),
    exchangeTime: fc.nat(2 ** 42),
    exchangeMicros: fc.integer({ min: -1, max: 999 }),
    receiveTime: fc.nat(2 ** 42),
    matches: fc.integer({ min: 1, max: 1_000 }),
    origin: fc.constantFrom(...ORIGINS),
  })

  it('gives back every row once, in order, whatever the batch size', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (rows, size) => {
          const batcher = new Batcher(size)
          const out: BatchRow[] = []
          const take = (): void => {
            const batch = batcher.take()
            for (let i = 0; i < (batch?.count ?? 0); i += 1) {
              if (batch === null) break
              out.push({
                market: batch.markets[batch.market[i] ?? -1] ?? ('' as MarketId),
                id: idAt(batch.id, i),
                price: decimalAt(batch.price, i),
                qty: decimalAt(batch.qty, i),
                buy: batch.side[i] === 0,
                exchangeTime: batch.exchangeTime[i] ?? Number.NaN,
                exchangeMicros: batch.exchangeMicros[i] ?? Number.NaN,
                receiveTime: batch.receiveTime[i] ?? Number.NaN,
                matches: batch.matches[i] ?? Number.NaN,
                origin: ORIGINS[batch.origin[i] ?? -1] ?? 'stream',
              })
            }
          }
          for (const each of rows) if (batcher.add(each)) take()
          take()
          expect(out).toEqual(rows)
          expect(batcher.take()).toBeNull()
        },
      ),
    )
  })
})
