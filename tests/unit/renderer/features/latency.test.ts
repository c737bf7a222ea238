import { describe, expect, it } from 'vitest'
import { stageBars, verdict, wholeWay } from '../../../../src/renderer/features/latency/model.ts'
import type { StageReport } from '../../../../src/shared/contract/status.ts'
import { type LatencyFigures, STAGES, type Stage } from '../../../../src/shared/domain/latency.ts'

const figures = (p95: number | undefined): LatencyFigures => ({
  count: p95 === undefined ? 0 : 9,
  avg: null,
  p50: p95 === undefined ? null : p95 / 2,
  p95: p95 ?? null,
  p99: p95 === undefined ? null : p95 * 2,
  max: null,
  min: null,
  negative: 0,
})
const report = (ms: Partial<Record<Stage, number>>): StageReport => ({
  venue: null,
  blame: null,
  stages: STAGES.map((stage) => ({ stage, figures: figures(ms[stage]), uncertaintyMs: 0 })),
})
const EVERY = {
  'push-read': 40,
  'read-parsed': 1,
  'parsed-folded': 1,
  'folded-committed': 300,
  'folded-received': 60,
  'received-painted': 10,
}

describe('what may be said of a figure', () => {
  it('is nothing within the uncertainty, on either side of zero, its ends included', () => {
    expect([-3, 0, 3].map((ms) => verdict(ms, 3))).toEqual(['unclear', 'unclear', 'unclear'])
  })
  it('is the figure beyond it, and that it cannot be when it is below zero', () => {
    expect([verdict(3.1, 3), verdict(-3.1, 3)]).toEqual(['value', 'below'])
  })
  it('is the figure where one clock measured both ends, or nobody claims to know', () => {
    expect([verdict(0, 0), verdict(-2, null), verdict(null, 3)]).toEqual([
      'value',
      'value',
      'value',
    ])
  })
})

describe('the stages', () => {
  it('are drawn by the longest 99th percentile', () => {
    const bars = stageBars(report(EVERY))
    expect(bars.map(({ stage }) => stage)).toEqual(STAGES)
    expect(bars[4]).toMatchObject({ p50: 0.25, p95: 0.5, p99: 1 })
    expect(bars[5]?.p95).toBeCloseTo(0.1)
    expect(bars[0]).toMatchObject({ p50: 0, p95: 0, p99: 0 })
  })
  it('are drawn without a length when nothing was measured', () => {
    expect(stageBars(report({})).every(({ p99 }) => p99 === 0)).toBe(true)
  })
  it('add up along the way to the disk and along that to the paint', () => {
    expect(wholeWay(report(EVERY), 'disk')).toBe(342)
    expect(wholeWay(report(EVERY), 'paint')).toBe(112)
    expect(wholeWay(report({ ...EVERY, 'match-push': 5 }), 'paint')).toBe(117)
  })
  it('do not add up while one of them is not measured', () => {
    const { 'push-read': _, ...rest } = EVERY
    expect(wholeWay(report(rest), 'disk')).toBeNull()
  })
})
