import { describe, expect, it } from 'vitest'
import { packCandles, unpackCandles } from '../../../src/main/store/packed-candles.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'

describe('candles between threads', () => {
  it('come back as they were', () => {
    const candles = [0, 1, 2].map((nth) => ({
      openTime: epochMs(1_750_000_000_000 + nth * 60_000),
      open: 1.1 + nth,
      high: 2.2 + nth,
      low: 0.3 + nth,
      close: 1.4 + nth,
      volume: 10.5 + nth,
      buyVolume: 3.6 + nth,
      trades: 7 + nth,
      source: 'tape' as const,
      partial: nth === 1,
    }))
    expect(unpackCandles(packCandles(candles))).toEqual(candles)
    expect(unpackCandles(packCandles([]))).toEqual([])
  })
})
