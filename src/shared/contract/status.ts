import type { Candle, Interval } from '../domain/candle.ts'
import type { ClockOffset, VenueLatency } from '../domain/latency.ts'
import type { MarketId, VenueId } from '../domain/market.ts'
import type { FailureCode } from '../domain/outcome.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Trade } from '../domain/trade.ts'

/**
 * The life of a venue's session, as a person reads it.
 * idle: no market asked for. connecting: socket or subscriptions not there yet. live: trades arrive.
 * quiet: subscribed and answering, no trade for a while. stale: open but silent, about to be
 * replaced. waiting: cut off, next attempt at `nextAttemptAt`. stopped: closed on purpose.
 */
export type VenueState = 'idle' | 'connecting' | 'live' | 'quiet' | 'stale' | 'waiting' | 'stopped'

export interface VenueStatus {
  readonly venue: VenueId
  readonly state: VenueState
  /** When this state began. */
  readonly since: EpochMs
  /** Why, in plain English, where the state is not a good one. */
  readonly reason?: string
  readonly attempt: number
  readonly nextAttemptAt?: EpochMs
  readonly markets: number
  readonly messages: number
  readonly messagesPerSecond: number
  /** Frames nobody could read; the first is in the log. */
  readonly unreadable: number
  readonly reconnects: number
  readonly lastMessageAt: EpochMs | null
  readonly lastTradeAt: EpochMs | null
  /** `list`: checked against the venue's instrument list. `spelling`: list not reachable yet. */
  readonly instruments: 'list' | 'spelling' | 'loading'
  readonly clock: ClockOffset | null
  readonly latency: VenueLatency
}

/**
 * Where a market stands. pending: asked for, no trade yet. live: trades arrive. quiet: confirmed, no
 * trade in a while. offline: its venue is not connected. refused: the venue or its list said no.
 */
export type MarketState = 'pending' | 'live' | 'quiet' | 'offline' | 'refused'

export interface MarketSummary {
  readonly market: MarketId
  readonly venue: VenueId
  readonly symbol: string
  readonly state: MarketState
  readonly reason?: string
  /** Digits behind the point for prices and quantities on screen. */
  readonly priceDecimals: number
  readonly qtyDecimals: number
  readonly last: number | null
  readonly lastTradeAt: EpochMs | null
  /** Taker side of the last trade. */
  readonly lastSide: 'buy' | 'sell' | null
  readonly day: DayFigures
  readonly tradesPerSecond: number
  /** Taker volume in base units over the last minute. */
  readonly buyVolume: number
  readonly sellVolume: number
  /** Trades stored since the app started. */
  readonly trades: number
}

/** Rolling 24 h, ending now. */
export interface DayFigures {
  readonly volume: number
  readonly quoteVolume: number
  readonly high: number | null
  readonly low: number | null
  readonly open: number | null
  /** (last − open) / open; null while either is unknown. */
  readonly change: number | null
  /**
   * `minutes`: from minute buckets over the whole day. `estimate`: seeded from the venue's 24 h
   * total, spread evenly until it has expired. `partial`: only since `since`.
   */
  readonly basis: 'minutes' | 'estimate' | 'partial'
  readonly since: EpochMs | null
}

export interface StoreHealth {
  /** ok; retrying: a write failed and is repeated, trades wait in memory; closed. */
  readonly state: 'ok' | 'retrying' | 'closed'
  readonly code?: FailureCode
  readonly reason?: string
  readonly waitingTrades: number
  readonly waitingBytes: number
  /** Trades given up because the waiting room was full. Never hidden. */
  readonly lostTrades: number
  readonly storedTrades: number
  /** The newest transaction: its trades, and how long it took until it was on the disk. */
  readonly lastWrite: { readonly trades: number; readonly ms: number } | null
  readonly duplicates: number
  readonly databaseBytes: number
  readonly freeBytes: number | null
  readonly path: string
}

export interface EngineStatus {
  readonly at: EpochMs
  readonly startedAt: EpochMs
  readonly messages: number
  readonly messagesPerSecond: number
  readonly trades: number
  readonly tradesPerSecond: number
  /** Seen again in the stream and left out. */
  readonly duplicates: number
  readonly unreadable: number
  /** Batches handed to the store. */
  readonly batches: number
  /** Mean time from a frame's arrival in our code to its last fold, microseconds. */
  readonly processingMicros: number
  /** Trades not yet handed to the store. */
  readonly queueDepth: number
  readonly rssBytes: number
  readonly heapBytes: number
  /** Share of one core used by the whole process. */
  readonly cpu: number
  /** Event-loop delay of the ingest thread over the last seconds, 99th percentile. */
  readonly loopDelayP99Ms: number
  readonly store: StoreHealth
}

/** What one market did since the frame before. */
export interface TapeFrame {
  readonly market: MarketId
  /** Oldest first, at most TAPE_FRAME_TRADES. */
  readonly trades: readonly Trade[]
  /** Trades left out of this frame because there were too many to show; all are stored. */
  readonly skipped: number
  /** Bars that changed, ascending, in their state now. */
  readonly candles: { readonly '1s': readonly Candle[]; readonly '1m': readonly Candle[] }
}

export const TAPE_FRAME_TRADES = 250

export interface VenueInfo {
  readonly venue: VenueId
  readonly label: string
  readonly docs: string
}

export interface AppInfo {
  readonly version: string
  /** True while the built-in exchange simulator feeds the app. */
  readonly demo: boolean
  readonly shell: 'electron' | 'browser'
  readonly platform: string
  readonly dataDir: string
  readonly venues: readonly VenueInfo[]
}

export interface MarketChoice {
  readonly market: MarketId
  readonly venue: VenueId
  readonly symbol: string
  readonly watched: boolean
}

export interface CandleQuery {
  readonly market: MarketId
  readonly interval: Interval
  /** Bars that open before this; now when absent. */
  readonly before?: EpochMs
  readonly limit: number
}

/** The settings that the engine keeps; written to the data folder at each change. */
export interface Settings {
  readonly markets: readonly MarketId[]
  /** A batch is flushed when it holds this many trades … */
  readonly batchSize: number
  /** … or when its first trade is this old, milliseconds (at most 900: durable within a second). */
  readonly batchMs: number
  /** Sliding window of the latency figures, seconds. */
  readonly latencyWindowSeconds: number
}
