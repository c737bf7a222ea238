import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesInDay,
  DAY_MS,
  daysUntilFull,
  growthOf,
  keepMsOf,
} from '../../../src/shared/domain/storage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Samples every ten minutes that rise by `step`. */
const samples = (count: number, step: number, from = 0, bytes = 0) =>
  Array.from({ length: count }, (_, i) => ({ at: from + i * 10 * MINUTE, bytes: bytes + i * step }))

describe('how fast a tape grows', () => {
  it('is not told before an hour was measured', () => {
    expect(growthOf([])).toEqual({ bytesPerDay: null, measuredMs: 0 })
    expect(growthOf(samples(6, 100))).toEqual({ bytesPerDay: null, measuredMs: 50 * MINUTE })
    expect(growthOf(samples(7, 100))).toEqual({ bytesPerDay: 14_400, measuredMs: HOUR })
  })
  it('is that of the last day of recording', () => {
    const quiet = samples(500, 1)
    const last = quiet.at(-1) ?? { at: 0, bytes: 0 }
    const busy = samples(145, 1_000, last.at, last.bytes)
    expect(growthOf([...quiet, ...busy])).toEqual({ bytesPerDay: 144_000, measuredMs: DAY_MS })
  })
  it('leaves out the time in which nothing was recorded, and what appeared in it', () => {
    const before = samples(10, 100)
    const after = samples(10, 100, 5 * DAY_MS, 1_000_000)
    expect(growthOf([...before, ...after])).toEqual({
      bytesPerDay: 14_400,
      measuredMs: 3 * HOUR,
    })
  })
  it('is never less than nothing', () => {
    expect(growthOf(samples(20, -5)).bytesPerDay).toBe(0)
  })
})

describe('bytes of a market in a day', () => {
  it('come from the last day of its tape, of stretches that begin before it by their share', () => {
    const stretches = [
      { from: 0, to: 2 * DAY_MS, bytes: 2_000 },
      { from: 2 * DAY_MS + 1, to: 2.5 * DAY_MS, bytes: 500 },
    ]
    expect(bytesInDay(stretches)).toBeCloseTo(1_000, 0)
  })
  it('are not told under an hour', () => {
    expect(bytesInDay([])).toBeNull()
    expect(bytesInDay([{ from: 0, to: HOUR - 1, bytes: 5 }])).toBeNull()
    expect(bytesInDay([{ from: 0, to: HOUR, bytes: 5 }])).toBe(120)
  })
  it('do not depend on how the tape is cut', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: HOUR }), { minLength: 100 }), (lengths) => {
        let at = 0
        const even = lengths.map((length) => {
          const from = at
          at += length
          return { from, to: at, bytes: length }
        })
        fc.pre(at >= HOUR)
        expect(bytesInDay(even)).toBeCloseTo(DAY_MS, -2)
      }),
    ))
})

describe('full in days', () => {
  it('says nothing where nothing is known, and 0 when it is full', () => {
    expect(daysUntilFull(null, 10)).toBeNull()
    expect(daysUntilFull(100, null)).toBeNull()
    expect(daysUntilFull(100, 0)).toBeNull()
    expect(daysUntilFull(0, null)).toBe(0)
    expect(daysUntilFull(-5, 10)).toBe(0)
    expect(daysUntilFull(100, 10)).toBe(10)
  })
})

it('a market has its own age limit, or that of all', () => {
  const limits = { budgetBytes: null, keepDays: 7, keepDaysByMarket: { 'okx:BTC-USDT': 30 } }
  expect(keepMsOf(limits, 'okx:BTC-USDT')).toBe(30 * DAY_MS)
  expect(keepMsOf(limits, 'okx:ETH-USDT')).toBe(7 * DAY_MS)
  expect(keepMsOf({ ...limits, keepDays: null }, 'okx:ETH-USDT')).toBeNull()
  expect(keepMsOf(limits, 'toString')).toBe(7 * DAY_MS)
})
