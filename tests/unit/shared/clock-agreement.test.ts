import { describe, expect, it } from 'vitest'
import { agreedOffset } from '../../../src/shared/domain/clock-agreement.ts'

const clock = (offsetMs: number, uncertaintyMs = 10) => ({ offsetMs, uncertaintyMs })

describe('what several clocks say of ours', () => {
  it('is nothing with fewer than two that are sure', () => {
    expect(agreedOffset([])).toBeNull()
    expect(agreedOffset([clock(1_300)])).toBeNull()
    expect(agreedOffset([clock(1_300), clock(1_300, 500)])).toBeNull()
  })

  it('is the middle, whatever one of them says', () => {
    expect(agreedOffset([clock(1_290), clock(1_310, 50), clock(-9_999)])).toEqual({
      offsetMs: 1_290,
      uncertaintyMs: 20,
      clocks: 3,
      off: true,
    })
  })

  it('is as uncertain as they lie apart', () => {
    const told = agreedOffset([clock(-2_000), clock(3_000)])
    expect(told).toMatchObject({ offsetMs: 500, uncertaintyMs: 2_500, off: false })
  })

  it('calls ours off only beyond a quarter of a second and the uncertainty', () => {
    expect(agreedOffset([clock(249), clock(249)])?.off).toBe(false)
    expect(agreedOffset([clock(-251), clock(-251)])?.off).toBe(true)
    expect(agreedOffset([clock(400, 420), clock(400, 420)])?.off).toBe(false)
  })
})
