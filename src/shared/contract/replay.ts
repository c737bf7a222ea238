import type { MarketId } from '../domain/market.ts'
import type { EpochMs } from '../domain/time.ts'
import type { MarketSummary, TapeFrame } from './status.ts'

/** What is played: match times in [from, to). */
export interface ReplayRequest {
  readonly markets: readonly MarketId[]
  readonly from: EpochMs
  readonly to: EpochMs
  readonly order: 'received' | 'exchange'
  /** Faults on purpose; absent: none. */
  readonly faults?: {
    readonly seed: number
    /** Share of trades that never come, 0–1. */
    readonly drop: number
    readonly delayMs: number
    readonly skewMs: number
  }
  /** Alerts are evaluated on the way; nothing is delivered. */
  readonly alerts: boolean
}

/** 0.1 to 1,000 times as fast as it happened, or as fast as possible. */
export type ReplayPace = number | 'max'

/** What the screen does with a replay. */
export type ReplayAction =
  | { readonly do: 'play' }
  | { readonly do: 'pause' }
  | { readonly do: 'pace'; readonly pace: ReplayPace }
  | { readonly do: 'step'; readonly by: 'trade' | 'bar' }
  | { readonly do: 'seek'; readonly to: EpochMs }
  | { readonly do: 'stop' }

export interface ReplayStatus {
  readonly state: 'none' | 'loading' | 'paused' | 'playing' | 'ended' | 'failed'
  readonly request: ReplayRequest | null
  /** The clock of the replay. */
  readonly at: EpochMs | null
  readonly pace: ReplayPace
  readonly trades: number
  readonly firings: readonly {
    readonly alert: string
    readonly name: string
    readonly at: EpochMs
    readonly market: MarketId
    readonly price: number
  }[]
  /** The folds of each market at that moment, as live has them. */
  readonly summaries: readonly MarketSummary[]
  readonly reason?: string
}

/** The tape of one market of the replay, as `market.tape` is for live. */
export type ReplayTapeFrame = TapeFrame
