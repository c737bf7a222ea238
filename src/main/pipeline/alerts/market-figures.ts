import type { Measure } from '../../../shared/domain/alert.ts'
import { Calm } from './calm.ts'
import type { Figure, FigureState, MarketTape } from './figure.ts'
import { FlowWindow } from './flow-window.ts'
import { Ladder } from './ladder.ts'
import { MoveWindow } from './move-window.ts'
import { AverageFigure } from './moving-average.ts'
import { RsiFigure } from './rsi.ts'

/** What is asked of one market's trades: their price, their sizes, and what their windows say. */
export type TradeMeasure = Exclude<
  Measure,
  { of: 'spread' | 'latency' | 'stale' | 'silent' | 'size' | 'value' }
>

interface Kept {
  readonly key: string
  readonly figure: Figure
  readonly calm: Calm
  /** The ring had so many rows when it was brought to the newest of them. */
  settledAt: number
}

/** Figures of one market, of which each takes the trades that came since it was looked at when it must, and not before. */
export class MarketFigures {
  readonly price = new Ladder()
  /** While it lasts no threshold on any figure can be touched: a trade need only be in the ring. */
  readonly calm = new Calm()
  private readonly tape: MarketTape
  private figures: Kept[] = []
  /** The ring had so many rows when all was settled. */
  private settledAt = 0

  constructor(tape: MarketTape) {
    this.tape = tape
  }

  /** Whether the price is all that is asked, so that no trade need be kept. */
  get isEmpty(): boolean {
    return this.figures.length === 0
  }

  /** The ladder of a measure; what computes it begins with the next trade unless it is there already. */
  ladderOf(measure: TradeMeasure): Ladder {
    const { tape } = this
    const key = keyOf(measure)
    switch (measure.of) {
      case 'price':
        return this.price
      case 'move': {
        const { window } = measure
        return this.figure(key, MoveWindow, () => new MoveWindow(tape, window)).ladder
      }
      case 'zscore':
        return this.flow(key, measure.window).zscore(measure.burst, measure.history)
      case 'rsi': {
        const { periods, bar } = measure
        return this.figure(key, RsiFigure, () => new RsiFigure(tape, periods, bar)).ladder
      }
      case 'deviation': {
        const { from } = measure
        if (from.of === 'vwap') return this.flow(key, from.window).view('vwap')
        const make = (): AverageFigure => new AverageFigure(tape, from.periods, from.bar)
        return this.figure(key, AverageFigure, make).ladder
      }
      default:
        return this.flow(key, measure.window).view(measure.of)
    }
  }

  /** Forgets figures of which nobody asks any more. */
  tidy(): void {
    this.figures = this.figures.filter(({ figure }) => !figure.isIdle)
  }

  /** Brings all figures to the newest trade, which has this price; no threshold is touched by it. */
  settle(price: number): void {
    const { head } = this.tape.ring
    if (head === this.settledAt) return
    this.settledAt = head
    this.price.feed(price)
    for (const each of this.figures) this.settleOne(each)
  }

  /** What brings the figure of a measure to the newest trade, which has the price that it is given; the others stay. */
  settlerOf(measure: TradeMeasure): (price: number) => void {
    if (measure.of === 'price') return (price) => this.price.feed(price)
    const one = this.figures.find(({ key }) => key === keyOf(measure))
    return () => (one === undefined ? undefined : this.settleOne(one))
  }

  /** What is asked changes, or what is known: before it does, all is settled, and the next trade is looked at. */
  wake(price: number): void {
    this.settle(price)
    this.calm.end()
    for (const { calm } of this.figures) calm.end()
  }

  /**
   * Figures whose calm is over take the trades that came meanwhile, the newest of which may touch thresholds.
   * @param spent steps that came since the last look
   */
  look(now: number, price: number, spent: number): void {
    const { calm, figures, price: ladder } = this
    const { head } = this.tape.ring
    ladder.feed(price)
    calm.set(Number.POSITIVE_INFINITY)
    calm.lo = ladder.lo
    calm.hi = ladder.hi
    for (let i = 0; i < figures.length; i += 1) {
      const each = figures[i] as (typeof figures)[number]
      each.calm.room -= spent
      if (each.calm.isOver(now, price, true, head)) each.figure.trade()
      calm.narrow(each.calm)
    }
  }

  gap(from: number, to: number): void {
    for (const { figure } of this.figures) figure.gap(from, to)
  }

  /** Gives room for the next row: drops what no window reaches any more. */
  makeRoom(price: number): void {
    const { ring } = this.tape
    // What was left alone reaches too far back; to look at all of it for each page would be too much.
    if (ring.head - this.settledAt > (ring.head - ring.tail) >> 3) this.settle(price)
    ring.makeRoom(this.oldest)
  }

  /** The oldest row of the ring that is still needed. */
  get oldest(): number {
    // What is folded by bars looks back at the last row before the newest.
    return this.figures.reduce(
      (least, { figure }) => Math.min(least, figure.oldest),
      this.tape.ring.head - 1,
    )
  }

  /** @param base row of the ring that is numbered 0 when it is restored */
  save(base: number): Readonly<Record<string, FigureState>> {
    return Object.fromEntries(this.figures.map(({ key, figure }) => [key, figure.save(base)]))
  }

  /** After the ring was restored, the newest row of which has this price. */
  load(states: Readonly<Record<string, FigureState>>, price: number): void {
    const { head } = this.tape.ring
    this.settledAt = head
    this.calm.end()
    this.price.restore(price)
    for (const one of this.figures) {
      one.settledAt = head
      one.calm.end()
      one.figure.load(states[one.key] ?? { tail: head, from: head })
    }
  }

  private settleOne(one: Kept): void {
    const { head } = this.tape.ring
    if (head === one.settledAt) return
    one.settledAt = head
    one.figure.trade()
  }

  private flow(key: string, window: number): FlowWindow {
    return this.figure(key, FlowWindow, () => new FlowWindow(this.tape, window))
  }

  private figure<F extends Figure>(
    key: string,
    kind: new (...args: never[]) => F,
    make: () => F,
  ): F {
    const known = this.figures.find((each) => each.key === key)?.figure
    if (known instanceof kind) return known
    const figure = make()
    this.figures.push({ key, figure, calm: figure.calm, settledAt: this.tape.ring.head })
    return figure
  }
}

/** Which figure a measure is taken from, in the state that is saved as well; the price is none. */
function keyOf(measure: TradeMeasure): string {
  switch (measure.of) {
    case 'price':
      return 'price'
    case 'move':
      return `move ${measure.window}`
    case 'rsi':
      return `rsi ${measure.periods} ${measure.bar}`
    case 'deviation': {
      const { from } = measure
      return from.of === 'vwap' ? `flow ${from.window}` : `sma ${from.periods} ${from.bar}`
    }
    default:
      return `flow ${measure.window}`
  }
}
