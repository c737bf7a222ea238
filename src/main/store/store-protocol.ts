import type { AlertEvent } from '../../shared/contract/alerts.ts'
import type { AnalysisEntry, SpendingDay } from '../../shared/contract/analysis.ts'
import type { AroundQuery, BarsAnswer, BarsQuery } from '../../shared/contract/history.ts'
import type { MarketStorage, RollOffPreview } from '../../shared/contract/storage.ts'
import type { Interval } from '../../shared/domain/candle.ts'
import type { Gap, LedgerMinute, TapeEnd } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Failure, Outcome } from '../../shared/domain/outcome.ts'
import type { Growth, RolledOffDay, StorageLimits } from '../../shared/domain/storage.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { LogFields } from '../ports.ts'
import type { AlertBook, AlertChange, AlertLogQuery } from './alert-changes.ts'
import type { AnalysisBook, AnalysisChange, AnalysisLogQuery } from './analysis-store.ts'
import type { PackedBatch, PackedMarket } from './packed-batch.ts'
import type { PackedCandles } from './packed-candles.ts'
import type { PackedChange } from './packed-ledger.ts'
import type { GapQuery } from './store.ts'

/** A minute of a market that may be incomplete. */
export interface PartialMark {
  readonly market: PackedMarket
  readonly at: EpochMs
}

/** What one transaction writes. */
export interface StoreWrite {
  readonly batches: readonly PackedBatch[]
  readonly partials: readonly PartialMark[]
  /** In this order, after the trades; absent: none. */
  readonly ledger?: readonly PackedChange[]
  /** In this order, after the ledger; absent: none. */
  readonly alerts?: readonly AlertChange[]
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

/** Minutes that are over at `now` have a state. */
export interface BarsRequest extends BarsQuery {
  readonly now: EpochMs
}

export interface TradeRequest {
  readonly market: MarketId
  readonly limit: number
}

/** Minutes that open in [from, to) and are over at `now`. */
export interface LedgerRequest {
  readonly market: MarketId
  readonly from: EpochMs
  readonly to: EpochMs
  readonly now: EpochMs
}

/** Match times in [from, to]. */
export interface IdRequest {
  readonly market: MarketId
  readonly from: EpochMs
  readonly to: EpochMs
  readonly limit: number
}

/** How the tape uses its file. */
export interface TapeUse extends Growth {
  readonly at: EpochMs
  readonly limits: StorageLimits
  /** The database without its log. */
  readonly fileBytes: number
  /** What of it holds something. */
  readonly usedBytes: number
  readonly markets: readonly MarketStorage[]
  readonly rolledOff: RolledOffDay | null
}

/** What can be asked of the recorded tape, and what the answer is. */
export interface Questions {
  readonly candles: { readonly request: CandleRequest; readonly answer: PackedCandles }
  readonly trades: { readonly request: TradeRequest; readonly answer: readonly Trade[] }
  readonly bars: { readonly request: BarsRequest; readonly answer: BarsAnswer }
  readonly around: { readonly request: AroundQuery; readonly answer: readonly Trade[] }
  readonly tapeEnd: { readonly request: MarketId; readonly answer: TapeEnd | null }
  readonly ledger: { readonly request: LedgerRequest; readonly answer: readonly LedgerMinute[] }
  readonly gaps: { readonly request: GapQuery; readonly answer: readonly Gap[] }
  readonly tradeIds: { readonly request: IdRequest; readonly answer: readonly string[] }
  readonly alertBook: { readonly request: null; readonly answer: AlertBook }
  readonly alertLog: { readonly request: AlertLogQuery; readonly answer: readonly AlertEvent[] }
  readonly analysisBook: { readonly request: EpochMs; readonly answer: AnalysisBook }
  readonly analysisLog: {
    readonly request: AnalysisLogQuery
    readonly answer: readonly AnalysisEntry[]
  }
  readonly analysisSignals: { readonly request: null; readonly answer: readonly AnalysisEntry[] }
  readonly analysisSpending: { readonly request: EpochMs; readonly answer: readonly SpendingDay[] }
  readonly use: { readonly request: null; readonly answer: TapeUse }
  readonly rollOff: { readonly request: StorageLimits; readonly answer: RollOffPreview }
}

/** What answers them. */
export type Answers = {
  readonly [Q in keyof Questions]: (request: Questions[Q]['request']) => Questions[Q]['answer']
}

export type Question = {
  readonly [Q in keyof Questions]: { readonly q: Q; readonly request: Questions[Q]['request'] }
}[keyof Questions]

/** Engine → store thread. One `write` at a time; the next after its answer. */
export type ToStore =
  | { readonly t: 'write'; readonly write: StoreWrite }
  | { readonly t: 'ask'; readonly id: number; readonly question: Question }
  /** Answered when it is on the disk; a refusal is for whoever asked, and nothing is tried again. */
  | { readonly t: 'keep'; readonly id: number; readonly changes: readonly AnalysisChange[] }
  | { readonly t: 'limit'; readonly limits: StorageLimits }
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
      readonly outcome: Outcome<Questions[keyof Questions]['answer'] | null>
    }
  /** The database is no longer where it was: the thread has closed it and ends. */
  | { readonly t: 'gone'; readonly failure: Failure }
  | { readonly t: 'log'; readonly event: string; readonly fields: LogFields }
  | { readonly t: 'closed' }

/** What the store thread is started with. */
export interface StoreWorkerData {
  readonly path: string
}
