import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coinOf } from '../../../../src/main/pipeline/analysis/coin.ts'
import {
  type MarkBar,
  type MarkFacts,
  markOf,
} from '../../../../src/main/pipeline/analysis/marks.ts'
import type { SignalVerdict } from '../../../../src/shared/domain/analysis.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { MINUTE, snapshot, T } from './bars.ts'

const DAY = 1_440 * MINUTE
const UP: SignalVerdict = { kind: 'signal', trend: 'up', entry: 100, stop: 98, targets: [103, 110] }
const DOWN: SignalVerdict = {
  kind: 'signal',
  trend: 'down',
  entry: 100,
  stop: 102,
  targets: [97, 90],
}

/** A bar of `ms` that opens so many minutes after `T`. */
const at = (minute: number, low: number, high: number, more: Partial<MarkBar> = {}): MarkBar => ({
  openTime: epochMs(T + minute * MINUTE),
  open: (low + high) / 2,
  close: (low + high) / 2,
  low,
  high,
  ms: MINUTE,
  ...more,
})
const mark = (bars: readonly MarkBar[], more: Partial<MarkFacts> = {}) =>
  markOf({ signal: UP, at: epochMs(T), last: 100, bars, holes: [], now: epochMs(T + DAY), ...more })
const hole = (from: number, to: number) => ({
  from: epochMs(T + from * MINUTE),
  to: epochMs(T + to * MINUTE),
})

describe('what became of a signal', () => {
  it.each([
    ['up: its target first', UP, [at(1, 99, 101), at(2, 100, 103), at(3, 90, 103)], 'target', 2],
    ['up: its stop first', UP, [at(1, 98.1, 102.9), at(2, 98, 99), at(3, 99, 110)], 'stop', 2],
    ['down: its target first', DOWN, [at(1, 98, 101), at(2, 97, 98), at(3, 97, 110)], 'target', 2],
    ['down: its stop first', DOWN, [at(1, 97.1, 101.9), at(2, 100, 102)], 'stop', 2],
    ['neither', UP, [at(1, 98.1, 102.9), at(700, 98.1, 102.9)], 'neither', null],
    ['no trade at all', UP, [], 'neither', null],
    ['a second target is not the first', UP, [at(1, 99, 102), at(5, 99, 111)], 'target', 5],
  ] as const)('%s', (_, signal, bars, outcome, minute) => {
    expect(mark(bars, { signal })).toMatchObject({
      outcome,
      reachedAt: minute === null ? null : T + minute * MINUTE,
    })
  })

  it('counts as the stop where one bar reaches both, unless its open or finer bars tell', () => {
    expect(mark([at(1, 97, 104)]).outcome).toBe('stop')
    expect(mark([at(1, 97, 104, { open: 103.5 })]).outcome).toBe('target')
    expect(mark([at(1, 97, 104, { open: 97.5 })]).outcome).toBe('stop')
    expect(mark([at(1, 96, 103)], { signal: DOWN }).outcome).toBe('stop')
    expect(mark([at(1, 96, 103, { open: 96.5 })], { signal: DOWN }).outcome).toBe('target')
    const seconds = [at(1, 100, 104, { ms: 1_000 }), at(1 + 1 / 60, 97, 100, { ms: 1_000 })]
    expect(mark(seconds)).toMatchObject({ outcome: 'target', reachedAt: T + MINUTE })
  })

  it('does not look at bars that open before it, nor at those after 24 hours', () => {
    const facts = { at: epochMs(T + 30_000), now: epochMs(T + 2 * DAY) }
    expect(mark([at(0, 90, 120)], facts).outcome).toBe('neither')
    expect(mark([at(0.5, 90, 102, { ms: 1_000 })], facts).outcome).toBe('stop')
    expect(mark([at(1_440, 90, 102)], facts).outcome).toBe('stop')
    expect(mark([at(1_441, 90, 102)], facts).outcome).toBe('neither')
  })

  it('is pending until a level is reached or 24 hours are over', () => {
    expect(mark([at(1, 99, 101)], { now: epochMs(T + DAY - 1) }).outcome).toBe('pending')
    expect(mark([at(1, 99, 101)], { now: epochMs(T + DAY) }).outcome).toBe('neither')
    expect(mark([at(1, 99, 103)], { now: epochMs(T + 2 * MINUTE) }).outcome).toBe('target')
    // The minute is not over yet.
    expect(mark([at(1, 99, 103)], { now: epochMs(T + 2 * MINUTE - 1) }).outcome).toBe('pending')
  })

  it('is not known where a hole may hide that a level was reached', () => {
    const bars = [at(10, 99, 103), at(700, 90, 91)]
    expect(mark(bars, { holes: [hole(5, 6)] })).toMatchObject({
      outcome: 'unknown',
      reachedAt: null,
    })
    expect(mark(bars, { holes: [hole(10, 10.5)] }).outcome).toBe('unknown')
    expect(mark(bars, { holes: [hole(11, 20)] }).outcome).toBe('target')
    expect(mark(bars, { holes: [hole(-9, 0)] }).outcome).toBe('target')
    expect(mark([at(1, 99, 101)], { holes: [hole(1_000, 1_001)] }).outcome).toBe('unknown')
    expect(mark([at(1, 99, 101)], { holes: [hole(1_440, 1_441)] }).outcome).toBe('neither')
    // It may be filled yet.
    const early = { holes: [hole(5, 6)], now: epochMs(T + DAY - 1) }
    expect(mark(bars, early).outcome).toBe('pending')
  })

  it('sideways is nothing', () => {
    const sideways = { ...UP, trend: 'sideways' } as const
    expect(mark([at(1, 1, 1_000)], { signal: sideways, now: epochMs(T + 1) })).toEqual({
      outcome: 'neither',
      reachedAt: null,
      returns: { 5: 0, 15: 0, 60: 0, 1440: 0 },
    })
  })
})

