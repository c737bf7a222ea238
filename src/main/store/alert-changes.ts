import type {
  AlertEvent,
  Delivery,
  DeliveryChannel,
  LateCause,
} from '../../shared/contract/alerts.ts'
import type { Alert, AlertId } from '../../shared/domain/alert.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

/** An alert as it is kept. */
export interface KeptAlert extends Alert {
  readonly channels: readonly DeliveryChannel[]
  /** From when on it counts: when it was armed last; null: never yet. */
  readonly armedAt: EpochMs | null
  /** One that fires a single time did; null: not since it was armed. */
  readonly spentAt: EpochMs | null
}

/** A stretch that was filled afterwards: its trades are on the tape, and no alert has looked at them. */
export interface MissedStretch {
  readonly gap: number
  readonly market: MarketId
  /** Match times of the trades on both sides. */
  readonly from: EpochMs
  readonly to: EpochMs
  readonly cause: LateCause
}

/**
 * What the store is told of alerts; plain data, written in order, in the transaction of the trades it came with.
 * `fired`: one that is in the log already (alert, instant, market) changes nothing.
 */
export type AlertChange =
  | { readonly t: 'alert'; readonly alert: KeptAlert }
  | { readonly t: 'removed'; readonly id: AlertId }
  | { readonly t: 'fired'; readonly event: AlertEvent }
  | {
      readonly t: 'delivered'
      readonly id: number
      readonly deliveries: readonly Delivery[]
      readonly notifiedMs: number | null
    }
  /** All entries up to this one were looked at. */
  | { readonly t: 'seen'; readonly through: number }
  | { readonly t: 'missed'; readonly stretch: MissedStretch }
  /** A missed stretch was evaluated; what came of it stands before this. */
  | { readonly t: 'judged'; readonly gap: number }
  /** The evaluator's state after all instants up to `at`. Null: nothing is evaluated. */
  | { readonly t: 'checkpoint'; readonly checkpoint: Checkpoint | null }
  | { readonly t: 'paused'; readonly until: EpochMs | null }

export interface Checkpoint {
  readonly at: number
  readonly data: Uint8Array
}

/** All that a start has to know of alerts. */
export interface AlertBook {
  readonly alerts: readonly KeptAlert[]
  /** Entries of the log by alert. */
  readonly counts: readonly {
    readonly alert: AlertId
    readonly fired: number
    readonly lastAt: EpochMs
  }[]
  readonly unseen: number
  /** Entries with a delivery that is not settled, oldest first. */
  readonly open: readonly AlertEvent[]
  readonly stretches: readonly MissedStretch[]
  readonly checkpoint: Checkpoint | null
  readonly pausedUntil: EpochMs | null
  readonly lastEventId: number
}

/** Newest first; entries before the one named, of one alert, at times in [from, to). */
export interface AlertLogQuery {
  readonly limit: number
  readonly before?: number
  readonly alert?: AlertId
  readonly from?: EpochMs
  readonly to?: EpochMs
}
