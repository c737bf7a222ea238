export interface BackoffLimits {
  readonly baseMs: number
  readonly capMs: number
  /** What lasted this long counts as a success. */
  readonly livedMs: number
  /**
   * For the first tries the ceiling stays this low: most outages are short, and a trader wants to be
   * back within seconds of their end. Then it goes on doubling.
   */
  readonly keen?: { readonly tries: number; readonly capMs: number }
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
    const { keen, baseMs, capMs } = this.#limits
    const doubled = Math.min(capMs, baseMs * 2 ** this.#failures)
    const isKeen = keen !== undefined && this.#failures < keen.tries
    const ceiling = isKeen ? Math.min(keen.capMs, doubled) : doubled
    this.#failures = Math.min(this.#failures + 1, 30)
    return this.#random() * ceiling
  }

  reset(): void {
    this.#failures = 0
  }
}
