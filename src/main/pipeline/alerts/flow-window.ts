import { Calm } from './calm.ts'
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
import { FlowReserve, type FlowSums } from './flow-reserve.ts'
import { Ladder } from './ladder.ts'
import { RowSums } from './row-sums.ts'
import { BLOCK_ROWS, PAGE_ROWS, worthOf } from './trade-page.ts'

/** Rows that are looked at ahead, to say how long nothing can happen: most of them by whole blocks. */
const AHEAD = 4_096

/** Worths of trades are rounded to whole numbers: in the mean they are so large at least that this does not matter. */
const WORTH_KNOWN = 1e6

/** What can be asked of the trades of a window. */
export type FlowView = 'volume' | 'trades' | 'imbalance' | 'cvd' | 'vwap'

/** The trades of the last `window` ms of market time: (now - window, now]. */
export class FlowWindow implements Figure {
  readonly calm = new Calm()
  private readonly tape: MarketTape
  private readonly window: number
  private readonly views: { readonly name: FlowView; readonly ladder: Ladder }[] = []
  private readonly histories: { readonly name: string; readonly history: FlowHistory }[] = []
  private readonly volume = new ExactSum()
  /** Bought minus sold. */
  private readonly net = new ExactSum()
  private readonly worth = new ExactSum()
  private readonly sums = new RowSums()
  private readonly reserve = new FlowReserve()
  /** Rows of the ring in the window: from `tail` to `seen`, that not included. */
  private tail: number
  private seen: number
  /** Market time of the first trade that was seen: the window is full when it reaches no further. */
  private since = Number.POSITIVE_INFINITY
  private needsWorth = false

  constructor(tape: MarketTape, window: number) {
    this.tape = tape
    this.window = window
    this.tail = tape.ring.head
    this.seen = this.tail
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
    const { head } = ring
    const now = ring.timeAt(head - 1)
    const price = ring.priceAt(head - 1)
    this.enter(head)
    this.leave(now - this.window)
    if (this.isWhole(now)) this.tell(price)
    else this.tellUnknown()
    this.rest(now, price)
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
    this.seen = this.tape.ring.head
    this.sumAgain()
  }

  /** Takes in the rows up to `head`. */
  private enter(head: number): void {
    const { seen, histories } = this
    if (seen === head) return
    if (this.since === Number.POSITIVE_INFINITY) this.since = this.tape.ring.timeAt(seen)
    this.add(seen, head, 1)
    this.seen = head
    for (let i = 0; i < histories.length; i += 1) {
      const { history } = histories[i] as { readonly history: FlowHistory }
      history.take(seen, head)
    }
  }

  /** Adds the rows [from, to) to the sums, or takes them away (`sign` -1). */
  private add(from: number, to: number, sign: 1 | -1): void {
    const { sums, volume, net, worth } = this
    sums.take(this.tape.ring, from, to, this.needsWorth)
    if (Number.isNaN(sums.volume) || (this.needsWorth && Number.isNaN(sums.worth))) {
      this.addParts(from, to, sign)
      return
    }
    volume.add(sign * sums.volume)
    net.add(sign * sums.net)
    if (this.needsWorth) worth.add(sign * sums.worth)
  }

  /** Of rows whose sums are too large to be exact at once. */
  private addParts(from: number, to: number, sign: 1 | -1): void {
    if (to - from > BLOCK_ROWS) {
      const half = from + ((to - from) >> 1)
      // Where a block begins, as long as that is not before the first of them.
      const middle = half - (half % BLOCK_ROWS) > from ? half - (half % BLOCK_ROWS) : half
      this.add(from, middle, sign)
      this.add(middle, to, sign)
      return
    }
    const { ring } = this.tape
    for (let row = from; row < to; row += 1) {
      const size = ring.stepsAt(row)
      this.volume.add(sign * size)
      this.net.add(sign * size * (1 - 2 * ring.sideAt(row)))
      if (this.needsWorth) this.worth.add(sign * worthOf(ring.priceAt(row), size))
    }
  }

  private isWhole(now: number): boolean {
    const from = now - this.window
    return from >= this.since && this.tape.gaps.covers(from, now)
  }

  /** Takes away what is not in the window any more: at `end` or before. */
  private leave(end: number): void {
    const { tail } = this
    const to = this.tape.ring.since(tail, this.seen, end + 1)
    if (to === tail) return
    this.add(tail, to, -1)
    this.tail = to
  }

