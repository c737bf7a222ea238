import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CandleSeries, indexFrom, widen } from '../../../../src/renderer/state/candle-series.ts'
import { candle } from '../trades.ts'

const MINUTE = 60_000

describe('candle series', () => {
  it('tells a reader what changed since it looked', () => {
    const series = new CandleSeries('1m')
    series.load([candle(0), candle(MINUTE)])
    const seen = series.version
    series.apply([candle(MINUTE, { close: 12 }), candle(2 * MINUTE)])
    expect(series.since(seen)?.map(({ openTime }) => openTime)).toEqual([MINUTE, 2 * MINUTE])
    expect(series.since(series.version)).toEqual([])
  })

  it('asks to be read whole after a page of history or a late bar in between', () => {
    const series = new CandleSeries('1m')
    series.apply([candle(0), candle(2 * MINUTE)])
    const seen = series.version
    series.apply([candle(MINUTE)])
    expect(series.since(seen)).toBeNull()
    const later = series.version
    series.load([candle(-MINUTE)])
    expect(series.since(later)).toBeNull()
  })

  it('keeps live bars over those of a page that was read before them', () => {
    const series = new CandleSeries('1m')
    series.apply([candle(MINUTE, { close: 99 })])
    series.load([candle(0), candle(MINUTE, { close: 1 })])
    expect(series.bars.map(({ close }) => close)).toEqual([11, 99])
  })

  it('a reader that follows the changes sees the same bars as one that reads all', () => {
    const step = fc.record({
      minutes: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 4 }),
      load: fc.boolean(),
      look: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const series = new CandleSeries('1m')
        let mirror = new Map<number, number>()
        let seen = -1
        let volume = 0
        for (const { minutes, load, look } of steps) {
          volume += 1
          const bars = minutes.map((minute) => candle(minute * MINUTE, { volume }))
          if (load) series.load(bars)
          else series.apply(bars)
          if (!look) continue
          const changed = seen < 0 ? null : series.since(seen)
          seen = series.version
          if (changed === null) mirror = new Map()
          for (const bar of changed ?? series.bars) mirror.set(bar.openTime, bar.volume)
          expect([...mirror].sort((a, b) => a[0] - b[0])).toEqual(
            series.bars.map((bar) => [bar.openTime, bar.volume]),
          )
        }
      }),
    )
  })

  it('finds the first bar at or after a time', () => {
    const bars = [candle(0), candle(10), candle(20)]
    expect([0, 1, 10, 20, 21].map((time) => indexFrom(bars, time))).toEqual([0, 1, 1, 2, 3])
  })
})

describe('widening minutes', () => {
  it('folds the whole bar anew', () => {
    const minutes = new CandleSeries('1m')
    minutes.load([candle(0, { high: 20 }), candle(MINUTE, { low: 1 }), candle(4 * MINUTE)])
    const wide = new CandleSeries('5m')
    const changed = [candle(4 * MINUTE, { close: 15 })]
    minutes.apply(changed)
    expect(widen(minutes, wide, changed)).toMatchObject([
      { openTime: 0, high: 20, low: 1, close: 15, volume: 15, trades: 12 },
    ])
  })

  it('does not shrink a stored bar whose first minutes are not held here', () => {
    const minutes = new CandleSeries('1m')
    const changed = [candle(3 * MINUTE)]
    minutes.apply(changed)
    const wide = new CandleSeries('5m')
    wide.load([candle(-5 * MINUTE), candle(0, { volume: 100 })])
    expect(widen(minutes, wide, changed)).toEqual([])
  })
})
