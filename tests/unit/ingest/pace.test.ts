import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MarketPace } from '../../../src/main/ingest/pace.ts'

const timing = { noTradeMs: 60_000, noTradeCapMs: 3_600_000, noTradeFloorMs: 8_000 }
const HOUR = 3_600_000

/** Times of a market with random pauses around a mean (exponential, as independent traders make them). */
function poisson(meanMs: number, count: number, seed: number): number[] {
  let state = seed || 1
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  let at = 0
  return Array.from({ length: count }, () => {
    at += -Math.log(1 - random()) * meanMs
    return at
  })
}

/** Lets a market trade at these times, subscribed anew whenever its patience ends. */
function lived(trades: readonly number[], pace = new MarketPace(timing)) {
  let alarms = 0
  let since = 0
  pace.began(0)
  for (const at of trades) {
    while (at - since >= pace.limitMs) {
      since += pace.limitMs
      pace.gaveUp(since)
      alarms += 1
    }
    pace.traded(at)
    since = at
  }
  return { pace, alarms, since }
}

describe('pace of a market', () => {
  it('is not mistaken: a market of any steady pace is hardly ever in doubt', () => {
    const mean = fc.integer({ min: 3, max: 15 }).map((n) => 2 ** n * 10) // 80 ms to 5.5 minutes
    fc.assert(
      fc.property(mean, fc.integer({ min: 1, max: 1e9 }), (meanMs, seed) => {
        const { alarms } = lived(poisson(meanMs, 2_000, seed))
        expect(alarms).toBeLessThanOrEqual(8)
      }),
      { numRuns: 60 },
    )
  })

  it('notices within seconds that a busy market died', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: 1, max: 1e9 }),
        (mean, seed) => {
          const { pace } = lived(poisson(mean, 3_000, seed))
          expect(pace.limitMs).toBeLessThanOrEqual(15_000)
          expect(pace.limitMs).toBeGreaterThanOrEqual(timing.noTradeFloorMs)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('notices in proportion that a market of any pace died', () => {
    for (const mean of [1_000, 10_000, 60_000]) {
      const { pace } = lived(poisson(mean, 2_000, 7))
      expect(pace.limitMs).toBeLessThan(mean * 60)
      expect(pace.limitMs).toBeGreaterThan(mean * 8)
    }
  })

  it('leaves a market of one trade an hour alone once it knows it', () => {
    const { pace, alarms } = lived(Array.from({ length: 30 }, (_, n) => (n + 1) * HOUR))
    expect(alarms).toBeLessThanOrEqual(6)
    expect(lived([HOUR, 2 * HOUR, 3 * HOUR]).alarms).toBe(lived([HOUR]).alarms)
    expect(pace.limitMs).toBeGreaterThan(HOUR)
  })

  it('does not flap when a market slows down for the night', () => {
    const day = poisson(200, 5_000, 3)
    const end = day.at(-1) ?? 0
    const night = poisson(40_000, 700, 5).map((at) => end + at)
    expect(lived([...day, ...night]).alarms).toBeLessThanOrEqual(10)
  })

  it('grows patient with each replacement that brought nothing', () => {
    const pace = new MarketPace(timing)
    const limits: number[] = []
    for (let n = 0; n < 8; n += 1) {
      limits.push(pace.limitMs / 1_000)
      pace.gaveUp(n)
    }
    expect(limits).toEqual([60, 120, 240, 480, 960, 1_920, 3_600, 3_600])
  })

  it('has a first idea of a market that is busy from its first seconds', () => {
    const every = (gap: number, trades: number) =>
      lived(Array.from({ length: trades }, (_, n) => n * gap)).pace.limitMs
    expect(every(200, 8)).toBe(timing.noTradeMs)
    expect(every(200, 9)).toBe(timing.noTradeFloorMs)
    expect(every(1_000, 9)).toBe(32_000)
    expect(every(5_000, 9)).toBe(timing.noTradeMs)
  })

  it('is not misled by a burst after the start: such a market is in doubt a few times, not for ever', () => {
    for (const pause of [20_000, 60_000, 300_000]) {
      const trades = Array.from(
        { length: 30 * 12 },
        (_, n) => Math.floor(n / 12) * pause + (n % 12) * 150,
      )
      expect(lived(trades).alarms).toBeLessThanOrEqual(5)
    }
  })

  it('is hardly ever wrong about a market that it has known for seconds only', () => {
    let alarms = 0
    for (let seed = 1; seed <= 2_000; seed += 1)
      alarms += lived(poisson(20 + ((seed * 37) % 4_000), 20, seed * 7_919)).alarms
    expect(alarms).toBeLessThanOrEqual(4)
  })

  it('does not learn from a stall: trades that come right after the replacement prove it', () => {
    const { pace, since } = lived(poisson(200, 3_000, 11))
    const before = pace.limitMs
    pace.gaveUp(since + before)
    pace.traded(since + before + 300)
    expect(pace.limitMs).toBeLessThanOrEqual(before)
  })

  it('does not learn from a break that has its own reason', () => {
    const { pace, since } = lived(poisson(200, 3_000, 13))
    const before = pace.limitMs
    pace.broke()
    pace.began(since + HOUR)
    pace.traded(since + HOUR + 100)
    expect(pace.limitMs).toBeLessThanOrEqual(before)
  })
})
