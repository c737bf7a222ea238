import type {
  AnalysisKind,
  Citation,
  Horizon,
  Mark,
  SenseProblem,
  Snapshot,
  Verdict,
} from '../domain/analysis.ts'
import type { MarketId } from '../domain/market.ts'
import type { EpochMs } from '../domain/time.ts'

/** Languages in which prompts are written and answers asked for. */
export type PromptLanguage = 'en' | 'zh-CN' | 'vi'

/** What started an analysis. */
export type AnalysisTrigger = 'asked' | 'interval' | 'trades' | 'alert'

/** What can go wrong with an answer; each has words of its own on the screen. */
export type AnalysisFailureCode =
  | 'no-key'
  | 'off' // the analysis is switched off
  | 'no-data' // the tape says too little of that moment
  | 'limit' // a limit of ours; `limit` says which
  | 'paused' // the circuit breaker is open; `retryAt`
  | 'bad-key'
  | 'no-credit'
  | 'rate-limited'
  | 'server'
  | 'timeout'
  | 'cut' // the stream broke off
  | 'declined' // the model would not answer
  | 'truncated' // the answer was longer than it may be
  | 'malformed' // no JSON, after one repair
  | 'wrong-schema' // JSON, but not what was asked for, after one repair
  | 'wrong-address'
  | 'no-model'
  | 'offline'
  | 'stale' // newer data was asked about meanwhile
  | 'cancelled'
  | 'internal'

export type LimitName = 'requestsPerSecond' | 'requestsPerMinute' | 'tokensPerDay' | 'moneyPerDay'

export interface AnalysisFailure {
  readonly code: AnalysisFailureCode
  /** Plain English: what happened, what it means, what to do. Never a key, never more than 300 characters. */
  readonly message: string
  readonly limit?: LimitName
  /** When it may be tried again. */
  readonly retryAt?: EpochMs
}

/** As the provider says; null where it does not. */
export interface TokenUsage {
  readonly promptTokens: number
  readonly completionTokens: number
  /** False: the provider gave none, and what was reserved counts. */
  readonly reported: boolean
}

export interface CallLatency {
  /** Wait for limits and for earlier calls, milliseconds. */
  readonly queueMs: number
  /** From the request's start to the first byte of text, milliseconds; null: there was none. */
  readonly firstByteMs: number | null
  readonly totalMs: number
}

/** One analysis that is over. `refused`: the answer came, and was not believed. */
export interface AnalysisEntry {
  readonly id: number
  readonly market: MarketId
  readonly kind: AnalysisKind
  readonly state: 'done' | 'refused' | 'failed'
  readonly trigger: AnalysisTrigger
  readonly askedAt: EpochMs
  readonly settledAt: EpochMs
  /** What was sent, as figures. */
  readonly snapshot: Snapshot
  /** The verdict of plain statistics on the same figures. */
  readonly baseline: Verdict
  readonly model: string
  /** Host of the provider. */
  readonly provider: string
  /** Name and version of the prompt: `signal-1`. */
  readonly prompt: string
  readonly language: PromptLanguage
  readonly verdict: Verdict | null
  /** The model's reason, as it was written. Text, never markup. */
  readonly reason: string
  readonly citations: readonly Citation[]
  readonly problems: readonly SenseProblem[]
  readonly failure: AnalysisFailure | null
  readonly usage: TokenUsage | null
  /** In dollars; null where the model has no price. */
  readonly cost: number | null
  readonly latency: CallLatency | null
  /** How often the provider was asked for it: repairs and repeats. */
  readonly attempts: number
  /** Of signals: how they came out. */
  readonly marks: {
    readonly model: Mark
    readonly baseline: Mark
    readonly coin: Mark
  } | null
}

/** One analysis that waits or runs. */
export interface AnalysisUnderWay {
  readonly market: MarketId
  readonly kind: AnalysisKind
  readonly state: 'waiting' | 'running'
  readonly since: EpochMs
  readonly model: string
  /** What of the reason has come. */
  readonly text: string
}

/** Dollars for a million tokens; `dated`: when the preset was read (`2026-11`), null: set by hand. */
export interface ModelPrice {
  readonly model: string
  readonly prompt: number
  readonly completion: number
  readonly dated: string | null
}

export interface AnalysisLimits {
  readonly requestsPerSecond: number
  /** Null: no such limit. */
  readonly requestsPerMinute: number | null
  readonly tokensPerDay: number | null
  /** Dollars. */
  readonly moneyPerDay: number | null
}

