import type { AlertEvent, Delivery } from '../../../shared/contract/alerts.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import type { KeptAlert } from '../../store/alert-changes.ts'

/** Who tells people. */
export interface AlertDeliveries {
  /** How each of an alert's ways begins; what it does comes after they are in the log (`send`). */
  queued(alert: KeptAlert): readonly Delivery[]
  /** Firings of this moment, or (late ones) of the past; `receivedAt`: when the trade was. */
  send(events: readonly AlertEvent[], receivedAt: number | null): void
  /** What an earlier run could not end. */
  resume(events: readonly AlertEvent[], pausedUntil: EpochMs | null): void
  pause(until: EpochMs | null): void
  readonly pausedUntil: EpochMs | null
}
