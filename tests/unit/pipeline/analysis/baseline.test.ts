import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baselineOf } from '../../../../src/main/pipeline/analysis/baseline.ts'
import type { Figures } from '../../../../src/shared/domain/analysis.ts'
import { figures, snapshot } from './bars.ts'

const verdict = (kind: 'anomaly' | 'sentiment' | 'signal', more: Partial<Figures>) =>
  baselineOf(kind, snapshot(more))

describe('an odd price', () => {
  it.each([
    [3, 0.1, true],
    [-3, -0.1, true],
    [2.999, 5, false],
    [-2.999, -5, false],
    [4.3, 0.0999, false],
    [-4.3, 0.0999, false],
  ])('z-score %d, deviation %d: %s', (zScore, deviationPercent, anomalous) => {
    expect(verdict('anomaly', { zScore, deviationPercent })).toEqual({
      kind: 'anomaly',
      anomalous,
      deviationPercent,
      volatilityPercent: figures().volatilityPercent,
    })
  })

  it('is not told of too short a tape', () => {
    const unknown = { zScore: null, deviationPercent: null, volatilityPercent: null }
    expect(verdict('anomaly', unknown)).toMatchObject({ anomalous: false, deviationPercent: null })
  })
})

describe('who is pressing', () => {
  it.each([
    [125, 100, 'bullish'],
    [124.9, 100, 'neutral'],
    [100, 124.9, 'neutral'],
    [100, 125, 'bearish'],
    [1, 0, 'bullish'],
    [0, 1, 'bearish'],
    [0, 0, 'neutral'],
  ])('bought %d, sold %d: %s', (buyVolume1h, sellVolume1h, sentiment) => {
    const buySellRatio1h = sellVolume1h === 0 ? null : buyVolume1h / sellVolume1h
    expect(verdict('sentiment', { buyVolume1h, sellVolume1h, buySellRatio1h })).toEqual({
      kind: 'sentiment',
      sentiment,
      buySellRatio: buySellRatio1h,
    })
  })

  it('is neutral when nobody knows', () => {
    const unknown = { buyVolume1h: null, sellVolume1h: null, buySellRatio1h: null }
    expect(verdict('sentiment', unknown)).toMatchObject({ sentiment: 'neutral' })
  })
})

describe('a signal', () => {
  const clear = { last: 1_000, volatilityPercent: 0.1, zScore: 1, rsi14: 60 }
  // 1 a minute: 7.746 an hour.
  it('goes up with the trend: stop an hour’s move below, targets 1.5 and 2.5 above', () => {
    expect(verdict('signal', clear)).toEqual({
      kind: 'signal',
      trend: 'up',
      entry: 1_000,
      stop: 992.3,
      targets: [1_011.6, 1_019.4],
    })
  })

  it('goes down the other way about', () => {
    expect(verdict('signal', { ...clear, zScore: -1, rsi14: 40 })).toEqual({
      kind: 'signal',
      trend: 'down',
      entry: 1_000,
      stop: 1_007.7,
      targets: [988.4, 980.6],
    })
  })

  it.each([
    ['too near the mean', { zScore: 0.49 }],
    ['overbought', { rsi14: 70 }],
    ['against the index', { rsi14: 50 }],
    ['oversold', { zScore: -1, rsi14: 30 }],
    ['down against the index', { zScore: -1, rsi14: 50 }],
    ['without volatility', { volatilityPercent: null }],
    ['without an index', { rsi14: null }],
    ['without a z-score', { zScore: null }],
    ['without a price', { last: null }],
    ['with moves smaller than a tick', { volatilityPercent: 0.0001 }],
    ['with moves larger than the price', { volatilityPercent: 20, zScore: -1, rsi14: 40 }],
  ])('is sideways, without levels: %s', (_, more) => {
    const sideways = { kind: 'signal', trend: 'sideways', entry: null, stop: null, targets: [] }
    expect(verdict('signal', { ...clear, ...more })).toEqual(sideways)
  })

  it('has its levels in order, whatever the figures', () => {
    const any = fc.record({
      last: fc.double({ min: 1e-8, max: 1e6, noNaN: true }),
      volatilityPercent: fc.double({ min: 0, max: 30, noNaN: true }),
      zScore: fc.double({ min: -5, max: 5, noNaN: true }),
      rsi14: fc.double({ min: 0, max: 100, noNaN: true }),
    })
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 10 }), (more, decimals) => {
        const found = baselineOf('signal', snapshot(more, decimals))
        if (found.kind !== 'signal' || found.trend === 'sideways') return
        const prices = [found.stop, found.entry, ...found.targets]
        const rising = found.trend === 'up' ? prices : prices.toReversed()
        for (const [index, price] of rising.entries())
          expect(price).toBeGreaterThan(rising[index - 1] ?? 0)
      }),
    )
  })
})
