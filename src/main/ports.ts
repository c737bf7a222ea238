import type { Outcome } from '../shared/domain/outcome.ts'
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
  /** Whether it is held in memory only, until the end. */
  isHeld(name: string): boolean
}

/** One question to a model of an OpenAI-compatible provider. */
export interface AiRequest {
  /** Ends before `/chat/completions`. */
  readonly baseUrl: string
  readonly model: string
  readonly system: string
  readonly user: string
  /** How the answer's form is asked for; what comes is checked whatever it says. */
  readonly form: 'json-schema' | 'json-object' | 'prompt'
  /** For `json-schema`. */
  readonly schema: { readonly name: string; readonly body: Readonly<Record<string, unknown>> }
  readonly maxTokens: number
  /** Everything together, from the call on, milliseconds. */
  readonly deadlineMs: number
}

export interface AiAnswer {
  readonly text: string
  /** `length`: it was cut at the most tokens. `filter`: the provider held it back. */
  readonly finish: 'stop' | 'length' | 'filter' | 'other'
  /** What the model said when it would not answer. */
  readonly refusal: string | null
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null
  /** Null: nothing came. */
  readonly firstByteMs: number | null
  readonly totalMs: number
}

export type AiFailureCode =
  | 'bad-key'
  | 'no-credit'
  | 'rate-limited'
  | 'server'
  | 'timeout'
  | 'cut'
  | 'wrong-address'
  | 'no-model'
  /** It does not know this way to ask for a form: ask with the next one. */
  | 'no-such-form'
  /** It was learnt how this provider wants to be asked: the same once more. */
  | 'ask-again'
  | 'refused-request'
  | 'offline'
  | 'cancelled'

export interface AiFailure {
  readonly code: AiFailureCode
  /** Plain English, at most 300 characters; never the key, whatever the provider wrote. */
  readonly message: string
  readonly status: number | null
  /** What Retry-After said. */
  readonly retryAfterMs: number | null
  /** What was used up before it failed, where the provider said so. */
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null
  readonly firstByteMs: number | null
  readonly totalMs: number
}

export type AiOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: AiFailure }

/** The only way to a model. It asks once: what to do about a failure is for whoever asks. */
export interface AiProvider {
  /** `onText` gets the whole text so far, as it comes. */
  ask(
    request: AiRequest,
    key: string,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<AiOutcome<AiAnswer>>
  /** Names of the models that it lists, sorted. */
  models(
    baseUrl: string,
    key: string,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<AiOutcome<readonly string[]>>
}

/** Where exported files go: one folder, in which files are known by their names. */
export interface ExportFolder {
  /** Full path of a file of that name in it. */
  path(name: string): string
  /** The names in it; makes it when it is missing. Fails as the disk says. */
  names(): Promise<Outcome<readonly string[]>>
  /** Removes those that are there. What cannot be removed stays. */
  remove(names: readonly string[]): Promise<void>
  /** What may still be written there; null where the system does not tell. */
  freeBytes(): Promise<number | null>
}
