import type { LabStatus, Settings, Way } from '../../shared/contract/status.ts'
import { parseMarketId, type VenueId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Feed, FeedListener } from '../ingest/feed.ts'
import { createFeed } from '../ingest/feed-session.ts'
import { fetchJson } from '../ingest/fetch-json.ts'
import { connectWebSocket } from '../ingest/ws-connect.ts'
import { environmentProxy } from '../platform/proxy-agents.ts'
import type { Clock, Logger } from '../ports.ts'
import type { VenueAddress } from '../services/engine-config.ts'
import { Lab } from '../services/lab/lab.ts'
import { venueById } from '../venues/index.ts'
import type { Venue } from '../venues/venue.ts'
import { Network } from './network.ts'
import { connectRelay } from './relay-connection.ts'

export interface LabBenchOptions {
  readonly market: string
  readonly ways: readonly Way[]
  readonly addresses: Readonly<Record<VenueId, VenueAddress>>
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Logger
}

export interface LabBench {
  status(): LabStatus
  stop(): Promise<LabStatus>
}

const NOBODY: FeedListener = {
  trades: () => undefined,
  newest: () => undefined,
  changed: () => undefined,
  began: () => undefined,
  broken: () => undefined,
}

/** The lab without an app around it: no store, no screen, one venue. */
export async function startLabBench(options: LabBenchOptions): Promise<Outcome<LabBench>> {
  const parsed = parseMarketId(options.market)
  const venue = parsed && venueById(parsed.venue)
  if (parsed === undefined || venue === undefined)
    return fail('unknown-market', `${options.market} names no venue that Tapedeck knows.`)
  const { clock, log, addresses, settings } = options
  const network = new Network({
    settings: () => settings,
    secrets: {
      get: async () => undefined,
      isHeld: () => false,
      set: async () => ({ kept: false }),
    },
    systemProxy: environmentProxy,
    connect: connectWebSocket,
    fetchJson,
    clock,
    addresses,
  })
  const feedOf = (each: Venue, listener: FeedListener): Feed =>
    createFeed({
      venue: each,
      address: addresses[each.id] ?? {},
      ...network.of(each),
      listener,
      clock,
      random: Math.random,
      connect: connectWebSocket,
      fetchJson,
      log,
    })
  const feed = feedOf(venue, NOBODY)
  const found = await feed.resolve(parsed.symbol)
  if (!found.ok) {
    await feed.stop()
    return found
  }
  feed.measureClock()
  const lab = new Lab({ clock, createFeed: feedOf, connectRelay, changed: () => undefined })
  const started = await lab.start(found.value, venue, feed, options.ways)
  if (!started.ok) {
    await feed.stop()
    return started
  }
  return ok({
    status: () => lab.status(),
    stop: async () => {
      await lab.stop()
      const status = lab.status()
      await feed.stop()
      network.close()
      return status
    },
  })
}
