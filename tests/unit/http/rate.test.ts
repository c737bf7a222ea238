import { describe, expect, it } from 'vitest'
import { createRate } from '../../../src/main/http/rate.ts'

describe('rate', () => {
  it('lets a burst through, then the steady rate', () => {
    const rate = createRate(10, 3)
    expect([0, 0, 0, 0].map((at) => rate.take(at))).toEqual([true, true, true, false])
    expect(rate.take(99)).toBe(false)
    expect(rate.take(100)).toBe(true)
    expect(rate.take(150)).toBe(false)
    expect(rate.take(200)).toBe(true)
  })

  it('saves no more than the burst', () => {
    const rate = createRate(10, 2)
    expect([1_000_000, 1_000_000, 1_000_000].map((at) => rate.take(at))).toEqual([
      true,
      true,
      false,
    ])
  })
})
