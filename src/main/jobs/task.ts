import type { RehearsalFiring, RehearsalStatus } from '../../shared/contract/alerts.ts'
import type { Alert } from '../../shared/domain/alert.ts'
import type { Resolution } from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { StretchRequest, StretchResult } from '../pipeline/alerts/stretch.ts'
import type { Faults } from '../pipeline/replay/faults.ts'
import type { ReplayOrder } from '../pipeline/replay/replay-rows.ts'
import type { ExportFormat, FileFormat } from '../services/export/export-format.ts'
import type { Manifest } from '../services/export/manifest.ts'
import type { SqlFormat } from '../services/sql-output.ts'
import type { TradeFilter } from '../store/store.ts'
import type { ImportResult, ImportTask } from './import-task.ts'

/** What a worker can be asked to do: plain data, so that it crosses threads. `path`: the database. */
export type Task =
  | ExportTask
  | SqlTask
  | VerifyTask
  | ReplayTask
  | QueryTask
  | RehearseTask
  | EvaluateTask
  | ImportTask
  | CheckTask
  | MarketsTask

/** Trades as text to the caller, or into a file that appears when it is whole. */
export type ExportTask = {
  readonly t: 'export'
  readonly path: string
  readonly filter: TradeFilter
  /** File that says what was exported; null: none. */
  readonly manifest: string | null
  /** Epoch ms, for the manifest. */
  readonly now: number
  /** Fails, and writes nothing, where a market is not on the tape or no trade lies in the stretch. */
  readonly strict?: true
} & (
  | { readonly format: ExportFormat; readonly out: null }
  | { readonly format: FileFormat; readonly out: string }
)

/** The markets of a tape as a JSON array to the caller. */
export interface MarketsTask {
  readonly t: 'markets'
  readonly path: string
}

/** Holds an exported file against its manifest. */
export interface CheckTask {
  readonly t: 'check'
  readonly file: string
}

/** The rows of one question, as text. */
export interface SqlTask {
  readonly t: 'sql'
  readonly path: string
  readonly sql: string
  readonly format: SqlFormat
  /** Most rows; null for all. */
  readonly limit: number | null
}

/** A line of text for each thing that is wrong. */
export interface VerifyTask {
  readonly t: 'verify'
  readonly path: string
  readonly json: boolean
  /** Puts aside first what cannot be read. */
  readonly repair: boolean
  /** Epoch ms: what is younger than a minute is not judged. */
  readonly now: number
}

/** The tape of some markets played through the folds of live markets. */
export interface ReplayTask {
  readonly t: 'replay'
  readonly path: string
  /** Null: all of the tape. */
  readonly markets: readonly MarketId[] | null
  /** Match times, epoch ms: `from` included, `to` not. */
  readonly from: number
  readonly to: number
  readonly order: ReplayOrder
  /** Times as fast as it happened, or as fast as it goes. */
  readonly speed: number | 'max'
  readonly hash: boolean
  readonly faults: Faults | null
  /** Evaluated on the way; empty: none. `database`: those that are armed on this tape and whose markets are all played. */
  readonly alerts: readonly Alert[] | 'database'
}

/** One alert tried on a stretch of the tape, in the order in which it happened. */
export interface RehearseTask {
  readonly t: 'rehearse'
  readonly path: string
  readonly alert: Alert
  /** Match times, epoch ms: `from` included, `to` not. */
  readonly from: number
  readonly to: number
  /** Each moment as a line of text to the caller; null: none. */
  readonly print: 'plain' | 'json' | null
}

/** Alerts evaluated over a stretch of the tape. */
export interface EvaluateTask {
  readonly t: 'evaluate'
  readonly path: string
  readonly request: StretchRequest
}

/** Bars or trades of one market as text to the caller. */
export type QueryTask = {
  readonly t: 'query'
  readonly path: string
  readonly market: MarketId
  readonly from: EpochMs
  readonly to: EpochMs
  readonly format: QueryFormat
  /** Most rows: the oldest; absent: all. */
  readonly limit?: number
  /** Epoch ms: minutes that are not over by then have no state. */
  readonly now: number
} & ({ readonly what: 'candles'; readonly interval: Resolution } | { readonly what: 'trades' })
export type QueryFormat = ExportFormat | 'json'

export interface TaskResults {
  readonly replay: ReplayResult
  readonly rehearse: RehearseResult
  readonly evaluate: StretchResult
  readonly import: ImportResult
  readonly markets: { readonly markets: number }
  /** `differences`: in plain words; none when the file is as its manifest says. */
  readonly check: { readonly trades: number; readonly differences: readonly string[] }
  readonly query: { readonly rows: number }
  /** `manifest`: null when none was wanted, or whoever read it went away before the end. */
  readonly export: { readonly trades: number; readonly manifest: Manifest | null }
  /** `more`: the limit left rows out. */
  readonly sql: { readonly rows: number; readonly more: boolean }
  readonly verify: VerifyResult
}

export interface VerifyResult {
  readonly markets: number
  readonly trades: number
  readonly bars: number
  readonly spans: number
  readonly findings: number
  /** Parts of the tape that were put aside; only when that was asked for. */
  readonly repaired?: number
}

/** `trades`: those that were played; `hash`: null when none was asked for. */
export interface ReplayResult {
  readonly trades: number
  readonly alerts: number
  readonly hash: string | null
  readonly elapsedMs: number
}

export interface RehearseResult
  extends Pick<RehearsalStatus, 'trades' | 'count' | 'days' | 'coverage' | 'elapsedMs'> {
  /** The first ten thousand. */
  readonly firings: readonly RehearsalFiring[]
}

export type ResultOf<T extends Task> = TaskResults[T['t']]

/** How far a task is. */
export interface JobProgress {
  /** What is being done, one English word or two. */
  readonly step: string
  /** Trades (or rows) so far. */
  readonly done: number
  /** 0–1, where it is known how much there is. */
  readonly share?: number
  /** What was found until now, where something is looked for. */
  readonly found?: number
  /** Written until now, where it is counted. */
  readonly bytes?: number
}
/** Of a progress, what not every task can tell. */
export type ProgressMore = Omit<JobProgress, 'step' | 'done'>

/** What a worker does for each kind of task; may throw `Stopped` and whatever the disk throws. */
export type Handlers = {
  readonly [K in Task['t']]: (
    task: Extract<Task, { t: K }>,
    context: JobContext,
  ) => Outcome<TaskResults[K]> | Promise<Outcome<TaskResults[K]>>
}

/** What a task at work has of the outside. All of it is called between two rows or pages. */
export interface JobContext {
  /** Throws `Stopped` when the task is cancelled or its time is over. Cheap: call it often. */
  check(): void
  progress(step: string, done: number, more?: ProgressMore): void
  /**
   * Hands a piece of text to the caller, and waits while several are on their way. False: nobody
   * reads any more, and nothing more is wanted.
   */
  write(text: string): boolean
}

/** Ends a task from within, from `JobContext.check` or `write`. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** Files that a task which ended without its own clean-up may have left behind. */
export const leftovers = (task: Task): readonly string[] =>
  task.t === 'export'
    ? [task.out, task.manifest].flatMap((path) => (path === null ? [] : [partOf(path)]))
    : []

/** The name of a file while it is being written. */
export const partOf = (path: string): string => `${path}.part`
