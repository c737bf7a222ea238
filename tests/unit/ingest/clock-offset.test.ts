import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestOffset, type ClockSample, clockSample } from '../../../src/main/ingest/clock-offset.ts'
import { okx } from '../../../src/main/venues/okx.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { marketOf, TestFeed } from './fake-venue-side.ts'

const NOW = epochMs(1_750_000_000_000)
const sample = (offsetMs: number, rttMs: number, more: Partial<ClockSample> = {}): ClockSample => ({
  offsetMs,
  rttMs,
  resolutionMs: 1,
  uncertaintyMs: rttMs / 2 + 1,
  driftPpm: null,
  measuredAt: NOW,
  skewMs: 0,
  ...more,
})

describe('clock offset', () => {
  it('takes the venue to have answered half way', () => {
    const server = { time: epochMs(NOW + 130), micros: 500, resolutionMs: 0.001 }
    const timed = { value: server, sentAt: NOW, rttMs: 60, bytes: 0 }
    expect(clockSample(timed, epochMs(NOW + 60), 1_000).offsetMs).toBeCloseTo(100.5, 6)
  })

  it('takes a clock of whole seconds to be half a second further than it shows', () => {
    const timed = { value: { time: NOW, resolutionMs: 1_000 }, sentAt: NOW, rttMs: 0, bytes: 0 }
    expect(clockSample(timed, NOW, 0).offsetMs).toBeCloseTo(499.5, 6)
  })

  it('is wrong by half the round trip at most, however the way divides', () => {
    const way = fc.integer({ min: 0, max: 500 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(way, way), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: -5_000, max: 5_000 }),
        (ways, truth) => {
          const samples = ways.map(([there, back]) => {
            const value = { time: epochMs(NOW + there + truth), resolutionMs: 1 }
            return clockSample({ value, sentAt: NOW, rttMs: there + back, bytes: 0 }, NOW, 0)
          })
          const best = bestOffset(samples, NOW, 1_000)
          const shortest = Math.min(...ways.map(([there, back]) => there + back))
          expect(best?.rttMs).toBe(shortest)
          expect(Math.abs((best?.offsetMs ?? 0) - truth)).toBeLessThanOrEqual(shortest / 2)
        },
      ),
    )
  })

  it('forgets samples that are too old', () => {
    const samples = [sample(1, 1, { measuredAt: epochMs(NOW - 2_000) }), sample(9, 50)]
    expect(bestOffset(samples, NOW, 1_000)?.offsetMs).toBe(9)
    expect(bestOffset([], NOW, 1_000)).toBeNull()
  })

  it('forgets samples from before our own clock was set', () => {
    const samples = [sample(-3_600_000, 1, { skewMs: 3_600_000 }), sample(5, 50)]
    expect(bestOffset(samples, NOW, 1_000)?.offsetMs).toBe(5)
  })

  it('is measured when a market is watched, soon again, and then every few minutes', async () => {
    const test = new TestFeed(okx, { clockEveryMs: 180_000 })
    test.answers.set('/api/v5/public/time', async () => ({
      status: 200,
      retryAfter: null,
      text: JSON.stringify({ code: '0', data: [{ ts: String(test.clock.now() + 250) }] }),
    }))
    test.feed.start()
    await test.clock.pass(10_000)
    expect(test.fetched).toHaveLength(0)
    test.feed.watch(marketOf(okx, 'BTC-USDT'))
    await test.clock.pass(0)
    expect(test.fetched).toHaveLength(3)
    expect(test.feed.status().clock).toMatchObject({ offsetMs: 250, rttMs: 0, resolutionMs: 1 })
    await test.clock.pass(3_000)
    expect(test.fetched).toHaveLength(6)
    await test.clock.pass(100_000)
    expect(test.fetched).toHaveLength(15)
    await test.clock.pass(360_000)
    expect(test.fetched).toHaveLength(21)
  })

  it('stays unknown while the venue does not tell the time', async () => {
    const test = new TestFeed(okx)
    test.feed.start()
    test.feed.watch(marketOf(okx, 'BTC-USDT'))
    await test.clock.pass(1_000)
    expect(test.feed.status().clock).toBeNull()
  })
})
