import type { Candle, Interval } from '../domain/candle.ts'
import type { ClockOffset, LatencyFigures, Stage, VenueLatency } from '../domain/latency.ts'
import type { Gap } from '../domain/ledger.ts'
import type { LoadCaps, LoadStatus } from '../domain/load.ts'
import type { MarketId, VenueId } from '../domain/market.ts'
import type { FailureCode } from '../domain/outcome.ts'
import type { StorageLimits } from '../domain/storage.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Trade } from '../domain/trade.ts'

/**
 * The life of a venue's session, as a person reads it.
 * idle: no market asked for. connecting: socket or subscriptions not there yet. live: trades arrive.
 * quiet: subscribed and answering, no trade for a while, which is usual for its markets. stale: open
 * but silent for longer than its markets ever are, about to be replaced. backfilling: live, and what
 * was missed is being fetched. degraded: no WebSocket can be opened; trades are polled by REST, or some
 * sockets of several are missing. blocked: the venue or a limit keeps us out; `reason` and
 * `nextAttemptAt` tell. waiting: cut off, next attempt at `nextAttemptAt`. failed: the most attempts
 * that the settings allow were made; only `venues.retry` goes on. stopped: closed on purpose.
 */
export type VenueState =
  | 'idle'
  | 'connecting'
  | 'live'
  | 'quiet'
  | 'stale'
  | 'backfilling'
  | 'degraded'
  | 'blocked'
  | 'waiting'
  | 'failed'
  | 'stopped'

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
  /** Frames nobody could read, with the first of them (cut to 300 characters) and what was wrong. */
  readonly unreadable: number
  readonly unreadableExample?: { readonly frame: string; readonly reason: string }
  readonly reconnects: number
  readonly sockets: number
  /** The host in use, when it is not the venue's usual one. */
  readonly host?: string
  /** The proxy in use, without its password. */
  readonly proxy?: string
  /** Back-fills of this venue that wait or run; absent when there are none. */
  readonly backfill?: { readonly gaps: number; readonly fetched: number }
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
  /** `quote`: the tape's quantities are in quote units (inverse contracts); volumes are in base units. */
  readonly qtyUnit?: 'base' | 'quote'
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
  /** Share of the day's minutes that are complete or back-filled, 0–1; null while nobody knows. */
  readonly coverage: number | null
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
  /** Null until enough venues were asked for the time. */
  readonly machineClock: MachineClock | null
  readonly load: LoadStatus
}

/** How far this machine's clock is from what the venues agree on. */
export interface MachineClock {
  /** venues − machine, milliseconds: the median over the venues. */
  readonly offsetMs: number
  readonly uncertaintyMs: number
  readonly venues: number
  /** True when the offset is more than the uncertainty and than 250 ms: the clock should be set. */
  readonly off: boolean
}

export interface StageLatency {
  readonly stage: Stage
  readonly figures: LatencyFigures
  /** Half-width of what the clocks leave open, milliseconds; 0 where one clock measured both ends. */
  readonly uncertaintyMs: number
}

/** Latency by stage for one venue, or for all together. */
export interface StageReport {
  readonly venue: VenueId | null
  readonly stages: readonly StageLatency[]
  /** The stage to blame when the p95 of a whole way is bad (over 1 s in sum); null while none is. */
  readonly blame: Stage | null
}

/** What the completeness view shows; the rows of single minutes are asked for. */
export interface LedgerStatus {
  /** Newest first: gaps of watched markets, at most 500; `gapsLeftOut` says how many more there are. */
  readonly gaps: readonly Gap[]
  readonly gapsLeftOut: number
  readonly backfills: readonly BackfillStatus[]
  readonly coverage: readonly MarketCoverage[]
  /** When the coverage was read last: soon after each minute; null: not yet. */
  readonly measuredAt: EpochMs | null
}

/** A back-fill that waits or runs. */
export interface BackfillStatus {
  readonly gap: number
  readonly market: MarketId
  readonly running: boolean
  readonly fetched: number
  /** Share of the stretch that is done, 0–1; null while nobody can say. */
  readonly progress: number | null
  readonly nextAttemptAt?: EpochMs
}

