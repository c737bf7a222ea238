import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RollingDay } from '../../../src/main/pipeline/rolling-day.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const START = 1_800_000_000_000 - (1_800_000_000_000 % MINUTE)

const bars = (now: number, volume: (back: number) => number) =>
  Array.from({ length: 1_440 }, (_, index) => {
    const back = 1_439 - index
    return {
      openTime: Math.floor(now / MINUTE) * MINUTE - back * MINUTE,
      open: 100 + index,
      high: 101 + index,
      low: 99 + index,
      close: 100 + index,
      volume: volume(back),
    }
  })

describe('rolling day', () => {
  it('is partial, and says since when, until something is known of the day', () => {
    const day = new RollingDay(START)
    expect(day.figures(START, null)).toMatchObject({ volume: 0, high: null, basis: 'partial' })
    day.trade(START, START, 10, 2)
    expect(day.figures(START + 1, 10)).toEqual({
      volume: 2,
      quoteVolume: 20,
      high: 10,
      low: 10,
      open: 10,
      change: 0,
      basis: 'partial',
      since: START,
    })
    expect(day.figures(START + DAY, 10).basis).toBe('minutes')
  })

  it('expires minute by minute, not all at once and not never', () => {
    const day = new RollingDay(START)
    day.seedMinutes(
      START,
      bars(START, () => 1),
    )
    expect(day.figures(START, 1_539)).toMatchObject({ volume: 1_440, high: 1_540, low: 99 })
    expect(day.figures(START + 10 * MINUTE, 1_539)).toMatchObject({ volume: 1_430, low: 109 })
    expect(day.figures(START + 10 * MINUTE, 220).change).toBeCloseTo((220 - 110) / 110)
    expect(day.figures(START + DAY, 1_539)).toMatchObject({ volume: 0, high: null, change: null })
  })

  it('does not count a minute twice that both the tape and the venue tell', () => {
    const day = new RollingDay(START)
    day.trade(START + 1_000, START + 1_000, 1_000, 3)
    day.seedMinutes(
      START + 5_000,
      bars(START + 5_000, (back) => (back === 0 ? 2 : 1)),
    )
    expect(day.figures(START + 5_000, 1_000).volume).toBe(1_439 + 3)
    const later = new RollingDay(START)
    later.trade(START + 1_000, START + 1_000, 1_000, 3)
    later.seedMinutes(
      START + 5_000,
      bars(START + 5_000, (back) => (back === 0 ? 5 : 1)),
    )
    later.trade(START + 6_000, START + 6_000, 1_000, 1)
    expect(later.figures(START + 6_000, 1_000).volume).toBe(1_439 + 6)
  })

  it('spreads a total that has no bars, and calls it an estimate until it has gone', () => {
    const day = new RollingDay(START)
    day.seedTotal(START, { last: 110, open: 100, high: 120, low: 90, volume: 1_440 })
    const now = day.figures(START, 110)
    expect(now).toMatchObject({ basis: 'estimate', high: 120, low: 90 })
    expect(now.volume).toBeCloseTo(1_439)
    expect(now.change).toBeCloseTo(0.1, 3)
    const half = day.figures(START + DAY / 2, 110)
    expect(half.volume).toBeCloseTo(719)
    expect(half.change).toBeCloseTo(5 / 105, 3)
    expect(day.figures(START + DAY, 110)).toMatchObject({ basis: 'minutes', volume: 0 })
    day.seedMinutes(
      START,
      bars(START, () => 2),
    )
    expect(day.figures(START, 110)).toMatchObject({ basis: 'minutes', volume: 2_880 })
  })

  it('equals a plain sum over the trades of the last 1,440 minutes, late ones too', () => {
    const trade = fc.record({
      step: fc.nat(200 * MINUTE),
      late: fc.nat(3 * MINUTE),
      price: fc.integer({ min: 1, max: 1_000 }),
      qty: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 40 }), (steps) => {
        const day = new RollingDay(START)
        const seen: { time: number; price: number; qty: number }[] = []
        let now = START
        for (const { step, late, price, qty } of steps) {
          now += step
          const time = now - late
          day.trade(now, time, price, qty)
          seen.push({ time, price, qty })
          day.figures(now, price)
        }
        const from = (Math.floor(now / MINUTE) - 1_439) * MINUTE
        const within = seen.filter(({ time }) => time >= from)
        const figures = day.figures(now, null)
        expect(figures.volume).toBe(within.reduce((sum, { qty }) => sum + qty, 0))
        const prices = within.map(({ price }) => price)
        expect(figures.high).toBe(prices.length === 0 ? null : Math.max(...prices))
        expect(figures.low).toBe(prices.length === 0 ? null : Math.min(...prices))
      }),
    )
  })
})
