import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Backoff } from '../../../src/main/ingest/backoff.ts'

const limits = { baseMs: 1_000, capMs: 30_000, livedMs: 30_000 }

it('doubles the ceiling up to the cap', () => {
  const backoff = new Backoff(limits, () => 1)
  const pauses = Array.from({ length: 8 }, () => backoff.next())
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

it('keeps the first pauses short where it is keen, then doubles as if it had not', () => {
  const backoff = new Backoff({ ...limits, keen: { tries: 4, capMs: 3_000 } }, () => 1)
  const pauses = Array.from({ length: 6 }, () => backoff.next())
  expect(pauses).toEqual([1_000, 2_000, 3_000, 3_000, 16_000, 30_000])
})

it('spreads pauses over the whole range below the ceiling', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const backoff = new Backoff(limits, () => chance)
      for (let n = 0; n < failures; n += 1) backoff.next()
      const ceiling = Math.min(30_000, 1_000 * 2 ** failures)
      expect(backoff.next()).toBeCloseTo(chance * ceiling, 6)
    }),
  )
})

it('starts afresh after a connection that lived, not after one that did not', () => {
  const backoff = new Backoff(limits, () => 1)
  backoff.next()
  backoff.next()
  expect(backoff.next(29_999)).toBe(4_000)
  expect(backoff.next(30_000)).toBe(1_000)
})
