import type { VenueState } from '../../shared/contract/status.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { Clock } from '../ports.ts'
import type { SessionStatus } from './venue-state.ts'

type Shown = Omit<SessionStatus, 'reconnects' | 'sockets'>

const REASONS: Partial<Record<VenueState, string>> = {
  quiet: 'subscribed and answering, but no trade for a while',
  stale: 'open but silent; about to be replaced',
}
/** States in which the reason of the last trouble still matters. */
const TROUBLED: readonly VenueState[] = ['waiting', 'connecting', 'blocked', 'failed']

/** What one session shows of itself, and when that changed. */
export class StatusBoard {
  readonly #clock: Clock
  readonly #changed: () => void
  #shown: Shown

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock
    this.#changed = changed
    this.#shown = { state: 'idle', since: clock.now(), attempt: 0 }
  }

  get status(): Shown {
    return this.#shown
  }
  get state(): VenueState {
    return this.#shown.state
  }
  get stopped(): boolean {
    return this.#shown.state === 'stopped'
  }
  get reason(): string | undefined {
    return this.#shown.reason
  }
  get attempt(): number {
    return this.#shown.attempt
  }
  get nextAttemptAt(): EpochMs | undefined {
    return this.#shown.nextAttemptAt
  }

  attempted(): void {
    this.#shown = { ...this.#shown, attempt: this.#shown.attempt + 1 }
  }

  forgetAttempts(): void {
    this.#shown = { ...this.#shown, attempt: 0 }
  }

  stop(): void {
    this.#shown = { state: 'stopped', since: this.#clock.now(), attempt: 0 }
  }

  /** Shows the state and tells if anything changed. `reason` matters while things are not well. */
  publish(state: VenueState, reason: string | undefined, nextAttemptAt: EpochMs | undefined): void {
    const was = this.#shown
    if (was.state === 'stopped') return
    const troubled = TROUBLED.includes(state)
    const told = REASONS[state] ?? (troubled ? reason : undefined)
    const attempt = troubled ? was.attempt : 0
    if (state === was.state && told === was.reason && nextAttemptAt === was.nextAttemptAt) {
      this.#shown = { ...was, attempt }
      return
    }
    this.#shown = {
      state,
      since: state === was.state ? was.since : this.#clock.now(),
      attempt,
      ...(told !== undefined && { reason: told }),
      ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    }
    this.#changed()
  }
}
