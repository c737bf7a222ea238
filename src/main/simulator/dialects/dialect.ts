import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import type { Random } from '../random.ts'
import type { SimulatedVenue } from '../simulator.ts'
import type { Subscriptions } from '../subscriptions.ts'
import type { MarketTape, Match } from '../tape.ts'
import type { Row, TradeFrame } from '../trade-frame.ts'
import type { WireKind } from '../wire.ts'

/** One taker order as it was matched. */
export interface Execution {
  readonly listing: Listing
  readonly buy: boolean
  readonly micros: number
  readonly order: number
  readonly matches: readonly Match[]
  /** When the venue tells of it, by its own clock, epoch µs: not before `micros`. */
  readonly pushedMicros: number
}

/** Time as the protocol's rules count it: real time, or faster with `timeScale`. */
export interface ProtocolTime {
  monotonic(): number
  after(ms: number, run: () => void): () => void
  every(ms: number, run: () => void): () => void
}

/** The exchange that a dialect speaks for. */
export interface House {
  readonly venue: SimulatedVenue
  readonly listings: readonly Listing[]
  readonly subscriptions: Subscriptions
  readonly time: ProtocolTime
  /** Where it listens, for replies that name it: `127.0.0.1:41473`. Empty before it listens. */
  readonly address: string
  /** Sockets open now. */
  readonly connections: ReadonlySet<Connection>
  find(venueSymbol: string): Listing | undefined
  tape(listing: Listing): MarketTape
  /** The venue's own clock, skew included: epoch ms and µs. */
  nowMs(): number
  nowMicros(): number
}

export interface RestCall {
  /** POST only on the paths that the dialect names in `posts`. */
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query: URLSearchParams
  /** Body text of a POST; else empty. */
  readonly body: string
  header(name: string): string | undefined
}

export interface RestReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** What a dialect does with one client. */
export interface Session {
  /** A text message of the client. */
  message(text: string): void
  /** A protocol ping; the dialect decides whether it is answered. */
  pinged(payload: Buffer): void
  ponged(payload: string): void
  closed(): void
}

/** What an id may be made of, where the venue's ids are neither contiguous nor a shared counter. */
export interface IdSeed {
  readonly listing: Listing
  /** Match time, epoch µs. */
  readonly micros: number
  /** Number of the taker order. */
  readonly order: number
  /** The id before it in this market; undefined for the first one. */
  readonly last: bigint | undefined
  /** The same for the same seed of the simulator. */
  readonly draw: Random
}

/**
 * - `contiguous`: up by one in each market
 * - `shared`: one counter for all markets, so that ids of a market jump
 * - a function: the venue's own way (hashes, snowflakes, times). It is asked once per match
 */
export type IdKind = 'contiguous' | 'shared' | ((seed: IdSeed) => bigint)

export interface Dialect {
  /** Path of the socket that `addresses` names. */
  readonly wsPath: string
  /** Trade channels; subscriptions are kept by these names. */
  readonly channels: readonly string[]
  readonly ids: IdKind
  /** What frames are made of; text if absent. */
  readonly wire?: WireKind
  /** REST paths that are called with POST. */
  readonly posts?: readonly string[]
  /** Most new connections in so many ms. */
  readonly connects: { readonly most: number; readonly ms: number }
  /**
   * The matches of one market within so many ms are told together. `encode` then gets several orders
   * as one execution and has to go by its matches. Told at once if absent.
   */
  readonly batchMs?: number
  /** How long before the close a planned shutdown is announced, ms. */
  readonly shutdownNoticeMs: number
  /** Whether a handshake on this address is taken; a number refuses it with that HTTP status, false with 404. */
  accepts(url: URL, header: (name: string) => string | undefined): boolean | number
  open(url: URL, connection: Connection): Session
  encode(channel: string, format: string, execution: Execution): readonly TradeFrame[]
  /** One match in the venue's spelling. */
  row(listing: Listing, match: Match): Row
  announceShutdown(connection: Connection): void
  rest(call: RestCall): RestReply
  /** The venue's words for a REST call refused by a `refuse` fault; an empty body if absent. */
  refusal?(status: number): RestReply
}
export const json = (
  body: unknown,
  status = 200,
  headers?: Readonly<Record<string, string>>,
): RestReply => ({
  status,
  headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
  body: JSON.stringify(body),
})

/** Parses JSON of a client; `undefined` if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
