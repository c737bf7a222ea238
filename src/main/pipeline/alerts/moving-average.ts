import { BarClock } from './bar-clock.ts'
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
  readonly oldest = Number.POSITIVE_INFINITY
  private readonly tape: MarketTape
  private readonly clock: BarClock
  private readonly periods: number
  private closes: number[] = []
  private mean = Number.NaN
  private last = Number.NaN

  constructor(tape: MarketTape, periods: number, bar: number) {
    this.tape = tape
    this.clock = new BarClock(bar)
    this.periods = periods
  }

  get isIdle(): boolean {
    return this.ladder.isEmpty
  }

  trade(): void {
    const { newest, time, price: prices } = this.tape.ring
    const now = time[newest] as number
    const price = prices[newest] as number
    if (this.clock.turns(now) && !Number.isNaN(this.last)) this.close(this.last)
    this.last = price
    this.ladder.feed(((price - this.mean) * 100) / this.mean)
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
    this.ladder.restore(numberIn(state, 'value', Number.NaN))
    this.measure()
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
