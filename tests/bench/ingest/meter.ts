/** What one variant measured between its first 20 % of trades (warm-up) and its end. */
export interface Measured {
  readonly trades: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly rssBytes: number
}

/** Counts trades; starts its clocks after the first fifth and stops when told. */
export class Meter {
  readonly #total: number
  #seen = 0
  #from = 0
  #wall = 0
  #cpu = process.cpuUsage()

  constructor(total: number) {
    this.#total = total
  }

  /** True when all have come. */
  count(trades: number): boolean {
    const before = this.#seen
    this.#seen += trades
    if (before < this.#total / 5 && this.#seen >= this.#total / 5) {
      this.#from = this.#seen
      this.#wall = performance.now()
      this.#cpu = process.cpuUsage()
    }
    return this.#seen >= this.#total
  }

  result(): Measured {
    const { user, system } = process.cpuUsage(this.#cpu)
    return {
      trades: this.#seen - this.#from,
      wallMs: performance.now() - this.#wall,
      cpuMs: (user + system) / 1_000,
      rssBytes: process.memoryUsage().rss,
    }
  }
}
