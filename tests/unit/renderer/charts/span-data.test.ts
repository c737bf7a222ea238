import { describe, expect, it } from 'vitest'
import {
  edgeOf,
  fillSlots,
  marksOf,
  slotsOf,
  timeAt,
} from '../../../../src/renderer/charts/span-data.ts'
import type { Candle } from '../../../../src/shared/domain/candle.ts'
import { epochMs, type TimeRange } from '../../../../src/shared/domain/time.ts'

const range = (from: number, to: number): TimeRange => ({ from: epochMs(from), to: epochMs(to) })
const bar = (openTime: number): Candle => ({ openTime }) as Candle

describe('slots', () => {
  const slots = slotsOf(range(105, 152), 10)

  it('cover a stretch from the bar in which it begins', () => {
    expect(slots).toEqual({ first: 100, length: 10, count: 6 })
    expect(edgeOf(slots, 115)).toBe(1.5)
    expect(timeAt(slots, edgeOf(slots, 137))).toBe(137)
  })

  it('are filled with bars and with room where there are none', () => {
    const filled = fillSlots(
      slots,
      [bar(90), bar(100), bar(130), bar(200)],
      ({ openTime }) => `bar ${openTime}`,
      (openTime) => `room ${openTime}`,
    )
    expect(filled).toEqual(['bar 100', 'room 110', 'room 120', 'bar 130', 'room 140', 'room 150'])
  })

  it('are marked where the tape is not complete, within the stretch', () => {
    const cover = [
      { ...range(0, 110), state: 'gap' as const },
      { ...range(110, 140), state: 'complete' as const },
      { ...range(140, 400), state: 'backfilled' as const },
    ]
    expect(marksOf(slots, cover)).toEqual([
      { openTime: 100, state: 'gap' },
      { openTime: 140, state: 'backfilled' },
      { openTime: 150, state: 'backfilled' },
    ])
  })
})
