import type { Rate } from '../venues/venue.ts'

/**
 * Counts what was sent, so that no span of any rate's length ever holds more than the rate allows.
 * Knows no clock: each call says when it is, in monotonic milliseconds.
 */
export class RateWindow {
  readonly #rates: readonly Rate[]
  readonly #most: number
  /** Oldest first; never more than the largest count. */
  #sent: number[] = []

  constructor(rates: readonly Rate[]) {
    this.#rates = rates
    this.#most = Math.max(0, ...rates.map(({ count }) => count))
  }

  /** How long to wait before one more may be sent, so that `reserve` more could still follow it. */
  waitMs(now: number, reserve = 0): number {
    let wait = 0
    for (const { count, perMs } of this.#rates) {
      const room = Math.max(1, count - reserve)
      const crowded = this.#sent[this.#sent.length - room]
      if (crowded !== undefined) wait = Math.max(wait, crowded + perMs - now)
    }
    return wait
  }

  take(now: number): void {
    if (this.#most === 0) return
    this.#sent.push(now)
    if (this.#sent.length > this.#most) this.#sent.shift()
  }
}

/**
 * The same rate kept a little more strictly: the way to the venue may press together what was sent
 * apart. A tenth longer, a quarter of a second at most.
 */
export const withMargin = ({ count, perMs }: Rate): Rate => ({
  count,
  perMs: perMs + Math.min(250, perMs / 10),
})
