import { describe, expect, it } from 'vitest'
import { markOf } from '../../../../src/main/pipeline/analysis/marks.ts'
import { scoresOf } from '../../../../src/main/pipeline/analysis/scores.ts'
import type { AnalysisEntry } from '../../../../src/shared/contract/analysis.ts'
import type { Mark, MarkOutcome, SignalVerdict } from '../../../../src/shared/domain/analysis.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { MARKET, MINUTE, snapshot, T } from './bars.ts'

const signal = (trend: SignalVerdict['trend']): SignalVerdict =>
  trend === 'sideways'
    ? { kind: 'signal', trend, entry: null, stop: null, targets: [] }
    : {
        kind: 'signal',
        trend,
        entry: 100,
        stop: trend === 'up' ? 98 : 102,
        targets: [trend === 'up' ? 103 : 97],
      }

const marked = (outcome: MarkOutcome, percent: number | null = null): Mark => ({
  outcome,
  reachedAt: null,
  returns: { 5: percent, 15: percent, 60: null, 1440: null },
})

interface Row {
  readonly model: Mark
  readonly baseline?: Mark
  readonly coin?: Mark
}
const entry = (marks: Row | null, more: Partial<AnalysisEntry> = {}): AnalysisEntry => ({
  id: 1,
  market: MARKET,
  kind: 'signal',
  state: 'done',
  trigger: 'asked',
  askedAt: epochMs(T),
  settledAt: epochMs(T),
  snapshot: snapshot(),
  baseline: signal('down'),
  model: 'gpt',
  provider: 'api.example.com',
  prompt: 'signal-1',
  language: 'en',
  verdict: signal('up'),
  reason: '',
  citations: [],
  problems: [],
  failure: null,
  usage: null,
  cost: null,
  latency: null,
  attempts: 1,
  marks: marks === null ? null : { baseline: marked('neither'), coin: marked('neither'), ...marks },
  ...more,
})
const many = (count: number, of: () => AnalysisEntry): readonly AnalysisEntry[] =>
  Array.from({ length: count }, of)

describe('scores', () => {
  it('count what became of the signals of a model, beside plain statistics and a coin', () => {
    const entries = [
      entry({ model: marked('target'), baseline: marked('stop'), coin: marked('pending') }),
      entry({ model: marked('target'), baseline: marked('stop'), coin: marked('unknown') }),
      entry({ model: marked('stop'), baseline: marked('target') }),
      entry({ model: marked('neither') }, { verdict: signal('sideways') }),
      entry({ model: marked('neither') }, { baseline: signal('sideways') }),
      entry({ model: marked('unknown') }),
      entry({ model: marked('pending') }, { baseline: signal('sideways') }),
    ]
    const counts = scoresOf(entries).map((row) => [
      row.who,
      row.signals,
      row.flat,
      row.targets,
      row.stops,
      row.neither,
      row.pending,
    ])
    expect(counts).toEqual([
      ['model', 6, 1, 2, 1, 1, 1],
      ['baseline', 5, 2, 1, 2, 2, 0],
      ['coin', 6, 1, 0, 0, 4, 1],
    ])
  })

  it('are rows of a model and a prompt, in order', () => {
    const rows = scoresOf([
      entry({ model: marked('stop') }, { model: 'z' }),
      entry({ model: marked('stop') }, { prompt: 'signal-2' }),
      entry({ model: marked('stop') }),
      entry({ model: marked('target') }),
    ])
    expect(rows.map(({ model, prompt, who }) => `${model} ${prompt} ${who}`)).toEqual(
      ['gpt signal-1', 'gpt signal-2', 'z signal-1'].flatMap((name) =>
        ['model', 'baseline', 'coin'].map((who) => `${name} ${who}`),
      ),
    )
    expect(rows[0]).toMatchObject({ targets: 1, stops: 1 })
  })

  it('leave out what was refused, failed, is no signal or is not marked', () => {
    const mark = { model: marked('target') }
    expect(
      scoresOf([
        entry(mark, { state: 'refused' }),
        entry(mark, { state: 'failed', verdict: null }),
        entry(mark, { kind: 'anomaly' }),
        entry(null),
      ]),
    ).toEqual([])
  })

  it('say no rate and no mean of fewer than 30', () => {
    const [few] = scoresOf(many(29, () => entry({ model: marked('target', 1) })))
    expect(few).toMatchObject({ hitRate: null, returns: { 5: { mean: null, count: 29 } } })
    const [enough] = scoresOf(many(30, () => entry({ model: marked('target', 1) })))
    expect(enough).toMatchObject({ hitRate: { share: 1 }, returns: { 5: { mean: 1, count: 30 } } })
    // Pending ones do not make 30.
    const mixed = [
      ...many(29, () => entry({ model: marked('target') })),
      ...many(9, () => entry({ model: marked('pending') })),
    ]
    expect(scoresOf(mixed)[0]?.hitRate).toBeNull()
  })

  it('have Wilson’s interval, as published: 10 of 40 and 30 of 30', () => {
    const entries = [
      ...many(10, () => entry({ model: marked('target', 2) })),
      ...many(30, () => entry({ model: marked('stop', -1) })),
    ]
    const [row] = scoresOf(entries)
    expect(row?.hitRate?.share).toBe(0.25)
    // By hand: (0.25 + 3.8415/80 ∓ 1.96·√(0.25·0.75/40 + 3.8415/6400)) / (1 + 3.8415/40).
    expect(row?.hitRate?.low).toBeCloseTo(0.1419, 3)
    expect(row?.hitRate?.high).toBeCloseTo(0.4019, 3)
    expect(row?.returns[5]).toEqual({ mean: -0.25, count: 40 })
    expect(row?.returns[60]).toEqual({ mean: null, count: 0 })
    const [all] = scoresOf(many(30, () => entry({ model: marked('target') })))
    expect(all?.hitRate?.share).toBe(1)
    expect(all?.hitRate?.high).toBeCloseTo(1, 12)
    // 1 / (1 + 3.8415 / 30).
    expect(all?.hitRate?.low).toBeCloseTo(0.8865, 3)
  })
})

