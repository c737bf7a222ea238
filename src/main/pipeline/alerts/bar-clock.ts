/**
 * Bars of a fixed length, cut at whole multiples of it since 1970. A bar without trades does not
 * exist: it has no close.
 */
export class BarClock {
  private readonly length: number
  private end = Number.NEGATIVE_INFINITY

  constructor(length: number) {
    this.length = length
  }

  /** Whether a trade at `now` is the first of its bar; never true twice of one bar. */
  turns(now: number): boolean {
    if (now < this.end) return false
    this.end = (Math.floor(now / this.length) + 1) * this.length
    return true
  }

  /** Whether a gap can hide whole bars, so that what follows does not continue what was before. */
  isBrokenBy(from: number, to: number): boolean {
    return to - from > this.length
  }

  get state(): number {
    return this.end
  }

  restore(end: number): void {
    this.end = end
  }
}
