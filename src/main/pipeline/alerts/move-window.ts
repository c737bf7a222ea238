import { type Figure, type FigureState, type MarketTape, numberIn, saved } from './figure.ts'
import { Ladder } from './ladder.ts'

/** The price against the one that stood `window` ms of market time ago, in percent. */
export class MoveWindow implements Figure {
  readonly ladder = new Ladder()
  private readonly tape: MarketTape
  private readonly window: number
  /** The last row at or before the window's start, once there is one; before that the first row. */
  private from: number

  constructor(tape: MarketTape, window: number) {
    this.tape = tape
    this.window = window
    this.from = tape.ring.head
  }

  get isIdle(): boolean {
    return this.ladder.isEmpty
  }

  get oldest(): number {
    return this.from
  }

  trade(): void {
    const { time, price, mask, head, newest } = this.tape.ring
    const now = time[newest] as number
    const start = now - this.window
    let from = this.from
    while (from + 1 < head && (time[(from + 1) & mask] as number) <= start) from += 1
    this.from = from
    const isFull = (time[from & mask] as number) <= start && this.tape.gaps.covers(start, now)
    if (!isFull) {
      this.ladder.feed(Number.NaN)
      return
    }
    const before = price[from & mask] as number
    this.ladder.feed((((price[newest] as number) - before) * 100) / before)
  }

  gap(): void {}

  save(base: number): FigureState {
    return { from: this.from - base, value: saved(this.ladder.value) }
  }

  load(state: FigureState): void {
    this.from = numberIn(state, 'from', 0)
    this.ladder.restore(numberIn(state, 'value', Number.NaN))
  }
}