/** Share of the recorded minutes of the last 24 h by state; they add up to 1 (or all are 0). */
export interface MarketCoverage {
  readonly market: MarketId
  readonly minutes: number
  readonly complete: number
  readonly backfilled: number
  readonly gap: number
  readonly unknown: number
}

/** One way to get prices in the comparison. */
export type WayKind = 'websocket' | 'rest' | 'relay'
export interface Way {
  readonly id: string
  readonly kind: WayKind
  /** rest: pause between two polls, milliseconds. */
  readonly intervalMs?: number
  /** relay: address of another Tapedeck's feed, or of any in that format. */
  readonly url?: string
}

export interface WayFigures {
  readonly way: Way
  readonly state: 'starting' | 'running' | 'failed'
  readonly reason?: string
  /** Different trades seen, and their share of the union over the time that all ways ran. */
  readonly trades: number
  readonly completeness: number | null
  /** Trades of the union that this way never saw. */
  readonly missed: number
  /** Match → seen here, corrected by the clock offset, milliseconds. */
  readonly delay: LatencyFigures
  readonly uncertaintyMs: number | null
  readonly requests: number
  readonly weight: number
  readonly bytes: number
  /** CPU time spent on this way, milliseconds. */
  readonly cpuMs: number
}

/** How much earlier one way had the same trades than another. */
export interface Lead {
  readonly ahead: string
  readonly behind: string
  /** Milliseconds by which `ahead` was first; negative where it was not. No clock error in it. */
  readonly lead: LatencyFigures
  /** Counts per bucket, with the buckets' lower edges in milliseconds. */
  readonly histogram: {
    readonly edgesMs: readonly number[]
    readonly counts: readonly number[]
  }
}

export interface LabStatus {
  readonly market: MarketId | null
  readonly state: 'idle' | 'running' | 'stopped'
  readonly startedAt: EpochMs | null
  readonly elapsedMs: number
  readonly union: number
  readonly ways: readonly WayFigures[]
  readonly leads: readonly Lead[]
  /** What is worth knowing: budgets that forced a slower pace, ways that ended. Plain English. */
  readonly notes: readonly string[]
}

/** How the network is reached. */
export interface ProxySettings {
  /** system: what the operating system or the environment says. */
  readonly mode: 'system' | 'none' | 'manual'
  /** manual: `http://`, `https://` (CONNECT) or `socks5://` with host and port, a user name, no password. */
  readonly url: string
}

/** What is set for one venue alone; absent: as for all. */
export interface VenueNetwork {
  readonly proxy?: ProxySettings
  /** One of the venue's hosts; absent: the usual one, others when it cannot be reached. */
  readonly host?: string
  /** `rest`: never opens a socket. */
  readonly transport?: 'auto' | 'rest'
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
  /** When the newest trade of this frame was folded, our wall clock with fractions; null without one. */
  readonly foldedAt: number | null
  /** Trades of this stretch, ends included, came late: older bars changed and are to be asked for again. */
  readonly corrected?: { readonly from: EpochMs; readonly to: EpochMs }
}

export const TAPE_FRAME_TRADES = 250

/** All trades of a market since the frame before, for programs that follow the tape. */
export interface TradesFrame {
  readonly market: MarketId
  /** In order of arrival, at most TRADES_FRAME_TRADES; back-filled ones have their origin. */
  readonly trades: readonly FeedTrade[]
  /** Trades left out because this client was too slow to take them; all are stored. */
  readonly skipped: number
}

/** A trade with its number in the market's own sequence, where the id is not that. */
export interface FeedTrade extends Trade {
  readonly seq?: number
}

export const TRADES_FRAME_TRADES = 20_000

export interface VenueInfo {
  readonly venue: VenueId
  readonly label: string
  readonly docs: string
  /** Hosts of its stream, the usual one first. */
  readonly hosts: readonly string[]
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
  /** After a stop, trades up to this long ago are back-filled; 0: none. Hours. */
  readonly catchUpHours: number
  /** Connection attempts in a row before a venue is left alone; null: for ever. */
  readonly maxAttempts: number | null
  /** Pause between two polls where trades are polled by REST, seconds. */
  readonly pollSeconds: number
  readonly proxy: ProxySettings
  readonly venues: Readonly<Record<string, VenueNetwork>>
  readonly load: LoadCaps
  /** How long raw trades are kept. */
  readonly storage: StorageLimits
}
