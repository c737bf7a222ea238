import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Resolution } from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs, TimeRange } from '../../shared/domain/time.ts'

/** Markets that are shown one above the other at most. */
export const MOST_MARKETS = 4

/** What the history shows; kept while the reader is elsewhere. */
export interface HistoryChoice {
  /** The first is the one whose trades and gaps are listed; empty: the market that is open live. */
  readonly markets: readonly MarketId[]
  /** Null until something was chosen: then the last hour. */
  readonly span: TimeRange | null
  /** Null: what fits. */
  readonly resolution: Resolution | null
  /** Where trades are looked at. */
  readonly cursor: EpochMs | null
}

export const createHistoryChoice = (): StoreApi<HistoryChoice> =>
  createStore<HistoryChoice>(() => ({ markets: [], span: null, resolution: null, cursor: null }))
