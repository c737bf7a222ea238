import { ExactSum, STEPS } from './exact-sum.ts'
import {
  type Figure,
  type FigureState,
  listIn,
  type MarketTape,
  numberIn,
  saved,
} from './figure.ts'
import { FlowHistory } from './flow-history.ts'
import { Ladder } from './ladder.ts'

/** What can be asked of the trades of a window. */
export type FlowView = 'volume' | 'trades' | 'imbalance' | 'cvd' | 'vwap'

/** The trades of the last `window` ms of market time: (now - window, now]. */
export class FlowWindow implements Figure {
  private readonly tape: MarketTape
  private readonly window: number
  private readonly views: { readonly name: FlowView; readonly ladder: Ladder }[] = []
  private readonly histories: { readonly name: string; readonly history: FlowHistory }[] = []
  private readonly volume = new ExactSum()
  /** Bought minus sold. Multiplied rather than asked for the side, which no processor can guess. */
  private readonly net = new ExactSum()
  private readonly worth = new ExactSum()
  private tail: number
  /** Market time of the first trade that was seen: the window is full when it reaches no further. */
  private since = Number.POSITIVE_INFINITY
  private needsWorth = false

  constructor(tape: MarketTape, window: number) {
    this.tape = tape
    this.window = window
    this.tail = tape.ring.head
  }

  /** The ladder of a view, made when it is asked for first. */
  view(name: FlowView): Ladder {
    const known = this.views.find((view) => view.name === name)
    if (known !== undefined) return known.ladder
    const ladder = new Ladder()
    this.views.push({ name, ladder })
    if (name === 'vwap') {
      this.needsWorth = true
      this.sumAgain()
    }
    return ladder
  }

  /** The ladder of the z-score of volume or trades against a history of `history` ms. */
  zscore(burst: 'volume' | 'trades', history: number): Ladder {
    const name = `${burst} ${history}`
    const known = this.histories.find((each) => each.name === name)
    if (known !== undefined) return known.history.ladder
    const made = new FlowHistory(burst, this.window, history, this.tape)
    this.histories.push({ name, history: made })
    return made.ladder
  }

  get isIdle(): boolean {
    return (
      this.views.every(({ ladder }) => ladder.isEmpty) &&
      this.histories.every(({ history }) => history.ladder.isEmpty)
    )
  }

  get oldest(): number {
    return this.tail
  }

  trade(): void {
    const { ring } = this.tape
    const { newest, side, steps } = ring
    const now = ring.time[newest] as number
    const price = ring.price[newest] as number
    if (this.since > now) this.since = now
    const size = steps[newest] as number
    this.volume.add(size)
    this.net.add(size * (1 - 2 * (side[newest] as number)))
    if (this.needsWorth) this.worth.add(worthOf(ring.price, steps, newest))
    this.leave(now - this.window)
    if (this.isWhole(now)) this.tell(price)
    else this.tellUnknown()
  }

  gap(from: number, to: number): void {
    for (const { history } of this.histories) history.gap(from, to)
  }

  save(base: number): FigureState {
    const state: Record<string, number | null | readonly number[]> = {
      tail: this.tail - base,
      since: saved(this.since),
    }
    for (const { name, ladder } of this.views) state[name] = saved(ladder.value)
    for (const { name, history } of this.histories) Object.assign(state, history.save(name))
    return state
  }

  load(state: FigureState): void {
    this.tail = numberIn(state, 'tail', 0)
    this.since = numberIn(state, 'since', Number.POSITIVE_INFINITY)
    for (const { name, ladder } of this.views) ladder.restore(numberIn(state, name, Number.NaN))
    for (const { name, history } of this.histories)
      history.load(listIn(state, name), listIn(state, `${name} bars`))
    this.sumAgain()
  }

  private isWhole(now: number): boolean {
    const from = now - this.window
    return from >= this.since && this.tape.gaps.covers(from, now)
  }

  /** Takes away what is not in the window any more: at `end` or before. */
  private leave(end: number): void {
    const { time, price, steps, side, mask, head } = this.tape.ring
    while (this.tail < head && (time[this.tail & mask] as number) <= end) {
      const at = this.tail & mask
      const size = steps[at] as number
      this.volume.add(-size)
      this.net.add(size * (2 * (side[at] as number) - 1))
      if (this.needsWorth) this.worth.add(-worthOf(price, steps, at))
      this.tail += 1
    }
  }

  private tell(price: number): void {
    const volume = this.volume.steps
    const trades = this.tape.ring.head - this.tail
    for (let i = 0; i < this.histories.length; i += 1) {
      const { history } = this.histories[i] as { readonly history: FlowHistory }
      history.trade()
      history.ladder.feed(history.score(history.burst === 'volume' ? volume : trades))
    }
    for (let i = 0; i < this.views.length; i += 1) {
      const { name, ladder } = this.views[i] as { readonly name: FlowView; readonly ladder: Ladder }
      if (name === 'volume') ladder.feed(volume / STEPS)
      else if (name === 'trades') ladder.feed(trades)
      else if (name === 'cvd') ladder.feed(this.net.steps / STEPS)
      else if (name === 'imbalance') ladder.feed(this.net.steps / volume)
      else {
        const average = this.worth.steps / volume
        ladder.feed(((price - average) * 100) / average)
      }
    }
  }

  private tellUnknown(): void {
    for (const { history } of this.histories) {
      history.trade()
      history.ladder.feed(Number.NaN)
    }
    for (const { ladder } of this.views) ladder.feed(Number.NaN)
  }

  private sumAgain(): void {
    const { price, steps, side, mask, head } = this.tape.ring
    for (const sum of [this.volume, this.net, this.worth]) sum.clear()
    for (let row = this.tail; row < head; row += 1) {
      const at = row & mask
      const size = steps[at] as number
      this.volume.add(size)
      this.net.add(size * (1 - 2 * (side[at] as number)))
      this.worth.add(worthOf(price, steps, at))
    }
  }
}

const worthOf = (price: Float64Array, steps: Float64Array, at: number): number =>
  Math.round((price[at] as number) * (steps[at] as number))