describe('a tape whose outcomes are known', () => {
  // 40 signals up at 100, stop 98, target 103. The price rises 1 a minute of the first 25, falls 1 a minute of the next 10,
  // and stands still of the last 5: 25 targets after 3 minutes, 10 stops after 2, and 5 neither.
  const steps = [...Array(25).fill(1), ...Array(10).fill(-1), ...Array(5).fill(0)] as number[]
  const entries = steps.map((step, index) => {
    const bars = Array.from({ length: 1_440 }, (_, minute) => {
      const price = 100 + step * Math.min(minute + 1, 10)
      return {
        openTime: epochMs(T + minute * MINUTE),
        open: price,
        high: price,
        low: price,
        close: price,
        ms: MINUTE,
      }
    })
    const facts = { at: epochMs(T), last: 100, bars, holes: [], now: epochMs(T + 1_440 * MINUTE) }
    return entry(
      {
        model: markOf({ ...facts, signal: signal('up') }),
        baseline: markOf({ ...facts, signal: signal('down') }),
        coin: markOf({ ...facts, signal: signal(index % 2 === 0 ? 'up' : 'down') }),
      },
      { id: index + 1 },
    )
  })

  it('has the scores that were worked out by hand', () => {
    const [model, baseline, coin] = scoresOf(entries)
    expect(model).toMatchObject({ signals: 40, targets: 25, stops: 10, neither: 5, pending: 0 })
    expect(baseline).toMatchObject({ signals: 40, targets: 10, stops: 25, neither: 5 })
    // Up at even places: 13 of the 25 rising, 5 of the 10 falling (from the 25th on).
    expect(coin).toMatchObject({ signals: 40, targets: 13 + 5, stops: 12 + 5, neither: 5 })
    expect(model?.hitRate?.share).toBeCloseTo(25 / 35, 12)
    // After 5 minutes ±5 %, after 15 and later ±10 %.
    expect(model?.returns[5].mean).toBeCloseTo((25 * 5 - 10 * 5) / 40, 10)
    expect(model?.returns[15].mean).toBeCloseTo((25 * 10 - 10 * 10) / 40, 10)
    expect(model?.returns[1440].mean).toBeCloseTo(3.75, 10)
    expect(baseline?.returns[1440].mean).toBeCloseTo(-3.75, 10)
    expect(entries[0]?.marks?.model.reachedAt).toBe(T + 2 * MINUTE)
    expect(entries[30]?.marks?.model.reachedAt).toBe(T + MINUTE)
  })
})
