import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { snapshotOf } from '../../../../src/main/pipeline/analysis/snapshot.ts'
import type { Figures } from '../../../../src/shared/domain/analysis.ts'
import type { Candle } from '../../../../src/shared/domain/candle.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { bar, MARKET, MINUTE, T } from './bars.ts'

const figuresOf = (minutes: readonly Candle[], at: number, price?: number): Figures => {
  const newest = minutes.findLast((each) => each.openTime <= at)
  const last = price ?? newest?.close
  return snapshotOf({
    market: MARKET,
    at: epochMs(at),
    priceDecimals: 2,
    minutes,
    last: last === undefined ? null : { price: last, time: epochMs(at) },
    coveragePercent: 100,
  }).figures
}

const ofCloses = (closes: readonly number[]): Figures =>
  figuresOf(
    closes.map((close, minute) => bar(minute, close)),
    T + (closes.length - 1) * MINUTE + 30_000,
  )

// The table of StockCharts' ChartSchool, "Relative Strength Index (RSI)", 14 periods of QQQQ.
const STOCKCHARTS = [
  44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931,
  46.0328, 45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521,
  45.7137, 46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
]
const PUBLISHED = [
  70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46,
  41.87, 45.46, 37.3, 33.08, 37.77,
]

describe('the index of Wilder', () => {
  it.each(PUBLISHED.map((value, index) => [index + 15, value] as const))(
    'of %i closes is the published %d',
    (closes, value) => {
      expect(ofCloses(STOCKCHARTS.slice(0, closes)).rsi14).toBeCloseTo(value, 2)
    },
  )

  it('is not told by fewer than 14 changes', () => {
    expect(ofCloses(STOCKCHARTS.slice(0, 14)).rsi14).toBeNull()
    expect(ofCloses(Array.from({ length: 14 }, () => 44)).rsi14).toBeNull()
  })

  it('is 100 of a price that only rose, 0 of one that only fell, 50 of one that stood', () => {
    const steps = Array.from({ length: 20 }, (_, index) => index)
    expect(ofCloses(steps.map((step) => 100 + step)).rsi14).toBe(100)
    expect(ofCloses(steps.map((step) => 100 - step)).rsi14).toBe(0)
    expect(ofCloses(steps.map(() => 0.1)).rsi14).toBe(50)
  })
})

describe('mean, deviation and volatility', () => {
  it('are those of the last 20 closes, worked out by hand', () => {
    // Ten times 90 and ten times 110: mean 100, population deviation 10.
    const closes = [500, ...Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 90 : 110))]
    const figures = ofCloses(closes)
    expect(figures.mean20).toBeCloseTo(100, 10)
    expect(figures.deviationPercent).toBeCloseTo(10, 10)
    expect(figures.zScore).toBeCloseTo(1, 10)
  })

  it('takes 20 changes, which need 21 closes', () => {
    // Up 10 % and down 10 % in turn, by hand: mean 0, deviation 10.
    const closes = [100]
    for (let change = 0; change < 20; change += 1)
      closes.push((closes.at(-1) ?? 0) * (change % 2 === 0 ? 1.1 : 0.9))
    expect(ofCloses(closes).volatilityPercent).toBeCloseTo(10, 10)
    expect(ofCloses(closes.slice(0, 20)).volatilityPercent).toBeNull()
    expect(ofCloses(closes.slice(0, 20)).mean20).not.toBeNull()
    expect(ofCloses(closes.slice(0, 19)).mean20).toBeNull()
  })

  it('has no z-score of a price that stood, whatever doubles make of its mean', () => {
    const figures = ofCloses(Array.from({ length: 30 }, () => 0.1))
    expect(figures).toMatchObject({
      mean20: 0.1,
      deviationPercent: 0,
      zScore: null,
      volatilityPercent: 0,
    })
  })

  it('gives a minute without trades the close of the one before, the minute under way too', () => {
    const sparse = [bar(0, 100), bar(5, 110)]
    const filled = [100, 100, 100, 100, 100, ...Array.from({ length: 15 }, () => 110)]
    expect(figuresOf(sparse, T + 19 * MINUTE + 1)).toMatchObject({
      mean20: ofCloses(filled).mean20,
      zScore: ofCloses(filled).zScore,
      rsi14: ofCloses(filled).rsi14,
    })
    expect(figuresOf(sparse, T + 18 * MINUTE + 1).mean20).toBeNull()
  })
})

