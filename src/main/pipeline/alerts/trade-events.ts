import type { Event } from './threshold.ts'

interface Watched {
  readonly event: Event
  readonly limit: number
  readonly orEqual: boolean
}

/** What is asked of single trades: that one was larger than so much. */
export class TradeEvents {
  private watched: Watched[] = []
  /** No trade smaller than this concerns anybody. */
  least = Number.POSITIVE_INFINITY

  get isIdle(): boolean {
    return this.watched.length === 0
  }

  add(event: Event, limit: number, orEqual: boolean): void {
    this.watched.push({ event, limit, orEqual })
    this.arrange()
  }

  remove(event: Event): void {
    this.watched = this.watched.filter((each) => each.event !== event)
    this.arrange()
  }

  /** A trade of `least` or more. */
  trade(size: number): void {
    for (const { event, limit, orEqual } of this.watched) {
      if (orEqual ? size >= limit : size > limit) event.strike(size)
    }
  }

  private arrange(): void {
    this.least = Math.min(Number.POSITIVE_INFINITY, ...this.watched.map(({ limit }) => limit))
  }
}
