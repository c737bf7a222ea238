import type { EpochMs } from '../shared/domain/time.ts'

/** Time, injected everywhere so that tests hold it in their hands. */
export interface Clock {
  /** Wall clock, whole milliseconds. */
  now(): EpochMs
  /** Monotonic milliseconds with a fraction, for durations. */
  monotonic(): number
  /** Runs once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void
  /** Runs every `ms` until cancelled. */
  every(ms: number, run: () => void): () => void
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Writes JSON lines to stderr (and the log file); never secrets, never whole frames. */
export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}
