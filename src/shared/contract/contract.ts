import type { AlertId } from '../domain/alert.ts'
import type { AnalysisKind, Snapshot, Verdict } from '../domain/analysis.ts'
import type { Candle } from '../domain/candle.ts'
import type { Gap, LedgerMinute } from '../domain/ledger.ts'
import type { MarketId, VenueId } from '../domain/market.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { StorageLimits } from '../domain/storage.ts'
import type { EpochMs } from '../domain/time.ts'
import type { Trade } from '../domain/trade.ts'
import type {
  AlertDraft,
  AlertEvent,
  AlertsState,
  AlertView,
  DeliveryChannel,
  DeliverySettings,
  RehearsalRequest,
  RehearsalStatus,
} from './alerts.ts'
import type {
  AnalysisEntry,
  AnalysisRequest,
  AnalysisSettings,
  AnalysisSettingsPatch,
  AnalysisStatus,
  DryRun,
  KeyState,
  ScoreRow,
  SpendingDay,
} from './analysis.ts'
import type { ExportRequest, ExportStatus } from './export.ts'
import type { AroundQuery, BarsAnswer, BarsQuery } from './history.ts'
import type { ReplayAction, ReplayRequest, ReplayStatus, ReplayTapeFrame } from './replay.ts'
import type {
  AppInfo,
  CandleQuery,
  EngineStatus,
  LabStatus,
  LedgerStatus,
  MarketChoice,
  MarketSummary,
  Settings,
  StageReport,
  TapeFrame,
  TradesFrame,
  VenueNetwork,
  VenueStatus,
  Way,
} from './status.ts'
import type { RollOffPreview, StorageReport } from './storage.ts'