describe('figures of the day and the hour', () => {
  const quiet = { buyVolume: 1, volume: 2, trades: 3 }

  it('are those of 1,440 minutes, the one under way being the last', () => {
    const minutes = [
      bar(0, 10, { high: 99, low: 1 }),
      bar(1, 20, { open: 16, high: 24, low: 8, volume: 4, trades: 7 }),
      bar(1_440, 18, { high: 30, low: 15, ...quiet }),
      bar(1_441, 77, { high: 100, low: 0.5 }),
    ]
    const figures = figuresOf(minutes, T + 1_440 * MINUTE + 59_999)
    expect(figures).toMatchObject({ high24h: 30, low24h: 8, volume24h: 6, trades24h: 10 })
    expect(figures.change24hPercent).toBeCloseTo(12.5, 10)
    // (24 + 8 + 20) / 3 × 4 and (30 + 15 + 18) / 3 × 2, over 6.
    expect(figures.vwap24h).toBeCloseTo(((52 / 3) * 4 + 21 * 2) / 6, 10)
  })

  it('say who took in the last 60 minutes', () => {
    const minutes = [
      bar(0, 10, { buyVolume: 500, volume: 900 }),
      bar(1, 10, { buyVolume: 5, volume: 9 }),
      bar(60, 10, { buyVolume: 3, volume: 3.5 }),
    ]
    expect(figuresOf(minutes, T + 60 * MINUTE)).toMatchObject({
      buyVolume1h: 8,
      sellVolume1h: 4.5,
      buySellRatio1h: 8 / 4.5,
    })
  })

  it('has no ratio where nothing was sold, also when doubles leave a trace', () => {
    const minutes = [bar(0, 10, { buyVolume: 0.1 + 0.2, volume: 0.3 }), bar(1, 10, {})]
    expect(figuresOf([minutes[0] as Candle], T + 1)).toMatchObject({
      sellVolume1h: 0,
      buySellRatio1h: null,
    })
    expect(figuresOf([bar(0, 10, { buyVolume: 0.3, volume: 0.1 + 0.2 })], T)).toMatchObject({
      sellVolume1h: 0,
      buySellRatio1h: null,
    })
  })

  it('does not know who took in a venue’s own bars', () => {
    const figures = figuresOf([bar(0, 10, { source: 'venue', buyVolume: 0 })], T)
    expect(figures).toMatchObject({ buyVolume1h: null, sellVolume1h: null, buySellRatio1h: null })
    expect(figures.volume24h).toBe(2)
    expect(figuresOf([bar(0, 10, { source: 'venue', trades: 0 })], T)).toMatchObject({
      trades24h: null,
      volume24h: 2,
    })
  })

  it('leaves bars out in which nothing was traded', () => {
    const empty = bar(1, 0, { volume: 0, buyVolume: 0, trades: 0 })
    expect(figuresOf([bar(0, 10), empty], T + 2 * MINUTE, 10)).toMatchObject({
      low24h: 10,
      trades24h: 3,
    })
  })

  it('knows nothing of a market without trades', () => {
    const { coveragePercent, ...rest } = figuresOf([], T)
    expect(coveragePercent).toBe(100)
    expect(Object.values(rest).every((value) => value === null)).toBe(true)
  })
})

/** The same, by a slower way: minute by minute, sums of squares in two passes. */
function slowFigures(minutes: readonly Candle[], at: number, last: number): Partial<Figures> {
  const now = Math.floor(at / MINUTE)
  const closes: number[] = []
  for (let minute = now - 1_439; minute <= now; minute += 1) {
    const own = minutes.find(({ openTime }) => openTime === minute * MINUTE)
    const close = own?.close ?? closes.at(-1)
    if (close !== undefined) closes.push(close)
  }
  const deviation = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
  }
  const recent = closes.slice(-20)
  const mean20 = recent.reduce((sum, close) => sum + close, 0) / 20
  const changes = closes.slice(-21).flatMap((close, index, all) => {
    const before = all[index - 1]
    return before === undefined ? [] : [((close - before) / before) * 100]
  })
  let [gain, loss] = [0, 0]
  for (const [index, close] of closes.entries()) {
    const change = close - (closes[index - 1] ?? close)
    if (index === 0) continue
    const weight = Math.min(index, 14)
    gain = (gain * (weight - 1) + Math.max(change, 0)) / weight
    loss = (loss * (weight - 1) + Math.max(-change, 0)) / weight
  }
  return {
    mean20: recent.length < 20 ? null : mean20,
    zScore:
      recent.length < 20 || deviation(recent) === 0 ? null : (last - mean20) / deviation(recent),
    volatilityPercent: changes.length < 20 ? null : deviation(changes),
    rsi14: closes.length < 15 ? null : gain + loss === 0 ? 50 : (100 * gain) / (gain + loss),
  }
}

const anyMinutes = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 61 })
  .chain((minutes) =>
    fc.tuple(
      ...[...minutes]
        .sort((a, b) => a - b)
        .map((minute) =>
          fc
            .tuple(fc.integer({ min: 900, max: 1_100 }), fc.integer({ min: 0, max: 50 }))
            .map(([price, buys]) => bar(minute, price / 8, { volume: 50, buyVolume: buys })),
        ),
    ),
  )

describe('any tape', () => {
  it('has the figures that a slower way gives', () => {
    fc.assert(
      fc.property(anyMinutes, fc.integer({ min: 0, max: 59_999 }), (minutes, inMinute) => {
        const at = T + 60 * MINUTE + inMinute
        const last = minutes.at(-1)?.close ?? 1
        const figures = figuresOf(minutes, at, last)
        for (const [name, value] of Object.entries(slowFigures(minutes, at, last))) {
          const found = figures[name as keyof Figures]
          if (value === null) expect([name, found]).toEqual([name, null])
          else expect(found, name).toBeCloseTo(value, 6)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('never gives NaN or infinity, whatever a bar says', () => {
    const odd = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1e308, 5e-324, Number.NaN))
    const oddBars = fc.array(fc.tuple(odd, odd, odd, fc.nat(30)), { maxLength: 40 })
    fc.assert(
      fc.property(oddBars, odd, (rows, last) => {
        const minutes = rows
          .map(([close, volume, buyVolume, minute]) => bar(minute, close, { volume, buyVolume }))
          .sort((a, b) => a.openTime - b.openTime)
        for (const value of Object.values(figuresOf(minutes, T + 31 * MINUTE, last)))
          expect(value === null || Number.isFinite(value)).toBe(true)
      }),
    )
  })
})
