import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wallClock } from '../../../src/shared/domain/wall-clock.ts'

function setUp(start: number) {
  const state = { at: 0, skew: start }
  const read = wallClock(
    () => Math.floor(state.skew + state.at),
    () => state.at,
  )
  return { state, read, truth: () => state.skew + state.at }
}

describe('the wall clock with a fraction', () => {
  it('is within the millisecond that is shown from the first reading on', () => {
    const { read, truth } = setUp(1_750_000_000_000.7)
    expect(Math.abs(read() - truth())).toBeLessThanOrEqual(0.5)
  })

  it('comes close to the truth with readings at odd times', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (part) => {
        const { state, read, truth } = setUp(1_750_000_000_000 + part)
        for (let turn = 0; turn < 400; turn += 1) {
          state.at += 0.731
          read()
        }
        expect(Math.abs(read() - truth())).toBeLessThan(0.02)
      }),
    )
  })

  it('follows a clock that is set, forward or back', () => {
    for (const step of [3_600_000, -3_600_000]) {
      const { state, read, truth } = setUp(1_750_000_000_000)
      read()
      state.skew += step
      expect(Math.abs(read() - truth())).toBeLessThanOrEqual(1)
    }
  })

  it('follows a clock that is slowly corrected', () => {
    const { state, read, truth } = setUp(1_750_000_000_000)
    for (let turn = 0; turn < 5_000; turn += 1) {
      state.at += 3.37
      state.skew += 0.0016 // 475 ppm, the most that time servers' clients do
      expect(Math.abs(read() - truth())).toBeLessThanOrEqual(1)
    }
  })
})
