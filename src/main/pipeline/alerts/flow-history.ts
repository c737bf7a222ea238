import { EXACT } from './exact-sum.ts'
import type { MarketTape } from './figure.ts'
import { MISSING_PARTS } from './gap-list.ts'
import { Ladder } from './ladder.ts'
import { RowSums } from './row-sums.ts'

/**
 * What a window's volume or number of trades was before: bars of the window's length, cut at whole
 * multiples of it since 1970, the newest complete ones. A bar without trades counts as zero; one that a gap
 * touches by more than a tenth does not count at all.
 */
export class FlowHistory {
  readonly ladder = new Ladder()
  readonly burst: 'volume' | 'trades'
  private readonly length: number
  private readonly count: number
  private readonly tape: MarketTape
  private readonly sums = new RowSums()
  /** Sums of the complete bars, oldest first; NaN: left out for a gap. */
  private bars: number[] = []
  /** The bar in the making: where it ends, and its sum in steps (or trades). */
  private end = Number.NaN
  private sum = 0
  private isPartial = true
  private mean = Number.NaN
  private deviation = Number.NaN

  constructor(burst: 'volume' | 'trades', length: number, history: number, tape: MarketTape) {
    this.burst = burst
    this.length = length
    this.count = Math.floor(history / length)
    this.tape = tape
  }

  /** The bar in the making ends then; NaN before the first trade. */
  get turnsAt(): number {
    return this.end
  }

  /** The sum (steps, or trades) that has this score until then; NaN while there is none. */
  sumAt(score: number): number {
    return this.mean + score * this.deviation
  }

  /** Trades of the ring: each goes into the bar in the making, after the bars before it were closed. */
  take(from: number, to: number): void {
    const { ring } = this.tape
    for (let row = from; row < to; ) {
      const now = ring.timeAt(row)
      if (Number.isNaN(this.end)) this.end = (Math.floor(now / this.length) + 1) * this.length
      if (now >= this.end) this.turn(now)
      const stop = ring.since(row, to, this.end)
      this.add(row, stop)
      row = stop
    }
  }

  /** A gap that became known late may lie in bars that were closed already. */
  gap(from: number, to: number): void {
    if (Number.isNaN(this.end)) return
    const first = this.end - this.length * (this.bars.length + 1)
    for (let i = 0; i < this.bars.length; i += 1) {
      const start = first + i * this.length
      if (from < start + this.length && to > start && this.isTorn(start)) this.bars[i] = Number.NaN
    }
    this.measure()
  }

  /** How many standard deviations a sum (steps, or trades) is above the mean; NaN until the history is full. */
  score(sum: number): number {
    return (sum - this.mean) / this.deviation
  }

  save(name: string): Readonly<Record<string, readonly number[]>> {
    const open = Number.isNaN(this.end)
      ? []
      : [this.end, this.sum, this.isPartial ? 1 : 0, ...finite(this.ladder.value)]
    // A bar that is left out is -1: JSON has no NaN, and sums are not negative.
    return { [name]: open, [`${name} bars`]: this.bars.map((sum) => (sum >= 0 ? sum : -1)) }
  }

  load(open: readonly number[], bars: readonly number[]): void {
    const [end, sum, partial, value] = open
    this.end = end ?? Number.NaN
    this.sum = sum ?? 0
    this.isPartial = partial !== 0
    this.ladder.restore(value ?? Number.NaN)
    this.bars = bars.map((each) => (each < 0 ? Number.NaN : each))
    this.measure()
  }

  private add(from: number, to: number): void {
    if (this.burst === 'trades') {
      this.sum += to - from
      return
    }
    const { ring } = this.tape
    this.sums.take(ring, from, to, false)
    // Beyond that it is rounded, and then the same only row by row, however the rows are cut.
    if (this.sum + this.sums.volume < EXACT) this.sum += this.sums.volume
    else for (let row = from; row < to; row += 1) this.sum += ring.stepsAt(row)
  }

  /** Closes the bar in the making, and those without trades between it and `now`. */
  private turn(now: number): void {
    const next = (Math.floor(now / this.length) + 1) * this.length
    if (!this.isPartial) this.close(this.end - this.length, this.sum)
    // Of a long silence only the newest bars are kept anyway.
    const first = Math.max(this.end, next - this.length * (this.count + 1))
    for (let start = first; start < next - this.length; start += this.length) this.close(start, 0)
    this.end = next
    this.sum = 0
    this.isPartial = false
    this.measure()
  }

  private close(start: number, sum: number): void {
    this.bars.push(this.isTorn(start) ? Number.NaN : sum)
    if (this.bars.length > this.count) this.bars.shift()
  }

  private isTorn(start: number): boolean {
    return !this.tape.gaps.covers(start, start + this.length)
  }

  /** Computed anew from the bars each time, so that nothing of older ones is left in it. */
  private measure(): void {
    this.mean = Number.NaN
    this.deviation = Number.NaN
    if (this.bars.length < this.count) return
    let known = 0
    let sum = 0
    for (const bar of this.bars)
      if (!Number.isNaN(bar)) {
        known += 1
        sum += bar
      }
    if ((this.count - known) * MISSING_PARTS > this.count) return
    const mean = sum / known
    let squares = 0
    for (const bar of this.bars) if (!Number.isNaN(bar)) squares += (bar - mean) ** 2
    this.mean = mean
    this.deviation = Math.sqrt(squares / known)
  }
}

const finite = (value: number): readonly number[] => (Number.isFinite(value) ? [value] : [])
