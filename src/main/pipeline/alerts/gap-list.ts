/** One part in so many of a window may be missing; of more, the window says nothing. */
export const MISSING_PARTS = 10

export type Stretch = readonly [from: number, to: number]

/** The gaps of a market that windows may still reach, merged, in order. */
export class GapList {
  private gaps: Stretch[] = []
  /** Where the last one ends. */
  end = Number.NEGATIVE_INFINITY

  /**
   * @returns whether it is a gap of its own, and not more of a known one, which would begin with it or reach into it. One
   * that begins where another ended is: the trade between them was seen.
   */
  add(from: number, to: number): boolean {
    const isKnown = this.gaps.some(([start, stop]) => start === from || (start < to && stop > from))
    const apart = this.gaps.filter(([start, stop]) => stop < from || start > to)
    const touched = this.gaps.filter(([start, stop]) => stop >= from && start <= to)
    const start = Math.min(from, ...touched.map(([each]) => each))
    const stop = Math.max(to, ...touched.map(([, each]) => each))
    this.gaps = [...apart, [start, stop] as const].sort(([a], [b]) => a - b)
    this.end = Math.max(this.end, stop)
    return !isKnown
  }

  /** Forgets what ended before. */
  drop(before: number): void {
    this.gaps = this.gaps.filter(([, stop]) => stop >= before)
  }

  /** Milliseconds of a stretch that lie in gaps. */
  missing(from: number, to: number): number {
    let sum = 0
    for (const [start, stop] of this.gaps)
      sum += Math.max(0, Math.min(stop, to) - Math.max(start, from))
    return sum
  }

  /** Whether enough of a stretch is covered for a window over it. */
  covers(from: number, to: number): boolean {
    return this.end <= from || this.missing(from, to) * MISSING_PARTS <= to - from
  }

  /** How long at least a window that ends now is not covered, as it moves on; 0 when it is. */
  uncoveredFor(from: number, to: number): number {
    // What is missing leaves it no faster than time passes.
    return Math.max(0, this.missing(from, to) - (to - from) / MISSING_PARTS)
  }

  all(): readonly Stretch[] {
    return this.gaps
  }
}
