import { afterEach, describe, expect, it } from 'vitest'
import type { Feed, FeedListener } from '../../src/main/ingest/feed.ts'
import { createFeed } from '../../src/main/ingest/feed-session.ts'
import { fetchJson } from '../../src/main/ingest/fetch-json.ts'
import { connectWebSocket } from '../../src/main/ingest/ws-connect.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { startSimulator } from '../../src/main/simulator/index.ts'
import { binance } from '../../src/main/venues/binance.ts'
import { bybit } from '../../src/main/venues/bybit.ts'
import { okx } from '../../src/main/venues/okx.ts'
import { marketOf } from '../unit/ingest/fake-venue-side.ts'

const DEADLINE = 10_000
const VENUES = [binance, okx, bybit]
const SKEW = -750
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A feed against the simulator, once it knows the clock well enough to stop asking. */
async function measured(venue: (typeof VENUES)[number], faults: readonly string[]) {
  const simulator = await startSimulator({ venues: [venue.id as 'okx'], faults, seed: 3 })
  closers.push(() => simulator.close())
  const address = simulator.addresses[0]
  if (address === undefined) throw new Error('no address')
  let look = (): void => {}
  const listener: FeedListener = {
    trades() {},
    newest() {},
    began() {},
    broken() {},
    changed: () => look(),
  }
  const feed: Feed = createFeed({
    venue,
    address,
    listener,
    clock: systemClock,
    random: Math.random,
    connect: connectWebSocket,
    fetchJson,
    log: silent,
  })
  closers.push(() => feed.stop())
  const known = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('clock not measured in time')), DEADLINE)
    look = () => {
      if ((feed.status().clock?.readings ?? 0) < 3) return
      clearTimeout(late)
      resolve()
    }
  })
  feed.start()
  feed.watch(marketOf(venue, 'BTC-USDT'))
  await known
  const { clock } = feed.status()
  if (clock === null) throw new Error('no clock')
  return clock
}

describe('the offset of a simulated venue', () => {
  it.each(VENUES)(
    '$id is right within its own uncertainty, though the ways are uneven',
    async (venue) => {
      const faults = [`skew:ms=${SKEW}`, 'lag:up=40ms,down=4ms,jitter=6ms']
      const { offsetMs, uncertaintyMs, rttMs } = await measured(venue, faults)
      expect(Math.abs(offsetMs - SKEW)).toBeLessThanOrEqual(uncertaintyMs)
      // It does not win by claiming nothing: never wider than its best answer alone.
      expect(uncertaintyMs).toBeLessThanOrEqual(rttMs / 2 + 2)
      expect(rttMs).toBeGreaterThanOrEqual(44)
    },
  )
})
