export interface BackoffLimits {
  readonly baseMs: number
  readonly capMs: number
  /** What lasted this long counts as a success. */
  readonly livedMs: number
}

/** Exponential backoff with full jitter: any pause from nothing up to a ceiling that doubles. */
export class Backoff {
  readonly #limits: BackoffLimits
  readonly #random: () => number
  #failures = 0

  constructor(limits: BackoffLimits, random: () => number) {
    this.#limits = limits
    this.#random = random
  }

  /** Milliseconds to wait after something that lasted `livedMs` (0 for a plain failure). */
  next(livedMs = 0): number {
    if (livedMs >= this.#limits.livedMs) this.#failures = 0
    const ceiling = Math.min(this.#limits.capMs, this.#limits.baseMs * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 30)
    return this.#random() * ceiling
  }

  reset(): void {
    this.#failures = 0
  }
}
