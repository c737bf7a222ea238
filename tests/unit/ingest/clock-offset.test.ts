import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commonBounds } from '../../../src/main/ingest/clock-offset-bounds.ts'
import { OffsetEstimator } from '../../../src/main/ingest/clock-offset-estimate.ts'
import {
  type ClockReading,
  pongReading,
  restReading,
} from '../../../src/main/ingest/clock-offset-reading.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { TwoClocks, worldOf } from './two-clocks.ts'

const NOW = epochMs(1_750_000_000_000)
const WINDOW = 900_000
const HERE = { wall: NOW, monotonic: 1_000 }
const reading = (offset: number, half: number, more: Partial<ClockReading> = {}): ClockReading => ({
  lo: offset - half,
  hi: offset + half,
  rttMs: half * 2,
  resolutionMs: 1,
  at: 1_000,
  skewMs: 0,
  ...more,
})

describe('a reading of the clock', () => {
  it('leaves open half a round trip and one step of either clock', () => {
    const value = { time: epochMs(NOW + 130), resolutionMs: 1 }
    const { lo, hi } = restReading({ value, sentAt: NOW, rttMs: 60 }, HERE)
    expect([lo, hi]).toEqual([130 - 61, 131])
    expect((lo + hi) / 2).toBe(100)
  })

  it('takes a clock of whole seconds to be up to a second further than it shows', () => {
    const value = { time: NOW, resolutionMs: 1_000 }
    const { lo, hi } = restReading({ value, sentAt: NOW, rttMs: 0 }, HERE)
    expect([lo, hi]).toEqual([-1, 1_000])
  })

  it('on the socket does not count the time between request and answer at the venue', () => {
    const [sentAt, rttMs] = [NOW, 60]
    const inMicros = (NOW + 110) * 1_000
    const { lo, hi } = pongReading({ sentAt, rttMs, inMicros, outMicros: inMicros + 50_000 }, HERE)
    // Ten milliseconds were spent on the way in all: there or back, nobody knows.
    expect(hi - lo).toBeCloseTo(60 - 50 + 1, 2)
    expect((lo + hi) / 2).toBeCloseTo(104.5, 2)
  })
})

describe('what several readings leave open', () => {
  it('is what is common to all of them', () => {
    const bounds = commonBounds([reading(100, 50), reading(60, 50), reading(90, 70)], 1_000, 0)
    expect(bounds?.lo).toBeCloseTo(50, 1)
    expect(bounds?.hi).toBeCloseTo(110, 1)
  })

  it('is nothing when they contradict each other', () => {
    expect(commonBounds([reading(100, 50), reading(300, 50)], 1_000, 0)).toBeUndefined()
  })

  it('bounds the drift by readings that lie far apart', () => {
    const at = (second: number) => reading(second * 0.02, 2, { at: second * 1_000 })
    const bounds = commonBounds([0, 300, 600, 900].map(at), 900_000, 0)
    expect((bounds?.driftLo ?? 0) * 1e6).toBeGreaterThan(10)
    expect((bounds?.driftHi ?? 0) * 1e6).toBeLessThan(30)
    expect(bounds?.lo).toBeLessThanOrEqual(18)
    expect(bounds?.hi).toBeGreaterThanOrEqual(18)
  })

  it('widens an old reading by what our own clock was nudged since', () => {
    const bounds = commonBounds([reading(0, 1, { skewMs: 0 })], 1_000, 21)
    expect(bounds?.lo).toBeCloseTo(-21, 1)
    expect(bounds?.hi).toBeCloseTo(21, 1)
  })
})

