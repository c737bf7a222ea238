import type { MarketId } from './market.ts'
import type { EpochMs } from './time.ts'

/**
 * What is known about the completeness of a minute. complete: proved by ids or by the venue's own
 * figures. backfilled: the same, after trades that the stream did not bring were fetched. gap: trades
 * are known to be missing, or cannot be ruled out after a break. unknown: recorded, but nothing the
 * venue tells can prove it.
 */
export type MinuteState = 'complete' | 'backfilled' | 'gap' | 'unknown'

/**
 * Why trades are missing. disconnect: the socket broke off. stall: it was open but brought nothing.
 * outage: the venue could not be reached, or said so. sequence: the venue's numbers jump while the
 * stream stands. overload: Tapedeck itself could not keep up. disk: the store could not take them.
 * asleep: the machine slept. stopped: Tapedeck was not running. mismatch: the venue's own candle
 * counts more than the tape.
 */
export const GAP_CAUSES = [
  'disconnect',
  'stall',
  'outage',
  'sequence',
  'overload',
  'disk',
  'asleep',
  'stopped',
  'mismatch',
] as const
export type GapCause = (typeof GAP_CAUSES)[number]

/**
 * open: to be filled, waiting for its turn. filling: being fetched. filled: nothing is missing any
 * more. lost: the venue has it no longer, or never tells; stays so for ever. cancelled: by the user,
 * or longer ago than the setting lets a back-fill reach; can be tried again.
 */
export type GapState = 'open' | 'filling' | 'filled' | 'lost' | 'cancelled'

/** A stretch of one market's tape in which trades are, or may be, missing. */
export interface Gap {
  /** Unique within a database. */
  readonly id: number
  readonly market: MarketId
  readonly cause: GapCause
  readonly state: GapState
  /** Match times of the last trade before it and of the first after it. */
  readonly from: EpochMs
  readonly to: EpochMs
  /** First and last missing sequence number, both included; null where the venue's ids prove nothing. */
  readonly firstSeq: number | null
  readonly lastSeq: number | null
  /** Matches still missing; null when nobody can say. 0 when filled. */
  readonly missing: number | null
  /** Matches fetched afterwards. */
  readonly recovered: number
  readonly openedAt: EpochMs
  readonly closedAt: EpochMs | null
  /** Plain English: why it is not filled. */
  readonly reason?: string
}

/** How a stretch of the tape was proved. */
export type Proof =
  | 'none' // recorded, nothing proved
  | 'ids' // the venue's contiguous numbers
  | 'overlap' // what REST tells begins before the break and ends after it
  | 'candle' // the venue's own one-minute candle counts the same volume

/**
 * A recorded stretch of one market, match times, both ends included. Gaps inside it are told by
 * `Gap`s. A span is known by (market, proof, from): the same again with a later `to` extends it.
 */
export interface Span {
  readonly market: MarketId
  readonly proof: Proof
  readonly from: EpochMs
  readonly to: EpochMs
  /** Sequence number of the last match in it, for proof by ids. */
  readonly lastSeq: number | null
}

/** What the engine tells the store about completeness; written in the transaction of its trades. */
export type LedgerChange =
  | { readonly t: 'span'; readonly span: Span }
  | { readonly t: 'gap'; readonly gap: Gap }

/** One row of the ledger. Minutes in which nothing was recorded have none. */
export interface LedgerMinute {
  readonly market: MarketId
  readonly minute: EpochMs
  readonly state: MinuteState
  /** Trades on the tape (a print of several matches counts once), and how many of them late. */
  readonly trades: number
  readonly backfilled: number
  /** Matches known to be missing in this minute: null when nobody can say how many. 0 without a gap. */
  readonly missing: number | null
  /** The missing sequence numbers, where known; a gap of several minutes names all of them in each. */
  readonly missingSeq?: readonly [first: number, last: number]
  readonly cause: GapCause | null
}

/** Where the recorded tape of a market ends: what a new start goes on from. */
export interface TapeEnd {
  /** The newest trade by match time. */
  readonly time: EpochMs
  readonly id: string
  /** From the newest span that was proved by ids. */
  readonly seq: number | null
  /** Spans that may be extended: the newest of each proof. */
  readonly spans: readonly Span[]
  /** Gaps that are open, filling or cancelled. */
  readonly gaps: readonly Gap[]
}
