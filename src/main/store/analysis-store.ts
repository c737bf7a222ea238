import type { AnalysisEntry, SpendingDay } from '../../shared/contract/analysis.ts'
import type { AnalysisKind } from '../../shared/domain/analysis.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

/** What the analyses leave on the disk. */
export type AnalysisChange =
  /** The most that a request may use, before it is sent; its id is the next free one of the book. */
  | {
      readonly t: 'reserve'
      readonly id: number
      readonly at: EpochMs
      readonly model: string
      readonly tokens: number
      /** Dollars; null where the model has no price. */
      readonly money: number | null
    }
  /** What it did use. Without this a reservation stands: nobody knows what a crash cut off. */
  | {
      readonly t: 'settle'
      readonly id: number
      readonly tokens: number
      readonly money: number | null
    }
  /**
   * Also for a change of one that is there: its marks. `unmarked`: whether the book of the next start names it, because
   * its marks are not settled. Absent: as the marks themselves say (a believed signal without them, or with one that is
   * pending or lacks a return); say it of those whose returns the tape will never tell.
   */
  | { readonly t: 'entry'; readonly entry: AnalysisEntry; readonly unmarked?: boolean }

export interface AnalysisBook {
  /** Largest ids that were given: of entries and of requests; 0: none. */
  readonly newestEntry: number
  readonly newestRequest: number
  /** The newest entry of each market and kind. */
  readonly latest: readonly AnalysisEntry[]
  /** Signals whose marks are not all settled. */
  readonly unmarked: readonly AnalysisEntry[]
  /** Requests at `since` or later, ascending by time. */
  readonly requests: readonly {
    readonly id: number
    readonly at: EpochMs
    readonly model: string
    readonly tokens: number
    readonly money: number | null
  }[]
}

export interface AnalysisLogQuery {
  readonly limit: number
  readonly before?: number
  readonly market?: MarketId
  readonly kind?: AnalysisKind
  readonly from?: EpochMs
  readonly to?: EpochMs
}

/** The analyses on the disk; in the store's thread, and in the same database as the tape. */
export interface AnalysisStore {
  /** Resolves when the changes are committed (one transaction), or says why they could not be. */
  keepAnalyses(changes: readonly AnalysisChange[]): Promise<Outcome<null>>
  analysisBook(since: EpochMs): Promise<Outcome<AnalysisBook>>
  /** Newest first (by id). */
  analysisLog(query: AnalysisLogQuery): Promise<Outcome<readonly AnalysisEntry[]>>
  /** All signals that came to a verdict, ascending by moment; at most the newest 100,000. */
  analysisSignals(): Promise<Outcome<readonly AnalysisEntry[]>>
  /** By UTC day and model, ascending. */
  analysisSpending(from: EpochMs): Promise<Outcome<readonly SpendingDay[]>>
}