  private tell(price: number): void {
    const volume = this.volume.steps
    const trades = this.seen - this.tail
    for (let i = 0; i < this.histories.length; i += 1) {
      const { history } = this.histories[i] as { readonly history: FlowHistory }
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
      history.ladder.feed(Number.NaN)
    }
    for (const { ladder } of this.views) ladder.feed(Number.NaN)
  }

  /** What may come and leave before a threshold is touched, and until when no more than that leaves. */
  private rest(now: number, price: number): void {
    const { calm, reserve, window } = this
    calm.end()
    const { gaps } = this.tape
    // Of a gap that has not ended more comes into the window; of others less and less is in it.
    if (this.isFresh || gaps.end > now) return
    if (now - window < this.since) {
      calm.set(this.since + window)
      return
    }
    if (!gaps.covers(now - window, now)) {
      calm.set(now + gaps.uncoveredFor(now - window, now))
      return
    }
    reserve.clear()
    const sums = {
      volume: this.volume.steps,
      net: this.net.steps,
      trades: this.seen - this.tail,
    }
    const until = this.reserveOf(sums, price)
    // So little may come that the next trade is looked at anyway.
    if (!(reserve.in * sums.trades > sums.volume && reserve.rowsIn > 0)) return
    calm.set(Math.min(until, this.leavingAt(now)))
    calm.lo = reserve.lo
    calm.hi = reserve.hi
    calm.room = reserve.in
    calm.head = this.seen + reserve.rowsIn
  }

  /** What all values that are asked for leave; answers with when one of them changes by itself. */
  private reserveOf(sums: FlowSums, price: number): number {
    const { reserve } = this
    let until = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.histories.length; i += 1) {
      const { history } = this.histories[i] as { readonly history: FlowHistory }
      until = Math.min(until, history.turnsAt)
      const { lo, hi, value } = history.ladder
      // Without a mean it is not known until the next bar.
      if (Number.isNaN(value) && Number.isNaN(history.sumAt(0))) continue
      const [least, most] = [history.sumAt(lo), history.sumAt(hi)]
      if (history.burst === 'volume') reserve.volume(sums.volume, least, most)
      else reserve.trades(sums.trades, least, most)
    }
    for (let i = 0; i < this.views.length; i += 1) {
      const { name, ladder } = this.views[i] as { readonly name: FlowView; readonly ladder: Ladder }
      const { lo, hi } = ladder
      if (name === 'volume') reserve.volume(sums.volume, lo * STEPS, hi * STEPS)
      else if (name === 'trades') reserve.trades(sums.trades, lo, hi)
      else if (name === 'cvd') reserve.net(sums.net, lo * STEPS, hi * STEPS)
      else if (name === 'imbalance') reserve.share(sums, lo, hi)
      else if (this.worth.steps > WORTH_KNOWN * sums.trades) {
        const { volume } = sums
        const oldest = this.tape.ring.priceAt(this.tail)
        reserve.deviation({ price, oldest, volume, mean: this.worth.steps / volume }, lo, hi)
      } else reserve.in = 0
    }
    return until
  }

  /** Market time at which more leaves than may. */
  private leavingAt(now: number): number {
    const { reserve, seen, tail, window } = this
    const { ring } = this.tape
    const { loOut, hiOut, out } = reserve
    const end = Math.min(seen, tail + Math.min(AHEAD, reserve.rowsOut))
    let gone = 0
    let row = tail
    // Of the first block rows before the window's first count as well: so much the less may leave.
    while (row < end) {
      const next = row - (row % BLOCK_ROWS) + BLOCK_ROWS
      const page = ring.pageOf(row)
      const block = Math.floor((row % PAGE_ROWS) / BLOCK_ROWS)
      gone += page.volume[block] as number
      if (next > end || !(gone <= out)) break
      if (!((page.low[block] as number) > loOut && (page.high[block] as number) < hiOut)) break
      row = next
    }
    if (row === tail) {
      gone = 0
      for (const stop = Math.min(end, tail + BLOCK_ROWS); row < stop; row += 1) {
        const price = ring.priceAt(row)
        gone += ring.stepsAt(row)
        if (gone > out || !(price > loOut && price < hiOut)) break
      }
    }
    // What comes from now on stays as long as the window is.
    return (row < seen ? ring.timeAt(row) : now) + window
  }

  private get isFresh(): boolean {
    for (let i = 0; i < this.histories.length; i += 1)
      if (this.histories[i]?.history.ladder.isFresh === true) return true
    for (let i = 0; i < this.views.length; i += 1)
      if (this.views[i]?.ladder.isFresh === true) return true
    return false
  }

  private sumAgain(): void {
    for (const sum of [this.volume, this.net, this.worth]) sum.clear()
    this.add(this.tail, this.seen, 1)
  }
}
