import type { Clock } from '../ports.ts'
import type { StreamLimits } from '../venues/venue.ts'
import { RateWindow, withMargin } from './rate-window.ts'

export interface ControlLineDeps {
  readonly limits: StreamLimits
  readonly clock: Clock
  /** Runs once after so many milliseconds, unless the socket ends before. */
  readonly after: (ms: number, run: () => void) => () => void
  /** Sends the next request if there is one; false when there is none. */
  readonly sendRequest: () => boolean
}

/** Answers that may wait for the budget; a venue that asks for more gets the newest ones. */
const MOST_WAITING = 50

/**
 * What one socket sends, kept within the venue's limits: requests with their pause and their budget,
 * and everything (pings and replies too) within the budget of messages. Pings and replies go first.
 */
export class ControlLine {
  readonly #deps: ControlLineDeps
  readonly #messages: RateWindow
  readonly #subscribes: RateWindow
  #urgent: (() => void)[] = []
  #requestAt = Number.NEGATIVE_INFINITY
  #timer: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(deps: ControlLineDeps) {
    this.#deps = deps
    this.#messages = new RateWindow((deps.limits.messages ?? []).map(withMargin))
    this.#subscribes = new RateWindow((deps.limits.subscribes ?? []).map(withMargin))
  }

  /** A ping or a reply: as soon as the budget allows. */
  urgent(send: () => void): void {
    this.#urgent.push(send)
    if (this.#urgent.length > MOST_WAITING) this.#urgent.shift()
    this.pump()
  }

  /** Requests are waiting. All that is asked for at one time goes in one frame. */
  soon(): void {
    this.#schedule(0)
  }

  /** Sends what may be sent now, and comes back for the rest. */
  pump(): void {
    const wait = this.#pumpUrgent() ?? this.#pumpRequest()
    if (wait !== undefined) this.#schedule(wait)
  }

  /** How long the rest must wait; undefined when nothing is left. */
  #pumpUrgent(): number | undefined {
    const now = this.#deps.clock.monotonic()
    while (this.#urgent.length > 0) {
      const wait = this.#messages.waitMs(now)
      if (wait > 0) return wait
      this.#messages.take(now)
      this.#urgent.shift()?.()
    }
    return undefined
  }

  #pumpRequest(): number | undefined {
    const now = this.#deps.clock.monotonic()
    const wait = Math.max(
      this.#requestAt - now,
      this.#messages.waitMs(now, 1), // so that a ping can always follow
      this.#subscribes.waitMs(now),
    )
    if (wait > 0) return wait
    if (!this.#deps.sendRequest()) return undefined
    this.#messages.take(now)
    this.#subscribes.take(now)
    const { requestPauseMs } = this.#deps.limits
    this.#requestAt = now + requestPauseMs
    return requestPauseMs
  }

  #schedule(ms: number): void {
    const at = this.#deps.clock.monotonic() + ms
    if (this.#timer !== null && this.#timer.at <= at) return
    this.#timer?.cancel()
    const cancel = this.#deps.after(ms, () => {
      this.#timer = null
      this.pump()
    })
    this.#timer = { at, cancel }
  }
}
