import type { Clock } from '../ports.ts'

/** A time limit that stands still while the task waits for somebody else. */
export class Deadline {
  readonly #clock: Clock
  readonly #over: () => void
  #left: number
  #since = 0
  #cancel: (() => void) | null = null

  /** `ms` of work; runs as soon as it is made. */
  constructor(clock: Clock, ms: number, over: () => void) {
    this.#clock = clock
    this.#left = ms
    this.#over = over
    this.resume()
  }

  pause(): void {
    if (this.#cancel === null) return
    this.#cancel()
    this.#cancel = null
    this.#left -= this.#clock.monotonic() - this.#since
  }

  resume(): void {
    if (this.#cancel !== null) return
    this.#since = this.#clock.monotonic()
    this.#cancel = this.#clock.after(Math.max(this.#left, 0), this.#over)
  }
}
