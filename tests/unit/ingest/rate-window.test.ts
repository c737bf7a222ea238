import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ControlLine } from '../../../src/main/ingest/control-line.ts'
import { RateWindow, withMargin } from '../../../src/main/ingest/rate-window.ts'
import type { Rate } from '../../../src/main/venues/venue.ts'
import { FakeClock } from './fake-clock.ts'

const rates = fc.array(
  fc.record({ count: fc.integer({ min: 1, max: 20 }), perMs: fc.integer({ min: 10, max: 5_000 }) }),
  { minLength: 1, maxLength: 3 },
)

/** The most that any span of the rate's length holds. */
function most(sent: readonly number[], { perMs }: Rate): number {
  return Math.max(
    0,
    ...sent.map((from) => sent.filter((at) => at >= from && at < from + perMs).length),
  )
}

describe('rate window', () => {
  it('never lets more through in any span than each rate allows, and no less', () => {
    fc.assert(
      fc.property(rates, fc.array(fc.nat(400), { maxLength: 200 }), (limits, pauses) => {
        const window = new RateWindow(limits)
        const sent: number[] = []
        let now = 0
        for (const pause of pauses) {
          now += pause
          if (window.waitMs(now) > 0) {
            // Held back for a reason: one more would be too many for some rate.
            const over = limits.some(
              ({ count, perMs }) => sent.filter((at) => at > now - perMs).length >= count,
            )
            expect(over).toBe(true)
            continue
          }
          window.take(now)
          sent.push(now)
        }
        for (const limit of limits) expect(most(sent, limit)).toBeLessThanOrEqual(limit.count)
      }),
    )
  })

  it('says exactly how long to wait', () => {
    fc.assert(
      fc.property(rates, (limits) => {
        const window = new RateWindow(limits)
        let now = 0
        for (let n = 0; n < 60; n += 1) {
          const wait = window.waitMs(now)
          if (wait > 0) expect(window.waitMs(now + wait - 1)).toBeGreaterThan(0)
          now += wait
          expect(window.waitMs(now)).toBe(0)
          window.take(now)
        }
      }),
    )
  })

  it('keeps room for what must follow', () => {
    const window = new RateWindow([{ count: 3, perMs: 1_000 }])
    window.take(0)
    window.take(0)
    expect(window.waitMs(0)).toBe(0)
    expect(window.waitMs(0, 1)).toBe(1_000)
  })

  it('allows everything where there is no rate', () => {
    const window = new RateWindow([])
    for (let n = 0; n < 100; n += 1) window.take(0)
    expect(window.waitMs(0)).toBe(0)
  })
})

describe('control line', () => {
  it('keeps requests, pings and replies together within every budget of the venue', () => {
    const script = fc.array(
      fc.record({ pause: fc.nat(300), what: fc.constantFrom('ping', 'request') }),
      { maxLength: 150 },
    )
    fc.assert(
      fc.property(rates, rates, fc.nat(100), script, (messages, subscribes, pauseMs, steps) => {
        const clock = new FakeClock()
        const sent: number[] = []
        const requests: number[] = []
        let waiting = 0
        const line = new ControlLine({
          limits: {
            symbolsPerRequest: 1,
            requestPauseMs: pauseMs,
            silenceMs: 1,
            messages,
            subscribes,
          },
          clock,
          after: (ms, run) => clock.after(ms, run),
          sendRequest: () => {
            if (waiting === 0) return false
            waiting -= 1
            requests.push(clock.monotonic())
            sent.push(clock.monotonic())
            return true
          },
        })
        let asked = 0
        for (const { pause, what } of steps) {
          clock.advance(pause)
          if (what === 'ping') line.urgent(() => void sent.push(clock.monotonic()))
          else {
            asked += 1
            waiting += 1
            line.soon()
          }
        }
        clock.advance(3_600_000)
        for (const rate of messages) expect(most(sent, rate)).toBeLessThanOrEqual(rate.count)
        for (const rate of subscribes) expect(most(requests, rate)).toBeLessThanOrEqual(rate.count)
        for (const [n, at] of requests.entries())
          expect(at - (requests[n - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(pauseMs)
        expect(requests).toHaveLength(asked)
      }),
      { numRuns: 60 },
    )
  })

  it('is a little stricter than the rate, since the way presses messages together', () => {
    expect(withMargin({ count: 5, perMs: 1_000 })).toEqual({ count: 5, perMs: 1_100 })
    expect(withMargin({ count: 480, perMs: 3_600_000 }).perMs).toBe(3_600_250)
  })
})
