/** Counts events in a sliding window of time. */
export class SlidingWindow {
  readonly #most: number
  readonly #ms: number
  #times: number[] = []

  /** Allows `most` events in any `ms` milliseconds. */
  constructor(most: number, ms: number) {
    this.#most = most
    this.#ms = ms
  }

  /** Counts one event at `now`; false if it is one too many (then it does not count). */
  take(now: number): boolean {
    const since = now - this.#ms
    const fresh = this.#times.findIndex((time) => time > since)
    if (fresh !== 0) this.#times = fresh < 0 ? [] : this.#times.slice(fresh)
    if (this.#times.length >= this.#most) return false
    this.#times.push(now)
    return true
  }
}