describe('the offset of a clock', () => {
  it('is unknown before the first reading', () => {
    expect(new OffsetEstimator(WINDOW).estimate(0, 0)).toBeUndefined()
  })

  it('grows less certain with age', () => {
    const estimator = new OffsetEstimator(WINDOW)
    estimator.add(reading(40, 5))
    const soon = estimator.estimate(1_000, 0)?.uncertaintyMs ?? 0
    expect(soon).toBeCloseTo(5, 2)
    expect(estimator.estimate(101_000, 0)?.uncertaintyMs).toBeCloseTo(5 + 100_000 * 52e-6, 2)
  })

  it('is unknown again when our own clock was set or the machine slept', () => {
    const estimator = new OffsetEstimator(WINDOW)
    estimator.add(reading(40, 5))
    expect(estimator.estimate(2_000, 3_600_000)).toBeUndefined()
    estimator.add(reading(-3_599_960, 5, { at: 3_000, skewMs: 3_600_000 }))
    expect(estimator.estimate(3_000, 3_600_000)?.offsetMs).toBeCloseTo(-3_599_960, 2)
  })

  it('follows the venue when its clock was set, but not for the word of one reading', () => {
    const estimator = new OffsetEstimator(WINDOW)
    for (const at of [1_000, 2_000, 3_000]) estimator.add(reading(0, 5, { at }))
    estimator.add(reading(700, 5, { at: 4_000 }))
    expect(estimator.doubtful).toBe(true)
    const torn = estimator.estimate(4_000, 0)
    expect((torn?.offsetMs ?? 0) - (torn?.uncertaintyMs ?? 0)).toBeLessThan(-4)
    expect((torn?.offsetMs ?? 0) + (torn?.uncertaintyMs ?? 0)).toBeGreaterThan(704)
    estimator.add(reading(702, 5, { at: 5_000 }))
    expect(estimator.steps).toBe(1)
    expect(estimator.estimate(5_000, 0)?.offsetMs).toBeCloseTo(701, 0)
  })

  it('lets a single reading that nobody confirms go', () => {
    const estimator = new OffsetEstimator(WINDOW)
    for (const at of [1_000, 2_000]) estimator.add(reading(0, 5, { at }))
    estimator.add(reading(700, 5, { at: 3_000 }))
    estimator.add(reading(1, 5, { at: 4_000 }))
    expect(estimator.doubtful).toBe(false)
    expect(estimator.steps).toBe(0)
    expect(Math.abs(estimator.estimate(4_000, 0)?.offsetMs ?? 99)).toBeLessThan(2)
  })
})

describe('the offset between two simulated clocks', () => {
  const RUNS = 1_200

  it(`is within its own uncertainty in 99 % of ${RUNS} seeded runs`, () => {
    const wrong: number[] = []
    for (let seed = 1; seed <= RUNS; seed += 1) {
      const clocks = new TwoClocks(worldOf(seed))
      const estimator = new OffsetEstimator(WINDOW)
      const rightIn = (round: readonly ClockReading[]): boolean => {
        for (const each of round) estimator.add(each)
        const { monotonic, wall } = clocks.here()
        const told = estimator.estimate(monotonic, wall - monotonic)
        if (told === undefined) return false
        return Math.abs(told.offsetMs - clocks.trueOffset()) <= told.uncertaintyMs
      }
      for (const round of clocks.rounds(1_800_000))
        if (!rightIn(round) && wrong.at(-1) !== seed) wrong.push(seed)
    }
    expect(wrong.length, `wrong in seeds ${wrong}`).toBeLessThanOrEqual(RUNS / 100)
  })

  it('never leaves nothing in common unless a clock was set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const clocks = new TwoClocks({ ...worldOf(seed), venueStep: null, ownStep: null })
        const estimator = new OffsetEstimator(WINDOW)
        for (const round of clocks.rounds(1_800_000))
          for (const each of round) {
            estimator.add(each)
            expect(estimator.doubtful).toBe(false)
          }
        expect(estimator.steps).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  it('is tighter than the shortest round trip alone says', () => {
    const clocks = new TwoClocks({
      seed: 7,
      resolutionMs: 1_000,
      driftPpm: 10,
      ways: { there: 12, back: 30, tail: 1.5 },
      venueStep: null,
      ownStep: null,
    })
    const estimator = new OffsetEstimator(WINDOW)
    for (const round of clocks.rounds(900_000)) for (const each of round) estimator.add(each)
    const { monotonic, wall } = clocks.here()
    expect(estimator.estimate(monotonic, wall - monotonic)?.uncertaintyMs).toBeLessThan(150)
  })

  it('tells the drift once it can', () => {
    const clocks = new TwoClocks({
      seed: 11,
      resolutionMs: 0.001,
      driftPpm: 35,
      ways: { there: 2, back: 3, tail: 3 },
      venueStep: null,
      ownStep: null,
    })
    const estimator = new OffsetEstimator(WINDOW)
    const told: (number | null)[] = []
    for (const round of clocks.rounds(900_000)) {
      for (const each of round) estimator.add(each)
      const { monotonic, wall } = clocks.here()
      told.push(estimator.estimate(monotonic, wall - monotonic)?.driftPpm ?? null)
    }
    expect(told[0]).toBeNull()
    expect(Math.abs((told.at(-1) ?? 0) - 35)).toBeLessThan(6)
  })
})
