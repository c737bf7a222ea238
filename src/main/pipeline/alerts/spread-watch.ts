import { Ladder } from './ladder.ts'
import type { MarketWatch } from './market-watch.ts'

/** A price that is older than this by the clock is compared with nothing. */
export const FRESH_MS = 60_000

/** One market's price against another's, or against the median of several, in percent. */
export class SpreadWatch {
  readonly ladder = new Ladder()
  readonly watches: readonly MarketWatch[]
  readonly isLow = false
  /** In the present instant: it is told once, whichever of its markets are touched. */
  isTold = false
  readonly dueAt = Number.POSITIVE_INFINITY

  constructor(watches: readonly MarketWatch[]) {
    this.watches = watches
  }

  /** At the end of an instant in which trades of one of its markets came, when the prices of all its trades are known. */
  tell(at: number): void {
    if (this.isTold) return
    this.isTold = true
    const { watches } = this
    let isKnown = true
    for (let i = 0; i < watches.length; i += 1) {
      const { price, heardAt } = watches[i] as MarketWatch
      isKnown &&= !Number.isNaN(price) && at - heardAt <= FRESH_MS
    }
    this.ladder.feed(isKnown ? this.value() : Number.NaN)
  }

  private value(): number {
    const [one, two] = this.watches
    if (this.watches.length === 2 && one !== undefined && two !== undefined)
      return ((one.price - two.price) * 100) / two.price
    const [first, ...others] = this.watches.map(({ price }) => price)
    const against = median(others)
    if (first === undefined) return Number.NaN
    return ((first - against) * 100) / against
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2
}
