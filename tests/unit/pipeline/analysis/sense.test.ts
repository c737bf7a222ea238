import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baselineOf } from '../../../../src/main/pipeline/analysis/baseline.ts'
import { problemsOf } from '../../../../src/main/pipeline/analysis/sense.ts'
import type { SignalVerdict } from '../../../../src/shared/domain/analysis.ts'
import { snapshot } from './bars.ts'

// σ of a minute 1, of an hour 7.746, of a day 37.947; the range of the day 40: two days' moves are 80.
const calm = snapshot({ last: 1_000, volatilityPercent: 0.1, high24h: 1_020, low24h: 980 })
const UP: SignalVerdict = {
  kind: 'signal',
  trend: 'up',
  entry: 1_001,
  stop: 990,
  targets: [1_010, 1_030],
}
const DOWN: SignalVerdict = {
  kind: 'signal',
  trend: 'down',
  entry: 999,
  stop: 1_010,
  targets: [990, 970],
}
const problems = (verdict: SignalVerdict, more: Partial<SignalVerdict>) =>
  problemsOf({ ...verdict, ...more }, calm).map(({ code, field }) => [code, field])

describe('a signal', () => {
  it('that makes sense has no problems', () => {
    expect(problemsOf(UP, calm)).toEqual([])
    expect(problemsOf(DOWN, calm)).toEqual([])
  })

  it('down with its stop below the price says between what it had to lie', () => {
    expect(problemsOf({ ...DOWN, stop: 990 }, calm)).toEqual([
      { code: 'stop-wrong-side', field: 'stop', value: 990, low: 1_000, high: null },
    ])
  })

  it.each([
    [UP, { stop: 1_005 }, [['stop-wrong-side', 'stop']]],
    [UP, { stop: 1_001 }, [['stop-wrong-side', 'stop']]],
    // Below the entry, but the price is below it already.
    [UP, { stop: 1_000.5 }, [['stop-wrong-side', 'stop']]],
    [UP, { targets: [1_001, 1_030] }, [['target-wrong-side', 'targets.0']]],
    [UP, { targets: [1_010, 995] }, [['target-wrong-side', 'targets.1']]],
    [UP, { entry: 995, targets: [999] }, [['target-wrong-side', 'targets.0']]],
    [DOWN, { stop: 999.5 }, [['stop-wrong-side', 'stop']]],
    [DOWN, { targets: [1_005] }, [['target-wrong-side', 'targets.0']]],
    [UP, { entry: null }, [['levels-missing', 'entry']]],
    [UP, { stop: null }, [['levels-missing', 'stop']]],
    [UP, { targets: [] }, [['levels-missing', 'targets']]],
    [UP, { stop: 0 }, [['not-a-price', 'stop']]],
    [UP, { stop: -5 }, [['not-a-price', 'stop']]],
    [UP, { targets: [Number.POSITIVE_INFINITY] }, [['not-a-price', 'targets.0']]],
    // An entry within 3 × 7.746 = 23.24, stop and targets within 80.
    [UP, { entry: 1_023.2, targets: [1_030] }, []],
    [UP, { entry: 1_023.3, targets: [1_030] }, [['entry-far', 'entry']]],
    [UP, { stop: 920 }, []],
    [UP, { stop: 919.9 }, [['stop-far', 'stop']]],
    [UP, { targets: [1_010, 1_080] }, []],
    [UP, { targets: [1_010, 1_080.1] }, [['target-far', 'targets.1']]],
    [DOWN, { targets: [919] }, [['target-far', 'targets.0']]],
  ] as const)('%o with %o', (verdict, more, expected) => {
    expect(problems(verdict, more)).toEqual(expected)
  })

  it('sideways is judged by nothing', () => {
    expect(problems(UP, { trend: 'sideways', stop: 5_000, entry: -1 })).toEqual([])
  })

  it('is not believed of a market without a price', () => {
    const unknown = snapshot({ last: null })
    expect(problemsOf(UP, unknown)).toEqual([
      { code: 'entry-far', field: 'entry', value: 1_001, low: null, high: null },
    ])
  })

  it('of a market that stood still may lie 0.25 % and 1 % away', () => {
    const still = snapshot({ last: 1_000, volatilityPercent: 0, high24h: 1_000, low24h: 1_000 })
    expect(problemsOf({ ...UP, entry: 1_002.5, stop: 990, targets: [1_010] }, still)).toEqual([])
    expect(
      problemsOf({ ...UP, entry: 1_002.6, stop: 989.9, targets: [1_010.1] }, still).map(
        ({ code }) => code,
      ),
    ).toEqual(['entry-far', 'stop-far', 'target-far'])
  })
})

describe('a field that repeats a figure', () => {
  it('has to say what it says', () => {
    const verdict = { kind: 'anomaly', anomalous: false, volatilityPercent: 0.04 } as const
    expect(problemsOf({ ...verdict, deviationPercent: 0.0888 }, snapshot())).toEqual([])
    expect(problemsOf({ ...verdict, deviationPercent: null }, snapshot())).toEqual([])
    expect(problemsOf({ ...verdict, deviationPercent: 4.2 }, snapshot())).toEqual([
      {
        code: 'field-unsupported',
        field: 'deviationPercent',
        value: 4.2,
        low: 0.0888,
        high: 0.0888,
      },
    ])
  })

  it('has to say nothing where there is no figure', () => {
    const verdict = { kind: 'sentiment', sentiment: 'bullish', buySellRatio: 2 } as const
    expect(problemsOf(verdict, snapshot({ buySellRatio1h: null }))).toEqual([
      { code: 'field-unsupported', field: 'buySellRatio', value: 2, low: null, high: null },
    ])
  })
})

const anyFigures = fc.record({
  last: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  volatilityPercent: fc.double({ min: 0, max: 5, noNaN: true }),
  zScore: fc.double({ min: -5, max: 5, noNaN: true }),
  rsi14: fc.double({ min: 0, max: 100, noNaN: true }),
})

describe('any market', () => {
  it('has a baseline that makes sense', () => {
    const all = fc.constantFrom('anomaly', 'sentiment', 'signal')
    fc.assert(
      fc.property(anyFigures, all, fc.integer({ min: 0, max: 8 }), (more, kind, decimals) => {
        const of = snapshot(more, decimals)
        expect(problemsOf(baselineOf(kind, of), of)).toEqual([])
      }),
    )
  })

  it('believes nothing whose levels are out of order', () => {
    const price = fc.double({ min: 950, max: 1_050, noNaN: true })
    fc.assert(
      fc.property(price, price, price, fc.boolean(), (entry, stop, target, up) => {
        const levels = up ? [stop, entry, target] : [target, entry, stop]
        const trend = up ? 'up' : 'down'
        const found = problemsOf({ kind: 'signal', trend, entry, stop, targets: [target] }, calm)
        const [low = 0, middle = 0, high = 0] = levels
        if (!(low < middle && middle < high)) expect(found.length).toBeGreaterThan(0)
      }),
    )
  })
})
