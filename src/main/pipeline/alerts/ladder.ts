import type { Threshold } from './threshold.ts'

/**
 * One figure and all thresholds it is held against, in order. While the figure stays between two
 * neighbours nothing can change, so that a new value costs two comparisons however many thresholds
 * there are; when it passes some, those are told and no others.
 */
export class Ladder {
  /** The open stretch around the last value in which no threshold lies. Empty: all are to be told. */
  lo = Number.POSITIVE_INFINITY
  hi = Number.NEGATIVE_INFINITY
  /** The last value; NaN while it is not known. */
  value = Number.NaN
  private readonly thresholds: Threshold[] = []
  /** Distinct bounds, ascending, and who is to be told of each. */
  private bounds: readonly number[] = []
  private told: readonly (readonly Threshold[])[] = []
  /** 2k + 1: at bound k. 2k: between bound k - 1 and bound k. */
  private place = 0
  private fresh = true

  get isEmpty(): boolean {
    return this.thresholds.length === 0
  }

  /** Whether some threshold has not been held against a value yet. */
  get isFresh(): boolean {
    return this.fresh
  }

  add(threshold: Threshold): void {
    this.thresholds.push(threshold)
    this.arrange()
  }

  remove(threshold: Threshold): void {
    const index = this.thresholds.indexOf(threshold)
    if (index >= 0) this.thresholds.splice(index, 1)
    this.arrange()
  }

  /** The state of a figure that was saved: the next value is held against all thresholds. */
  restore(value: number): void {
    this.value = value
    this.refresh()
  }

  /** The figure's new value; NaN when it is not known (any more). */
  feed(value: number): void {
    if (value > this.lo && value < this.hi) this.value = value
    else this.move(value)
  }

  /** What `feed` does when the value is not within `lo` and `hi`. */
  move(value: number): void {
    if (Number.isNaN(value)) this.forget()
    else if (this.fresh || Number.isNaN(this.value)) {
      this.value = value
      this.stand(placeIn(this.bounds, value))
      this.fresh = false
      for (const threshold of this.thresholds) threshold.update(value)
    } else if (value !== this.value) {
      this.value = value
      const from = this.place
      const to = placeIn(this.bounds, value)
      this.stand(to)
      // Bound k stands at place 2k + 1; those from one place to the other, both included, were touched.
      const last = (Math.max(from, to) - 1) >> 1
      for (let k = Math.min(from, to) >> 1; k <= last; k += 1)
        for (const threshold of this.told[k] ?? []) threshold.update(value)
    }
  }

  /** The smallest value above the present one at which some threshold may change. */
  next(): number {
    return this.bounds[(this.place + 1) >> 1] ?? Number.POSITIVE_INFINITY
  }

  /** Whether the last value stands exactly on a bound. */
  get isAtBound(): boolean {
    return this.place % 2 === 1
  }

  private forget(): void {
    const known = !Number.isNaN(this.value)
    this.value = Number.NaN
    if (!known && !this.fresh) return
    this.refresh()
    this.fresh = false
    for (const threshold of this.thresholds) threshold.forget()
  }

  private stand(place: number): void {
    this.place = place
    const at = place >> 1
    this.lo = this.bounds[place % 2 === 1 ? at : at - 1] ?? Number.NEGATIVE_INFINITY
    this.hi = this.bounds[at] ?? Number.POSITIVE_INFINITY
  }

  private refresh(): void {
    this.lo = Number.POSITIVE_INFINITY
    this.hi = Number.NEGATIVE_INFINITY
    this.fresh = true
  }

  private arrange(): void {
    const byBound = new Map<number, Threshold[]>()
    for (const threshold of this.thresholds)
      for (const bound of threshold.bounds()) {
        const there = byBound.get(bound)
        if (there === undefined) byBound.set(bound, [threshold])
        else there.push(threshold)
      }
    this.bounds = [...byBound.keys()].sort((a, b) => a - b)
    this.told = this.bounds.map((bound) => byBound.get(bound) ?? [])
    this.refresh()
  }
}

function placeIn(bounds: readonly number[], value: number): number {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bounds[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return bounds[low] === value ? 2 * low + 1 : 2 * low
}