/** Click → effect: one object in, one outcome out. The same in Electron and in a browser. */
export interface Commands {
  'app.info': { input: Record<never, never>; output: AppInfo }
  /** Restarts the engine on the demo tape or on the live venues; every client reconnects. */
  'app.mode': { input: { readonly demo: boolean }; output: null }
  'markets.search': {
    input: { readonly text: string; readonly limit: number }
    output: readonly MarketChoice[]
  }
  /** Fails with `unknown-market` and near matches when no venue lists it. */
  'markets.watch': { input: { readonly market: string }; output: { readonly market: MarketId } }
  'markets.unwatch': { input: { readonly market: MarketId }; output: null }
  /** Connects now instead of at the next attempt. */
  'venues.retry': { input: { readonly venue: VenueId }; output: null }
  /** Ascending by open time. */
  'history.candles': { input: CandleQuery; output: readonly Candle[] }
  /** The newest `limit` trades, oldest first. */
  'history.trades': {
    input: { readonly market: MarketId; readonly limit: number }
    output: readonly Trade[]
  }
  /** Bars of any stretch in any resolution; `invalid` when it is empty or lies in the future. */
  'history.bars': { input: BarsQuery; output: BarsAnswer }
  /** Trades around a time, oldest first. */
  'history.around': { input: AroundQuery; output: readonly Trade[] }
  /** Begins to write trades into a file; what comes of it is told in `export.status`. Fails with `busy` or `invalid`. */
  'export.start': { input: ExportRequest; output: null }
  'export.cancel': { input: Record<never, never>; output: null }
  /** Rows of the ledger for minutes in [from, to), ascending; at most 100,000. */
  'ledger.minutes': {
    input: { readonly market: MarketId; readonly from: EpochMs; readonly to: EpochMs }
    output: readonly LedgerMinute[]
  }
  /** Newest first; all markets without `market`. */
  'ledger.gaps': {
    input: {
      readonly market?: MarketId
      readonly from?: EpochMs
      readonly to?: EpochMs
      readonly limit: number
    }
    output: readonly Gap[]
  }
  /** Tries again to fill a gap that is cancelled or lost. */
  'ledger.retry': { input: { readonly gap: number }; output: null }
  /** Cancels the back-fill of one gap, or of all that wait or run. */
  'ledger.cancel': { input: { readonly gap?: number }; output: null }
  /** Measures several ways to get a market's trades at the same time, until stopped. */
  'lab.start': {
    input: { readonly market: MarketId; readonly ways: readonly Way[] }
    output: null
  }
  'lab.stop': { input: Record<never, never>; output: null }
  /** What the screen measured: the way of a venue's tape frames to it and to the paint, milliseconds. */
  'latency.screen': {
    input: {
      readonly venue: VenueId
      readonly received: readonly number[]
      readonly painted: readonly number[]
    }
    output: null
  }
  /** Opens and closes a connection to a venue through these settings: does it work, and how fast? */
  'network.try': {
    input: {
      readonly venue: VenueId
      readonly network: VenueNetwork
      /** Not saved; absent: the saved one. */
      readonly password?: string
    }
    output: { readonly websocketMs: number; readonly restMs: number }
  }
  /**
   * Keeps the password of a proxy address in the OS keychain ('' removes it); `kept` is false when
   * there is none and it is held for this session only.
   */
  'network.password': {
    input: { readonly url: string; readonly password: string }
    output: { readonly kept: boolean }
  }
  /** How the tape uses the disk; asked for now and then. */
  'storage.report': { input: Record<never, never>; output: StorageReport }
  /** What would roll off at once if these were the limits. Changes nothing. */
  'storage.preview': { input: StorageLimits; output: RollOffPreview }
  /** Makes an alert, or changes one. Fails with `invalid` when its condition cannot be read. */
  'alerts.save': {
    input: { readonly id?: AlertId; readonly draft: AlertDraft }
    output: AlertView
  }
  'alerts.arm': { input: { readonly id: AlertId; readonly armed: boolean }; output: AlertView }
  /** Answers with what was removed, so that it can be put back; its log stays. */
  'alerts.remove': { input: { readonly id: AlertId }; output: AlertView }
  /** Newest first; entries before the one named, of one alert where it is named, at times in [from, to). */
  'alerts.log': {
    input: {
      readonly limit: number
      readonly before?: number
      readonly alert?: AlertId
      readonly from?: EpochMs
      readonly to?: EpochMs
    }
    output: readonly AlertEvent[]
  }
  /** A person has looked at all firings until now. */
  'alerts.seen': { input: Record<never, never>; output: null }
  /** Logs, but delivers nothing until then; null: delivers again. */
  'alerts.pause': { input: { readonly until: EpochMs | null }; output: null }
  /** The shell showed firings natively, each at this time by this machine's clock (ms, with fractions). */
  'alerts.notified': {
    input: { readonly shown: readonly { readonly id: number; readonly at: number }[] }
    output: null
  }
  'alerts.delivery': { input: Record<never, never>; output: DeliverySettings }
  /** Keeps an address in the keychain ('' removes it); `kept` as with `network.password`. */
  'alerts.deliver': {
    input: {
      readonly channel: 'webhook' | 'telegram'
      readonly address: string
      readonly chat?: string
    }
    output: { readonly kept: boolean }
  }
  /** Sends a test by that way; fails with the reason. */
  'alerts.try': { input: { readonly channel: DeliveryChannel }; output: { readonly ms: number } }
  /** Runs a condition over stored history; what comes of it is told in `alerts.rehearsal`. */
  'alerts.rehearse': { input: RehearsalRequest; output: null }
  'alerts.rehearse.cancel': { input: Record<never, never>; output: null }
  /** Loads a replay, paused at its beginning; one at a time. */
  'replay.start': { input: ReplayRequest; output: null }
  'replay.act': { input: ReplayAction; output: null }
  /**
   * Asks the model about a market, now or at a moment of the tape. Answers at once: what comes of it is told in
   * `analysis.status` and is in `analysis.log`. Fails with `invalid` or `unavailable`, and the reason, for what cannot be asked.
   */
  'analysis.run': { input: AnalysisRequest; output: null }
  'analysis.cancel': {
    input: { readonly market: MarketId; readonly kind: AnalysisKind }
    output: null
  }
  /** What plain statistics say; needs no key and sends nothing. */
  'analysis.figures': {
    input: AnalysisRequest
    output: { readonly snapshot: Snapshot; readonly baseline: Verdict }
  }
  /** What would be sent, and what it may cost; sends nothing. */
  'analysis.dry': { input: AnalysisRequest; output: DryRun }
  /** Newest first; before the one named, at moments in [from, to). */
  'analysis.log': {
    input: {
      readonly limit: number
      readonly before?: number
      readonly market?: MarketId
      readonly kind?: AnalysisKind
      readonly from?: EpochMs
      readonly to?: EpochMs
    }
    output: readonly AnalysisEntry[]
  }
  'analysis.scores': { input: Record<never, never>; output: readonly ScoreRow[] }
  /** By UTC day and model, ascending. */
  'analysis.spending': {
    input: { readonly days: number }
    output: readonly SpendingDay[]
  }
  /** A change of the base address leaves the key of the other one where it is: a key goes to its own host only. */
  'analysis.configure': { input: AnalysisSettingsPatch; output: AnalysisSettings }
  /** Keeps the key of the provider that is set ('' forgets it). It can be written, never read. */
  'analysis.key': { input: { readonly key: string }; output: KeyState }
  /** The models that the provider lists; fails with the reason. Nothing is sent but the question and the key. */
  'analysis.models': { input: Record<never, never>; output: readonly string[] }
  'settings.get': { input: Record<never, never>; output: Settings }
  /** Answers with the settings as they now are; `markets` is changed through markets.*. */
  'settings.set': { input: Partial<Omit<Settings, 'markets'>>; output: Settings }
}

