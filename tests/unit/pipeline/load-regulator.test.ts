import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LoadReadings } from '../../../src/main/pipeline/load-readings.ts'
import {
  type LoadLimits,
  type LoadReading,
  LoadRegulator,
} from '../../../src/main/pipeline/load-regulator.ts'

const CALM: LoadReading = {
  cpu: 0.1,
  rssBytes: 200e6,
  loopDelayMs: 5,
  queueGrowingMs: 0,
  queuedTrades: 0,
  waitingTrades: 0,
}
const LIMITS: LoadLimits = { cpu: 0.5, rssBytes: 400e6, waitingTrades: 2_000_000 }
const BUSY: LoadReading = { ...CALM, cpu: 0.9 }
const SHORT: LoadReading = { ...CALM, rssBytes: 500e6, waitingTrades: 300_000 }

const run = (readings: readonly LoadReading[], limits = LIMITS): number[] => {
  const regulator = new LoadRegulator()
  return readings.map((reading) => regulator.tick(reading, limits))
}
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value)

/** Every threshold has values on both sides of it, and in the band between press and calm. */
const reading: fc.Arbitrary<LoadReading> = fc.record({
  cpu: fc.constantFrom(0, 0.42, 0.45, 0.5, 0.51, 3),
  rssBytes: fc.constantFrom(0, 368e6, 380e6, 400e6, 401e6, 2e9),
  loopDelayMs: fc.constantFrom(0, 100, 150, 200, 201, 5_000),
  queueGrowingMs: fc.constantFrom(0, 1_000, 5_000, 6_000),
  queuedTrades: fc.constantFrom(0, 49_999, 50_000, 1_799_999, 1_800_000),
  waitingTrades: fc.constantFrom(0, 49_999, 50_000, 1_800_000),
})
const limits: fc.Arbitrary<LoadLimits> = fc.record({
  cpu: fc.constantFrom(null, 0.5),
  rssBytes: fc.constantFrom(null, 400e6),
  waitingTrades: fc.constant(2_000_000),
})
/** Long stretches of one reading, so that every level is reached. */
const course = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 30 }), reading), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.flatMap(([n, each]) => times(n, each)))