describe('its returns', () => {
  const close = (minute: number, price: number) => at(minute, 99, 101, { close: price })
  const bars = [close(3, 100.5), close(4, 101), close(5, 150), close(14, 99), close(59, 100)]

  it('are those of the newest trade before each horizon, in its direction', () => {
    const { returns } = mark([...bars, close(1_439, 104)])
    expect(returns[5]).toBeCloseTo(1, 10)
    expect(returns[15]).toBeCloseTo(-1, 10)
    expect(returns[60]).toBeCloseTo(0, 10)
    expect(returns[1440]).toBeCloseTo(4, 10)
    const down = mark([...bars, close(1_439, 104)], { signal: DOWN }).returns
    expect(down[5]).toBeCloseTo(-1, 10)
    expect(down[1440]).toBeCloseTo(-4, 10)
  })

  it('are 0 of a market that stood still', () => {
    expect(mark([]).returns).toEqual({ 5: 0, 15: 0, 60: 0, 1440: 0 })
  })

  it('are not told of what lies ahead, of a hole, or without a price', () => {
    expect(mark(bars, { now: epochMs(T + 15 * MINUTE - 1) }).returns).toMatchObject({
      15: null,
      60: null,
      1440: null,
    })
    expect(mark(bars, { now: epochMs(T + 15 * MINUTE) }).returns[15]).toBeCloseTo(-1, 10)
    const { returns } = mark(bars, { holes: [hole(20, 59), hole(100, 101)] })
    expect(returns[15]).toBeCloseTo(-1, 10)
    expect(returns[60]).toBeCloseTo(0, 10)
    expect(returns[1440]).toBeNull()
    expect(mark(bars, { holes: [hole(4.9, 5)] }).returns[5]).toBeNull()
    // What was missed before the newest trade changes nothing about its price.
    expect(mark(bars, { holes: [hole(1, 2)] }).returns[5]).toBeCloseTo(1, 10)
    expect(mark(bars, { last: null }).returns[5]).toBeNull()
  })
})

describe('a coin', () => {
  const of = snapshot({ last: 101 })
  const UP_FROM_100: SignalVerdict = { ...UP, targets: [103, 110] }

  it('has the distances of the signal from the last price, up or down', () => {
    const thrown = [1, 2, 3, 4, 5, 6].map((seed) => coinOf(seed, UP_FROM_100, of))
    expect(new Set(thrown.map(({ trend }) => trend))).toEqual(new Set(['up', 'down']))
    for (const { trend, entry, stop, targets } of thrown) {
      expect(entry).toBe(101)
      expect([stop, ...targets]).toEqual(trend === 'up' ? [98, 103, 110] : [104, 99, 92])
    }
  })

  it('falls on the same side for the same seed, and on both sides alike', () => {
    const falls = Array.from({ length: 10_000 }, (_, seed) => coinOf(seed + 1, UP, of).trend)
    expect(falls.slice(0, 12)).toEqual(
      Array.from({ length: 12 }, (_, seed) => coinOf(seed + 1, UP, of).trend),
    )
    const ups = falls.filter((trend) => trend === 'up').length
    // Four standard deviations of 10,000 throws: 200.
    expect(Math.abs(ups - 5_000)).toBeLessThan(200)
    const repeated = falls.filter((trend, index) => trend === falls[index + 1]).length
    expect(Math.abs(repeated - 5_000)).toBeLessThan(200)
  })

  it('is not thrown where the signal points nowhere', () => {
    const sideways = { kind: 'signal', trend: 'sideways', entry: null, stop: null, targets: [] }
    expect(coinOf(1, { ...UP, trend: 'sideways' }, of)).toEqual(sideways)
    expect(coinOf(1, UP, snapshot({ last: null }))).toEqual(sideways)
  })
})

describe('any price path', () => {
  const path = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 })

  it('is marked as trade by trade', () => {
    fc.assert(
      fc.property(path, fc.constantFrom(UP, DOWN), (steps, signal) => {
        let price = 100
        let expected = 'neither'
        const bars = steps.map((step, minute) => {
          price += step / 2
          const way = signal.trend === 'up' ? 1 : -1
          if (expected === 'neither' && (price - (signal.targets[0] ?? 0)) * way >= 0)
            expected = 'target'
          if (expected === 'neither' && (price - (signal.stop ?? 0)) * way <= 0) expected = 'stop'
          return at(minute, price, price)
        })
        expect(mark(bars, { signal }).outcome).toBe(expected)
      }),
    )
  })

  it('gives a coin that points the other way the mirrored outcome', () => {
    const even: SignalVerdict = { ...UP, stop: 98, targets: [102] }
    const odd: SignalVerdict = { ...DOWN, stop: 102, targets: [98] }
    fc.assert(
      fc.property(path, (steps) => {
        let price = 100
        const bars = steps.map((step, minute) => {
          price += step / 2
          return at(minute, price, price)
        })
        const mirrored = { target: 'stop', stop: 'target', neither: 'neither' } as const
        const outcome = mark(bars, { signal: even }).outcome as keyof typeof mirrored
        expect(mark(bars, { signal: odd }).outcome).toBe(mirrored[outcome])
      }),
    )
  })
})
