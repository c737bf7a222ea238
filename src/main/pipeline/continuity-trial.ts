/** So many trades without a break show whether numbers said to be contiguous are. */
const TRADES = 200
/** More skips than this share of the trades: they are not. */
const MOST_SKIPS = 0.2
/** Numbers of which every second one is missing are seen through sooner. */
const SOON_TRADES = 20
const SOON_SKIPS = 0.5

/**
 * Watches the first trades of a market: some venues' numbers were seen to be contiguous on one market
 * only, and a ledger of their skips would be a long list of false alarms.
 */
export class NumberTrial {
  #trades = 0
  #skips = 0

  /** A trade came; true when it is time for a verdict. */
  trade(): boolean {
    this.#trades += 1
    return this.#trades === SOON_TRADES || this.#trades === TRADES
  }

  /** A number was skipped while the stream stood. */
  skip(): void {
    this.#skips += 1
  }

  /** What was skipped came after all. */
  overtaken(): void {
    if (this.#skips > 0) this.#skips -= 1
  }

  verdict(): 'meaningless' | 'proved' | 'open' {
    const share = this.#skips / this.#trades
    if (this.#trades < TRADES) return share > SOON_SKIPS ? 'meaningless' : 'open'
    return share > MOST_SKIPS ? 'meaningless' : 'proved'
  }
}
