import { Ladder } from './ladder.ts'
import type { MarketWatch } from './market-watch.ts'

/** What the clock says of a market. */
export type ClockMeasure = 'latency' | 'stale' | 'silent'

/** A figure that the clock changes: how long nothing came, or how late the newest trade was. */
export class ClockWatch {
  readonly ladder = new Ladder()
  readonly of: ClockMeasure
  readonly watch: MarketWatch
  /** Until then, at least, no threshold is touched if nothing comes. As of the last `tell` or `plan`. */
  dueAt = Number.POSITIVE_INFINITY
  /** Whether it is below all thresholds, and grows alone: news of the market, which make it small, change nothing. */
  isLow = false
  /** When it was heard last, ms by the clock. */
  private readonly heardAt: () => number

  constructor(of: ClockMeasure, watch: MarketWatch, heardAt: () => number) {
    this.of = of
    this.watch = watch
    this.heardAt = heardAt
  }

  /** The clock stands at `at`. */
  tell(at: number): void {
    if (this.of !== 'latency') this.ladder.feed(at - this.heardAt())
    else if (this.watch.isTouched) this.ladder.feed(at - this.watch.time)
    this.isLow = this.of !== 'latency' && this.ladder.lo === Number.NEGATIVE_INFINITY
    this.plan()
  }

  plan(): void {
    this.dueAt = this.next()
  }

  /** The next whole ms at which a threshold may change though nothing comes. */
  private next(): number {
    if (this.of === 'latency' || Number.isNaN(this.ladder.value)) return Number.POSITIVE_INFINITY
    const wait = this.ladder.isAtBound ? this.ladder.value + 1 : Math.ceil(this.ladder.next())
    return this.heardAt() + wait
  }
}
