import type { AnalysisLimits } from '../../../shared/contract/analysis.ts'

type Rates = Pick<AnalysisLimits, 'requestsPerSecond' | 'requestsPerMinute'>

const SECOND = 1_000
const MINUTE = 60_000

/**
 * When requests were let go: of any stretch of a second and of a minute, wherever it begins, it is known whether there is
 * room for another. Times are monotonic milliseconds.
 */
export class SendWindows {
  /** Ascending; those before `#first` are out of every window. */
  #times: number[] = []
  #first = 0

  /** How many may go at `now`. */
  room(now: number, rates: Rates): number {
    this.#forget(now)
    return Math.min(...windowsOf(rates).map(({ count, ms }) => count - this.#since(now - ms)))
  }

  /** Milliseconds until one may go; 0: now. */
  waitMs(now: number, rates: Rates): number {
    const waits = windowsOf(rates).map(({ count, ms }) => {
      const oldest = this.#times[this.#times.length - count]
      return oldest === undefined || this.#times.length - count < this.#first
        ? 0
        : oldest + ms - now
    })
    return Math.max(0, ...waits)
  }

  went(now: number): void {
    this.#times.push(now)
  }

  /** Requests later than `from`. */
  #since(from: number): number {
    let low = this.#first
    let high = this.#times.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#times[middle] ?? 0) > from) high = middle
      else low = middle + 1
    }
    return this.#times.length - low
  }

  #forget(now: number): void {
    while ((this.#times[this.#first] ?? now) <= now - MINUTE) this.#first += 1
    if (this.#first < 1_000 || this.#first < this.#times.length / 2) return
    this.#times = this.#times.slice(this.#first)
    this.#first = 0
  }
}

/** Half a request a second is one in two; two and a half are two. */
function windowsOf({ requestsPerSecond: rate, requestsPerMinute }: Rates) {
  const second =
    rate >= 1 ? { count: Math.floor(rate), ms: SECOND } : { count: 1, ms: SECOND / rate }
  return requestsPerMinute === null ? [second] : [second, { count: requestsPerMinute, ms: MINUTE }]
}
