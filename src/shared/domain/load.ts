import type { EpochMs } from './time.ts'

/**
 * How much the app leaves out because the machine is pressed. Each level has those before it in force:
 * 0 nothing, 1 the screen is drawn less often, 2 derived views are made less often, 3 the tape on screen
 * has no rows, 4 trades are not stored (they become gaps with cause `overload`).
 */
export type LoadLevel = 0 | 1 | 2 | 3 | 4

/** What each level adds, in the order in which it is left out. */
export const LOAD_STEPS = ['paint', 'views', 'rows', 'trades'] as const
export type LoadStep = (typeof LOAD_STEPS)[number]

/**
 * cpu, memory: more than the user allows. loop: the ingest thread is late. queue: trades wait for the
 * store faster than it takes them.
 */
export const LOAD_REASONS = ['cpu', 'memory', 'loop', 'queue'] as const
export type LoadReason = (typeof LOAD_REASONS)[number]

/** What is left out because the machine is pressed, and why. */
export interface LoadStatus {
  readonly level: LoadLevel
  /** When this level began. */
  readonly since: EpochMs
  /** What presses, or pressed last; empty at level 0. */
  readonly reasons: readonly LoadReason[]
  /** Nothing presses any more; what was left out comes back step by step. */
  readonly easing: boolean
  /** What is left out now, in the order in which it was. */
  readonly shed: readonly LoadStep[]
  /** Of the process in which the engine runs, all threads: share of one core over the last 5 s. */
  readonly cpu: number
  readonly rssBytes: number
  readonly caps: LoadCaps
  /** Trades not stored since the start because of it; gaps with cause `overload` until fetched again. */
  readonly shedTrades: number
}

/** What the user allows the engine's process to use; null: no cap. */
export interface LoadCaps {
  /** Percent of one core. */
  readonly cpuPercent: number | null
  /** Resident memory, millions of bytes. */
  readonly memoryMegabytes: number | null
}
