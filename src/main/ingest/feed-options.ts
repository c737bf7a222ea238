import type { Agent } from 'node:http'
import type { Clock, Logger } from '../ports.ts'
import type { Venue } from '../venues/venue.ts'
import type { FeedListener, FeedSettings } from './feed.ts'
import type { FetchJson } from './rest.ts'
import type { Connect } from './socket.ts'
import type { FeedTiming } from './timing.ts'

export interface FeedOptions {
  readonly venue: Venue
  /** Replaces the venue's own addresses, whole. */
  readonly address?: { readonly ws?: string; readonly rest?: string }
  readonly network?: FeedNetwork
  /** What the screen calls the proxy of now, without its password; `undefined` for none. */
  readonly proxyLabel?: () => string | undefined
  readonly listener: FeedListener
  readonly clock: Clock
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly connect: Connect
  readonly fetchJson: FetchJson
  readonly log: Logger
  readonly settings?: Partial<FeedTiming>
  readonly limits?: Partial<FeedSettings>
}

/** How the venue is reached. */
export interface FeedNetwork {
  /** The way to an address, such as a proxy; straight on where it has none. */
  readonly agentFor?: (url: string) => Agent | undefined
  /** `rest`: never opens a socket. */
  readonly transport?: 'auto' | 'rest'
  /** One of the venue's hosts, and no other; absent: the usual one, others when it cannot be reached. */
  readonly host?: string
}
