import { Calm, SLACK } from './calm.ts'
import { type Figure, type FigureState, type MarketTape, numberIn, saved } from './figure.ts'
import { Ladder } from './ladder.ts'

/** Rows that are looked at ahead, to say how long nothing can happen. */
const AHEAD = 64

/** The price against the one that stood `window` ms of market time ago, in percent. */
export class MoveWindow implements Figure {
  readonly ladder = new Ladder()
  readonly calm = new Calm()
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
    if (isFull) {
      const before = price[from & mask] as number
      this.ladder.feed((((price[newest] as number) - before) * 100) / before)
    } else this.ladder.feed(Number.NaN)
    this.rest(now)
  }

  gap(): void {}

  /** The rows against which the price will be held next are known: while it stays away from what they bring about. */
  private rest(now: number): void {
    const { calm, ladder, window } = this
    const { time, price, mask, head, newest } = this.tape.ring
    calm.end()
    if (ladder.isFresh || this.tape.gaps.end > now) return
    const from = this.from & mask
    if (Number.isNaN(ladder.value)) {
      calm.set(Math.max((time[from] as number) + window, now))
      return
    }
    const p = price[newest] as number
    const up = 1 + ladder.hi / 100 - SLACK
    const down = 1 + ladder.lo / 100 + SLACK
    const end = Math.min(head, this.from + AHEAD)
    let least = Number.POSITIVE_INFINITY
    let most = 0
    let row = this.from
    for (; row < end; row += 1) {
      const before = price[row & mask] as number
      if (before >= least && before <= most) continue
      if (!(before > 0 && p > before * down && p < before * up)) break
      if (before < least) least = before
      if (before > most) most = before
    }
    if (row === this.from) return
    // A row that is not known yet is not older than the window before this.
    calm.set((row < head ? (time[row & mask] as number) : now) + window)
    calm.lo = most * down
    calm.hi = least * up
  }

  save(base: number): FigureState {
    return { from: this.from - base, value: saved(this.ladder.value) }
  }

  load(state: FigureState): void {
    this.from = numberIn(state, 'from', 0)
    this.ladder.restore(numberIn(state, 'value', Number.NaN))
  }
}