describe('the load regulator', () => {
  it('leaves out one thing after another, and takes them back in the reverse order', () => {
    const up = run(times(12, BUSY))
    expect(up).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3])
    const levels = run([...times(9, BUSY), ...times(60, CALM)]).slice(9)
    expect(levels.indexOf(2)).toBe(19)
    expect(levels.indexOf(1)).toBe(39)
    expect(levels.indexOf(0)).toBe(59)
  })

  it('leaves trades out only when memory runs short of them', () => {
    expect(Math.max(...run(times(500, BUSY)))).toBe(3)
    // Over the cap, but it is not the trades that fill the memory: leaving them out would not help.
    expect(Math.max(...run(times(500, { ...SHORT, waitingTrades: 49_999 })))).toBe(3)
    expect(run(times(12, SHORT))).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4])
    const full = { ...CALM, queuedTrades: 1_800_000, waitingTrades: 1_800_000 }
    expect(run(times(12, full)).at(-1)).toBe(4)
    expect(Math.max(...run(times(99, { ...full, queuedTrades: 0 })))).toBe(0)
  })

  it('stores again five seconds after memory suffices, still sparing the rest', () => {
    const after = run([...times(12, SHORT), ...times(6, BUSY)]).slice(12)
    expect(after).toEqual([4, 4, 4, 4, 3, 3])
  })

  it('says what presses, as long as anything is left out', () => {
    const regulator = new LoadRegulator()
    const both = { ...BUSY, loopDelayMs: 300 }
    for (const each of times(3, both)) regulator.tick(each, LIMITS)
    expect(regulator.reasons).toEqual(['cpu', 'loop'])
    for (const each of times(19, CALM)) regulator.tick(each, LIMITS)
    expect([regulator.level, regulator.reasons]).toEqual([1, ['cpu', 'loop']])
    regulator.tick(CALM, LIMITS)
    expect([regulator.level, regulator.reasons]).toEqual([0, []])
  })

  it('needs no cap to see a late event loop or a store that falls behind', () => {
    const none = { cpu: null, rssBytes: null, waitingTrades: 2_000_000 }
    expect(run(times(9, { ...CALM, loopDelayMs: 201 }), none).at(-1)).toBe(3)
    expect(run(times(9, { ...CALM, queueGrowingMs: 5_001 }), none).at(-1)).toBe(3)
    expect(run(times(99, { ...CALM, cpu: 64, rssBytes: 9e12 }), none).at(-1)).toBe(0)
  })

  it('never gives a lower level for more pressure', () => {
    const worse = (a: LoadReading, b: LoadReading): LoadReading => ({
      cpu: Math.max(a.cpu, b.cpu),
      rssBytes: Math.max(a.rssBytes, b.rssBytes),
      loopDelayMs: Math.max(a.loopDelayMs, b.loopDelayMs),
      queueGrowingMs: Math.max(a.queueGrowingMs, b.queueGrowingMs),
      queuedTrades: Math.max(a.queuedTrades, b.queuedTrades),
      waitingTrades: Math.max(a.waitingTrades, b.waitingTrades),
    })
    fc.assert(
      fc.property(course, course, limits, (some, other, allowed) => {
        const more = some.map((each, at) => worse(each, other[at % other.length] ?? each))
        const high = run(more, allowed)
        run(some, allowed).forEach((level, at) => {
          expect(high[at]).toBeGreaterThanOrEqual(level)
        })
      }),
      { numRuns: 500 },
    )
  })

  it('goes one step at a time, never to 4 before 1 to 3 were in force, and does not flap', () => {
    fc.assert(
      fc.property(course, limits, (readings, allowed) => {
        const levels = [0, ...run(readings, allowed)]
        const changes = levels.flatMap((level, at) => {
          const by = level - (levels[at - 1] ?? 0)
          return at === 0 || by === 0 ? [] : [{ at, by, level }]
        })
        changes.forEach(({ at, by, level }, index) => {
          expect(Math.abs(by)).toBe(1)
          const before = changes[index - 1]
          // Trades are stored again sooner; whatever else is taken back has been calm for 20 s.
          const least = by > 0 ? 3 : level === 3 ? 5 : 20
          if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(least)
        })
      }),
      { numRuns: 500 },
    )
  })

  it('returns to nothing when pressure ends, whatever came before', () => {
    fc.assert(
      fc.property(course, limits, (readings, allowed) => {
        expect(run([...readings, ...times(100, CALM)], allowed).at(-1)).toBe(0)
      }),
    )
  })
})

describe('the readings of load', () => {
  const sample = (second: number, more: object = {}) => ({
    at: second * 1_000,
    cpuMs: second * 250,
    rssBytes: 1,
    loopDelayP99Ms: 0,
    waitingTrades: 0,
    refused: false,
    ...more,
  })

  it('give the CPU of the last five seconds', () => {
    const readings = new LoadReadings()
    expect(readings.add(sample(0)).cpu).toBe(0)
    for (let at = 1; at < 10; at += 1) expect(readings.add(sample(at)).cpu).toBe(0.25)
    expect(readings.add(sample(10, { cpuMs: 2_500 + 1_000 })).cpu).toBe(0.45)
  })

  it('take a delay for one only when it lasts', () => {
    const readings = new LoadReadings()
    const delays = [900, 900, 0, 300, 250, 400].map(
      (loopDelayP99Ms, at) => readings.add(sample(at, { loopDelayP99Ms })).loopDelayMs,
    )
    expect(delays).toEqual([0, 0, 0, 0, 0, 250])
  })

  it('see a queue grow, not one that the disk refuses or that is short', () => {
    const grow = (step: number, refused = false) => {
      const readings = new LoadReadings()
      return [0, 1, 2, 3, 3].map(
        (times, at) =>
          readings.add(sample(at, { waitingTrades: times * step, refused })).queueGrowingMs,
      )
    }
    expect(grow(20_000)).toEqual([0, 1_000, 2_000, 3_000, 0])
    expect(grow(20_000, true)).toEqual([0, 0, 0, 0, 0])
    expect(grow(3_000)).toEqual([0, 0, 0, 0, 0])
  })
})
