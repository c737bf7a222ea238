import { BarClock } from './bar-clock.ts'
import { Calm, SLACK } from './calm.ts'
import {
  type Figure,
  type FigureState,
  listIn,
  type MarketTape,
  numberIn,
  saved,
} from './figure.ts'
import { Ladder } from './ladder.ts'

/** The price against the mean of the last closes of bars, in percent. */
export class AverageFigure implements Figure {
  readonly ladder = new Ladder()
  readonly calm = new Calm()
  readonly oldest = Number.POSITIVE_INFINITY
  private readonly tape: MarketTape
  private readonly clock: BarClock
  private readonly periods: number
  private closes: number[] = []
  private mean = Number.NaN
  private last = Number.NaN
  /** Rows of the ring up to here were looked at. */
  private seen: number

  constructor(tape: MarketTape, periods: number, bar: number) {
    this.tape = tape
    this.seen = tape.ring.head
    this.clock = new BarClock(bar)
    this.periods = periods
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
    if (this.clock.turns(now) && !Number.isNaN(this.last)) this.close(this.last)
    this.last = price
    this.ladder.feed(((price - this.mean) * 100) / this.mean)
    this.rest()
  }

  gap(from: number, to: number): void {
    if (!this.clock.isBrokenBy(from, to)) return
    this.closes = []
    this.mean = Number.NaN
    this.last = Number.NaN
  }

  save(): FigureState {
    const [end, last, value] = [this.clock.state, this.last, this.ladder.value].map(saved)
    return { closes: this.closes, end: end ?? null, last: last ?? null, value: value ?? null }
  }

  load(state: FigureState): void {
    this.closes = [...listIn(state, 'closes')]
    this.clock.restore(numberIn(state, 'end', Number.NEGATIVE_INFINITY))
    this.last = numberIn(state, 'last', Number.NaN)
    this.seen = this.tape.ring.head
    this.ladder.restore(numberIn(state, 'value', Number.NaN))
    this.measure()
  }

  /** Until the bar closes the mean stands, and prices between two bounds are of no interest. */
  private rest(): void {
    const { calm, ladder, mean } = this
    calm.end()
    if (ladder.isFresh) return
    if (!Number.isNaN(mean) && !(mean > 0)) return
    calm.set(this.clock.state)
    if (Number.isNaN(mean)) return
    calm.lo = mean * (1 + ladder.lo / 100 + SLACK)
    calm.hi = mean * (1 + ladder.hi / 100 - SLACK)
  }

  private close(price: number): void {
    this.closes.push(price)
    if (this.closes.length > this.periods) this.closes.shift()
    this.measure()
  }

  /** Summed anew at each close: a running sum would keep traces of what left it. */
  private measure(): void {
    this.mean =
      this.closes.length < this.periods
        ? Number.NaN
        : this.closes.reduce((sum, close) => sum + close, 0) / this.periods
  }
}
