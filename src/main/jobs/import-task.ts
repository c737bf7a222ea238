import type { MarketId } from '../../shared/domain/market.ts'
import type { VenueArchives } from '../services/import/text-format.ts'

/** Trades of files into a tape. Nobody else writes it meanwhile. */
export interface ImportTask {
  readonly t: 'import'
  readonly path: string
  /** In this order. */
  readonly files: readonly string[]
  /** The market of files that name none; of others, the only one that is wanted. */
  readonly market: MarketId | null
  /** `auto`, `tapedeck`, `tardis` or a venue. */
  readonly format: string
  readonly archives: readonly VenueArchives[]
  /** Venues whose ids are contiguous numbers of a market's matches: those prove. */
  readonly numbered: readonly string[]
  /** Venues of which files may join matches that others have one by one. */
  readonly joining: readonly string[]
  /** Epoch ms. */
  readonly now: number
  /** File for all rows that were refused, a JSON line each; null: only the first are kept. */
  readonly report: string | null
  /** Goes on where the same file was left. */
  readonly resume: boolean
}

export interface ImportResult {
  readonly files: readonly ImportedFile[]
  readonly taken: number
  readonly duplicates: number
  readonly refused: number
  /** The first of those. */
  readonly firstRefused: readonly RefusedRow[]
  /** Gaps of the ledger that are filled now. */
  readonly gapsFilled: number
}

export interface ImportedFile {
  readonly file: string
  readonly format: string
  /** Line at which it went on; 0: from its beginning. */
  readonly from: number
  /** Rows that were looked at. */
  readonly rows: number
  readonly taken: number
  /** On the tape already, or older than what it keeps. */
  readonly duplicates: number
  readonly refused: number
}

export interface RefusedRow {
  readonly file: string
  /** Counted from 1; of Parquet, the row. */
  readonly line: number
  readonly reason: string
}
