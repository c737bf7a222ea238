import type { MinuteState } from '../domain/ledger.ts'
import type { MarketId } from '../domain/market.ts'
import type { Failure } from '../domain/outcome.ts'
import type { EpochMs } from '../domain/time.ts'

/** What trades can be written as into a file. */
export const FILE_FORMATS = ['ndjson', 'csv', 'parquet'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

/** Markets of one file. */
export const MOST_EXPORT_MARKETS = 50

/** Which trades go into a file: match times in [from, to). Where it lies is for the engine to say. */
export interface ExportRequest {
  readonly markets: readonly MarketId[]
  readonly from: EpochMs
  readonly to: EpochMs
  readonly format: FileFormat
}

/** One export, under way or over. */
export interface ExportRun {
  /** Counts from 1 since the engine began. */
  readonly id: number
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  /** As it is carried out: to now at the latest. */
  readonly request: ExportRequest
  readonly trades: number
  readonly bytes: number
  /** How much of the stretch is written, by match time, 0–1. */
  readonly share: number
  readonly elapsedMs: number
  /** Path of the file, which is there when it is done; null before it has a name. */
  readonly file: string | null
  /** Null until it is done. */
  readonly written: ExportWritten | null
  /** Why it failed. */
  readonly failure: Failure | null
}

/** What is in a finished file, as the manifest beside it says. */
export interface ExportWritten {
  /** Path of the manifest. */
  readonly manifest: string
  /** Of the file. */
  readonly sha256: string
  /** Those that were asked for, by name; also those of which no trade was there. */
  readonly markets: readonly ExportedMarket[]
}

export interface ExportedMarket {
  readonly market: MarketId
  readonly trades: number
  /** Match times of its first and last trade; null without trades. */
  readonly first: EpochMs | null
  readonly last: EpochMs | null
  /** What the ledger says of the minutes between these two: how many there are of each state. */
  readonly minutes: Readonly<Record<MinuteState, number>>
  /** Gaps that touch them and are not filled. */
  readonly gaps: number
}

/** The export that runs, and the last ones that ended, newest first. */
export interface ExportStatus {
  readonly running: ExportRun | null
  readonly finished: readonly ExportRun[]
}
