import type { Alert, AlertId, Severity } from '../domain/alert.ts'
import type { MarketId } from '../domain/market.ts'
import type { EpochMs } from '../domain/time.ts'

/** Ways by which a person is told. Each firing goes by those that its alert names. */
export type DeliveryChannel = 'desktop' | 'webhook' | 'telegram'

/** What a person writes down to make an alert, or to change one. */
export interface AlertDraft
  extends Pick<
    Alert,
    'name' | 'expr' | 'severity' | 'cooldownMs' | 'rearm' | 'hysteresis' | 'schedule' | 'expiresAt'
  > {
  readonly channels: readonly DeliveryChannel[]
}

/** An alert and how it stands. */
export interface AlertView extends Alert {
  readonly channels: readonly DeliveryChannel[]
  /**
   * `off`: not armed, or over. `warming`: a window is not full yet. `watching`. `on`: its condition holds
   * and has fired. `resting`: it fired and its cooldown is not over.
   */
  readonly state: 'off' | 'warming' | 'watching' | 'on' | 'resting'
  /** Figures that are not known yet, as the expression names them. */
  readonly unknown: readonly string[]
  /** Firings in the log, late ones included. */
  readonly fired: number
  readonly lastFiredAt: EpochMs | null
}

/** Why a firing is late: what kept the trades away when they were made. */
export type LateCause = 'asleep' | 'not-running' | 'disconnected' | 'back-filled'

export interface Delivery {
  readonly channel: DeliveryChannel
  readonly state: 'queued' | 'sent' | 'failed' | 'grouped' | 'paused'
  readonly attempts: number
  /** When it was sent, or tried last. */
  readonly at: EpochMs | null
  /** What went wrong, and what to do; plain English. */
  readonly reason?: string
}

/** One line of the alert log. Nothing in it ever changes but the deliveries. */
export interface AlertEvent {
  readonly id: number
  readonly alert: AlertId
  readonly name: string
  readonly severity: Severity
  /** The condition as it was. */
  readonly expr: string
  /** The instant by the alert's clock; for a late one, when it would have fired. */
  readonly at: EpochMs
  readonly market: MarketId
  /** Match time and price of the trade that fired it; of the newest before where the clock did. */
  readonly time: EpochMs
  readonly price: number
  /** The figures that the condition looked at, by name. */
  readonly values: Readonly<Record<string, number>>
  /** Null: it fired when it happened. */
  readonly late: { readonly cause: LateCause; readonly learnedAt: EpochMs } | null
  /** From the trade's receipt to the call of the notification, milliseconds; null while there was none. */
  readonly notifiedMs: number | null
  readonly deliveries: readonly Delivery[]
}

export interface AlertsState {
  readonly alerts: readonly AlertView[]
  /** Nothing is delivered before then (it is logged all the same); null: not paused. */
  readonly pausedUntil: EpochMs | null
  /** Firings that nobody has looked at: the badge. */
  readonly unseen: number
}

/** Where firings go besides the desktop. An address may hold a secret: it is written, never shown. */
export interface DeliverySettings {
  readonly webhook: { readonly host: string | null }
  /** A Telegram-style HTTP post: `POST <address>/sendMessage` with `chat_id` and `text`. */
  readonly telegram: { readonly host: string | null; readonly chat: string }
}

/** A stretch of stored history on which an alert is tried before it is armed. */
export interface RehearsalRequest {
  readonly draft: AlertDraft
  readonly from: EpochMs
  readonly to: EpochMs
}

export interface RehearsalFiring {
  readonly at: EpochMs
  readonly market: MarketId
  readonly price: number
  readonly values: Readonly<Record<string, number>>
}

export interface RehearsalStatus {
  /** `idle` before the first. */
  readonly state: 'idle' | 'running' | 'done' | 'cancelled' | 'failed'
  readonly request: RehearsalRequest | null
  /** 0–1. */
  readonly progress: number
  readonly trades: number
  readonly elapsedMs: number
  /** All of them, until now. */
  readonly count: number
  /** The first ten thousand, when it is done. */
  readonly firings: readonly RehearsalFiring[]
  /** UTC days with the number of firings, also those without; ascending. */
  readonly days: readonly { readonly day: EpochMs; readonly count: number }[]
  /** Share of the stretch that is complete or back-filled, 0–1; null where nothing is known. */
  readonly coverage: number | null
  readonly reason?: string
}
