import type { Candle, Interval } from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Failure, Outcome } from '../../shared/domain/outcome.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { LogFields } from '../ports.ts'
import type { PackedBatch, PackedMarket } from './packed-batch.ts'

/** A minute of a market that may be incomplete. */
export interface PartialMark {
  readonly market: PackedMarket
  readonly at: EpochMs
}

/** What one transaction writes. */
export interface StoreWrite {
  readonly batches: readonly PackedBatch[]
  readonly partials: readonly PartialMark[]
}

export interface WriteResult {
  readonly stored: number
  readonly duplicates: number
}

export interface CandleRequest {
  readonly market: MarketId
  readonly interval: Interval
  readonly before: EpochMs
  readonly limit: number
}

export interface TradeRequest {
  readonly market: MarketId
  readonly limit: number
}

/** Engine → store thread. One `write` at a time; the next after its answer. */
export type ToStore =
  | { readonly t: 'write'; readonly write: StoreWrite }
  | { readonly t: 'candles'; readonly id: number; readonly request: CandleRequest }
  | { readonly t: 'trades'; readonly id: number; readonly request: TradeRequest }
  | { readonly t: 'close' }

/** Store thread → engine. `opened` comes first, `closed` last. */
export type FromStore =
  | { readonly t: 'opened'; readonly outcome: Outcome<null> }
  /** `ms`: how long the transaction took, its commit to the disk included. */
  | { readonly t: 'written'; readonly result: WriteResult; readonly ms: number }
  | { readonly t: 'refused'; readonly failure: Failure }
  | {
      readonly t: 'answer'
      readonly id: number
      readonly outcome: Outcome<readonly Candle[] | readonly Trade[]>
    }
  /** The database is no longer where it was: the thread has closed it and ends. */
  | { readonly t: 'gone'; readonly failure: Failure }
  | { readonly t: 'log'; readonly event: string; readonly fields: LogFields }
  | { readonly t: 'closed' }

/** What the store thread is started with. */
export interface StoreWorkerData {
  readonly path: string
}
