import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

export const ANALYSIS_PAGES = ['now', 'log', 'scores', 'cost'] as const
export type AnalysisPage = (typeof ANALYSIS_PAGES)[number]

/** What the page of the analyses shows; kept while the reader is elsewhere. */
export interface AnalysisChoice {
  readonly page: AnalysisPage
  /** A moment of the past that is asked about; null: the open market, now. */
  readonly moment: { readonly market: MarketId; readonly at: EpochMs } | null
  /** The answer of the log whose details are open. */
  readonly entry: number | null
}

export const createAnalysisChoice = (): StoreApi<AnalysisChoice> =>
  createStore<AnalysisChoice>(() => ({ page: 'now', moment: null, entry: null }))
