import { Calm, SLACK } from './calm.ts'
import { type Figure, type FigureState, type MarketTape, numberIn, saved } from './figure.ts'
import { Ladder } from './ladder.ts'
import { BLOCK_ROWS, PAGE_ROWS } from './trade-page.ts'

/** Rows that are looked at ahead, to say how long nothing can happen: most of them by whole blocks. */
const AHEAD = 4_096

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
    const { ring, gaps } = this.tape
    const { head } = ring
    const now = ring.timeAt(head - 1)
    const price = ring.priceAt(head - 1)
    const start = now - this.window
    this.from = ring.since(this.from + 1, head, start + 1) - 1
    const isFull = ring.timeAt(this.from) <= start && gaps.covers(start, now)
    if (isFull) {
      const before = ring.priceAt(this.from)
      this.ladder.feed(((price - before) * 100) / before)
    } else this.ladder.feed(Number.NaN)
    this.rest(now, price)
  }

  gap(): void {}

  /** The rows against which the price will be held next are known: while it stays away from what they bring about. */
  private rest(now: number, price: number): void {
    const { calm, ladder, window, from } = this
    const { ring, gaps } = this.tape
    calm.end()
    if (ladder.isFresh || gaps.end > now) return
    if (Number.isNaN(ladder.value)) {
      calm.set(Math.max(ring.timeAt(from) + window, now))
      return
    }
    const row = this.ahead(price, 1 + ladder.lo / 100 + SLACK, 1 + ladder.hi / 100 - SLACK)
    if (row === from) return
    // A row that is not known yet is not older than the window before this.
    calm.until = (row < ring.head ? ring.timeAt(row) : now) + window
  }

  /**
   * The first row to come that would leave the price less than half of its way to a threshold, each of which is `down` or
   * `up` times a row's price; the row of now when that is the first. Whole blocks where they will do (of the first, rows
   * before it can only make the way shorter), rows only where they will not.
   */
  private ahead(price: number, down: number, up: number): number {
    const { calm, from } = this
    const { ring } = this.tape
    const first = ring.priceAt(from)
    const way = Math.min(price - first * down, first * up - price) / 2
    if (!(first > 0 && way > 0)) return from
    const lowest = Math.max((price + way) / up, Number.MIN_VALUE)
    const highest = down > 0 ? (price - way) / down : Number.POSITIVE_INFINITY
    const end = Math.min(ring.head, from + AHEAD)
    let [least, most, row] = [first, first, from]
    while (row < end) {
      const next = row - (row % BLOCK_ROWS) + BLOCK_ROWS
      const page = ring.pageOf(row)
      const block = Math.floor((row % PAGE_ROWS) / BLOCK_ROWS)
      const [low, high] = [page.low[block] as number, page.high[block] as number]
      if (next > ring.head || !(low >= lowest && high <= highest)) break
      if (low < least) least = low
      if (high > most) most = high
      row = next
    }
    if (row === from)
      for (const stop = Math.min(end, from + BLOCK_ROWS); row < stop; row += 1) {
        const before = ring.priceAt(row)
        if (!(before >= lowest && before <= highest)) break
        if (before < least) least = before
        if (before > most) most = before
      }
    calm.set(Number.NEGATIVE_INFINITY)
    calm.lo = most * down
    calm.hi = least * up
    return row
  }

  save(base: number): FigureState {
    return { from: this.from - base, value: saved(this.ladder.value) }
  }

  load(state: FigureState): void {
    this.from = numberIn(state, 'from', 0)
    this.ladder.restore(numberIn(state, 'value', Number.NaN))
  }
}
