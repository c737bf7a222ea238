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

/** What the machine says of this process. */
export interface ProcessGauge {
  readonly rssBytes: number
  readonly heapBytes: number
  /** CPU time used so far by all threads, milliseconds. */
  readonly cpuMs: number
  /** 99th percentile of the event-loop delay since the last reading, milliseconds. */
  readonly loopDelayP99Ms: number
}

/** Where the settings are kept: a small file, replaced whole. Both may throw as node:fs does. */
export interface SettingsFile {
  /** `undefined` when there is none yet. */
  read(): string | undefined
  write(text: string): void
  /** Puts an unreadable file aside, so that nothing of it is lost. */
  setAside(): void
}

/** Passwords and keys: written and used here, never shown. */
export interface SecretStore {
  /** `undefined` when there is none, or none can be read. */
  get(name: string): Promise<string | undefined>
  /** '' forgets it. `kept` is false when there is no keychain: then it is held until the end. */
  set(name: string, secret: string): Promise<{ readonly kept: boolean }>
}
