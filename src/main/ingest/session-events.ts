import type { GapCause } from '../../shared/domain/ledger.ts'
import type { ConnectionDeps, ConnectionEvents } from './connection-events.ts'
import type { Gateway } from './gateway.ts'

/** What a session tells its feed. Nothing comes after `stop()`. */
export interface SessionEvents
  extends Pick<ConnectionEvents, 'prints' | 'newest' | 'pong' | 'confirmed' | 'refused'> {
  /** A confirmed symbol's stream broke off, or may have: trades can be missing from here on. */
  broken(symbol: string, cause: GapCause): void
  changed(): void
}

export interface SessionDeps extends ConnectionDeps {
  readonly gateway: Gateway
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Attempts in a row before it gives up; null: never. */
  readonly maxAttempts: () => number | null
}
