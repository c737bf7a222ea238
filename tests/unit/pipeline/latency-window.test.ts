import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LatencyWindow } from '../../../src/main/pipeline/latency-window.ts'

const exact = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN

describe('latency window', () => {
  it('has nothing to say about nothing', () => {
    expect(new LatencyWindow(60_000).figures(0)).toEqual({
      count: 0,
      avg: null,
      p50: null,
      p95: null,
      p99: null,
      max: null,
      min: null,
      negative: 0,
    })
  })

  it('agrees with a sorted array to within a bucket, below zero too', () => {
    const latency = fc.double({ min: -2_000, max: 60_000, noNaN: true })
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), (values) => {
        const window = new LatencyWindow(60_000)
        for (const value of values) window.record(1_000, value)
        const sorted = [...values].sort((a, b) => a - b)
        const figures = window.figures(1_000)
        expect(figures.count).toBe(values.length)
        expect(figures.min).toBe(sorted[0])
        expect(figures.max).toBe(sorted.at(-1))
        expect(figures.negative).toBe(values.filter((value) => Math.round(value * 1e3) < 0).length)
        expect(figures.avg).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6)
        for (const [share, got] of [
          [0.5, figures.p50],
          [0.95, figures.p95],
          [0.99, figures.p99],
        ] as const) {
          const want = exact(sorted, share)
          expect(Math.abs((got ?? Number.NaN) - want)).toBeLessThanOrEqual(
            Math.abs(want) * 0.016 + 0.001,
          )
        }
      }),
    )
  })

  it('forgets what is older than the window, slice by slice', () => {
    const window = new LatencyWindow(12_000)
    for (let second = 0; second < 12; second += 1) window.record(second * 1_000, second)
    expect(window.figures(11_500).count).toBe(12)
    expect(window.figures(12_500)).toMatchObject({ count: 11, min: 1 })
    expect(window.figures(20_000)).toMatchObject({ count: 3, min: 9, max: 11 })
    expect(window.figures(60_000).count).toBe(0)
    window.record(61_000, 5)
    expect(window.figures(61_000)).toMatchObject({ count: 1, p99: 5 })
  })
})