export type ProviderPreset = 'holysheep' | 'openai' | 'local' | 'other'

export interface KindSettings {
  /** Nothing of this kind is asked unless it is on. */
  readonly on: boolean
  readonly model: string
}

/** When the analyses of a market run by themselves. */
export interface MarketSchedule {
  readonly kinds: readonly AnalysisKind[]
  /** At least 1,000; null: not by time. */
  readonly everyMs: number | null
  /** Null: not by trades. */
  readonly everyTrades: number | null
  /** Also whenever an alert of this market fires. */
  readonly onAlert: boolean
}

export interface AnalysisSettings {
  readonly preset: ProviderPreset
  readonly baseUrl: string
  readonly kinds: Readonly<Record<AnalysisKind, KindSettings>>
  /** By market. */
  readonly schedules: Readonly<Record<string, MarketSchedule>>
  readonly limits: AnalysisLimits
  /** By model. */
  readonly prices: readonly ModelPrice[]
  /** Longest that one answer may take in all, milliseconds. */
  readonly deadlineMs: number
  /** Most tokens of one answer. */
  readonly maxTokens: number
  readonly language: PromptLanguage
}

/** `absent`: none was set. `session`: there is no keychain, so it is held until the app ends. */
export type KeyState = 'absent' | 'kept' | 'session'

export interface Spending {
  readonly requests: number
  readonly tokens: number
  /** Dollars; of models without a price nothing is known, and they are counted in `unpriced`. */
  readonly money: number
  readonly unpriced: number
}

/** Latency of the calls of one model in this run, milliseconds. */
export interface ModelLatency {
  readonly model: string
  readonly calls: number
  readonly queue: Quantiles
  readonly firstByte: Quantiles
  readonly total: Quantiles
}
export interface Quantiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export interface AnalysisStatus {
  readonly settings: AnalysisSettings
  /** Of the provider that is set. */
  readonly key: KeyState
  readonly underWay: readonly AnalysisUnderWay[]
  /** The newest entry of each market and kind. */
  readonly latest: readonly AnalysisEntry[]
  /** Id of the newest entry, so that a list knows that it is old; 0: none. */
  readonly newestId: number
  /** UTC days and months. */
  readonly today: Spending
  readonly month: Spending
  /** The limit that stops all requests now, until `until`. */
  readonly stopped: { readonly limit: LimitName; readonly until: EpochMs } | null
  readonly breaker: {
    readonly state: 'closed' | 'open' | 'trying'
    readonly until: EpochMs | null
    readonly reason: string | null
  }
  readonly latencies: readonly ModelLatency[]
}

/** What would leave the machine, word by word. */
export interface DryRun {
  readonly url: string
  readonly model: string
  readonly prompt: string
  readonly system: string
  readonly user: string
  /** The schema that the answer must have, as JSON. */
  readonly schema: string
  readonly snapshot: Snapshot
  readonly baseline: Verdict
  /** An estimate: four characters a token. */
  readonly promptTokens: number
  readonly maxCompletionTokens: number
  /** Most that it may cost, dollars; null where the model has no price. */
  readonly mostCost: number | null
}

/** How the signals of one model and prompt came out, beside plain statistics and a coin. */
export interface ScoreRow {
  readonly who: 'model' | 'baseline' | 'coin'
  readonly model: string
  readonly prompt: string
  /** Signals up or down that are marked; sideways ones are `flat`. */
  readonly signals: number
  readonly flat: number
  readonly pending: number
  readonly targets: number
  readonly stops: number
  readonly neither: number
  /** Share of targets among targets and stops with its 95 % interval, 0–1; null: too few to tell (under 30). */
  readonly hitRate: { readonly share: number; readonly low: number; readonly high: number } | null
  /** Mean return in the signal's direction, percent, and of how many; null share: too few to tell (under 30). */
  readonly returns: Readonly<
    Record<Horizon, { readonly mean: number | null; readonly count: number }>
  >
}

export interface SpendingDay {
  /** Start of the UTC day. */
  readonly day: EpochMs
  readonly model: string
  readonly requests: number
  readonly tokens: number
  readonly money: number
}

export interface AnalysisRequest {
  readonly market: MarketId
  readonly kind: AnalysisKind
  /** A moment of history or of a replay; absent: now. */
  readonly at?: EpochMs
  /** Absent: the language of the settings. */
  readonly language?: PromptLanguage
}

/** Fields that are named are changed. */
export type AnalysisSettingsPatch = Partial<AnalysisSettings>
