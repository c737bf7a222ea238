import { BarClock } from './bar-clock.ts'
import { Calm } from './calm.ts'
import { type Figure, type FigureState, type MarketTape, numberIn, saved } from './figure.ts'
import { Ladder } from './ladder.ts'

/**
 * Wilder's index of the closes of bars: the mean gain of the first `periods` changes and the mean
 * loss, from then on each smoothed by 1 / periods; 100 - 100 / (1 + gain / loss).
 */
export class WilderIndex {
  private readonly periods: number
  private close = Number.NaN
  private changes = 0
  private gain = 0
  private loss = 0

  constructor(periods: number) {
    this.periods = periods
  }

  /** The index after this close; NaN until there were `periods` changes. */
  next(close: number): number {
    const change = close - this.close
    this.close = close
    if (Number.isNaN(change)) return Number.NaN
    this.changes += 1
    const weight = Math.min(this.changes, this.periods)
    this.gain += (Math.max(change, 0) - this.gain) / weight
    this.loss += (Math.max(-change, 0) - this.loss) / weight
    return this.value
  }

  get value(): number {
    if (this.changes < this.periods) return Number.NaN
    const both = this.gain + this.loss
    return both === 0 ? 50 : (100 * this.gain) / both
  }

  get state(): FigureState {
    const { close, changes, gain, loss } = this
    return { close: saved(close), changes, gain, loss }
  }

  restore(state: FigureState): void {
    this.close = numberIn(state, 'close', Number.NaN)
    this.changes = numberIn(state, 'changes', 0)
    this.gain = numberIn(state, 'gain', 0)
    this.loss = numberIn(state, 'loss', 0)
  }
}

/** The index of a market's bars; it changes when a bar closes, which the first trade after it shows. */
export class RsiFigure implements Figure {
  readonly ladder = new Ladder()
  readonly calm = new Calm()
  readonly oldest = Number.POSITIVE_INFINITY
  private readonly tape: MarketTape
  private readonly clock: BarClock
  private readonly periods: number
  private index: WilderIndex
  private last = Number.NaN
  /** Rows of the ring up to here were looked at. */
  private seen: number

  constructor(tape: MarketTape, periods: number, bar: number) {
    this.tape = tape
    this.seen = tape.ring.head
    this.clock = new BarClock(bar)
    this.periods = periods
    this.index = new WilderIndex(periods)
  }

  get isIdle(): boolean {
    return this.ladder.isEmpty
  }

  trade(): void {
    const { ring } = this.tape
    const { head } = ring
    const now = ring.timeAt(head - 1)
    const price = ring.priceAt(head - 1)
    // None of those before it was the first of a bar.
    if (head - this.seen > 1) this.last = ring.priceAt(head - 2)
    this.seen = head
    if (this.clock.turns(now) && !Number.isNaN(this.last))
      this.ladder.feed(this.index.next(this.last))
    else if (this.ladder.isFresh) this.ladder.feed(this.index.value)
    this.last = price
    if (this.ladder.isFresh) this.calm.end()
    else this.calm.set(this.clock.state)
  }

  gap(from: number, to: number): void {
    if (!this.clock.isBrokenBy(from, to)) return
    this.index = new WilderIndex(this.periods)
    this.last = Number.NaN
    this.ladder.feed(Number.NaN)
  }

  save(): FigureState {
    const [end, last, value] = [this.clock.state, this.last, this.ladder.value].map(saved)
    return { ...this.index.state, end: end ?? null, last: last ?? null, value: value ?? null }
  }

  load(state: FigureState): void {
    this.index.restore(state)
    this.clock.restore(numberIn(state, 'end', Number.NEGATIVE_INFINITY))
    this.last = numberIn(state, 'last', Number.NaN)
    this.seen = this.tape.ring.head
    this.ladder.restore(numberIn(state, 'value', Number.NaN))
  }
}