/** Engine → every client. State topics send the whole value; `market.tape` what is new. */
export interface Topics {
  'venues.status': { params: Record<never, never>; value: readonly VenueStatus[] }
  'engine.status': { params: Record<never, never>; value: EngineStatus }
  'markets.summary': { params: Record<never, never>; value: readonly MarketSummary[] }
  'ledger.status': { params: Record<never, never>; value: LedgerStatus }
  'latency.stages': { params: Record<never, never>; value: readonly StageReport[] }
  'lab.status': { params: Record<never, never>; value: LabStatus }
  /** Everything, for programs: frames as fast as the client takes them. */
  'market.trades': { params: { readonly market: MarketId }; value: TradesFrame }
  'alerts.state': { params: Record<never, never>; value: AlertsState }
  /** Firings since the last frame, for notifications of this client. */
  'alerts.fired': { params: Record<never, never>; value: readonly AlertEvent[] }
  'alerts.rehearsal': { params: Record<never, never>; value: RehearsalStatus }
  'analysis.status': { params: Record<never, never>; value: AnalysisStatus }
  'export.status': { params: Record<never, never>; value: ExportStatus }
  'replay.status': { params: Record<never, never>; value: ReplayStatus }
  'replay.tape': { params: { readonly market: MarketId }; value: ReplayTapeFrame }
  'market.tape': { params: { readonly market: MarketId }; value: TapeFrame }
}

export type CommandName = keyof Commands
export type TopicName = keyof Topics

export interface Api {
  call<Name extends CommandName>(
    name: Name,
    input: Commands[Name]['input'],
    signal?: AbortSignal,
  ): Promise<Outcome<Commands[Name]['output']>>
  /**
   * `listener` gets the state now, then each change. A listener that returns a promise holds its
   * credit until it settles: the next frame waits (one in flight, ten a second at most).
   */
  subscribe<Name extends TopicName>(
    name: Name,
    params: Topics[Name]['params'],
    listener: (value: Topics[Name]['value']) => void | Promise<void>,
    onEnd?: (failure: import('../domain/outcome.ts').Failure) => void,
  ): () => void
}
