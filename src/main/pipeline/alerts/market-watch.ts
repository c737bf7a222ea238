import { type MarketId, parseMarketId } from '../../../shared/domain/market.ts'
import { inSteps } from './exact-sum.ts'
import type { FigureState, MarketTape } from './figure.ts'
import type { AlertRows, Firing } from './firing.ts'
import { GapList, type Stretch } from './gap-list.ts'
import type { Ladder } from './ladder.ts'
import { MarketFigures, type TradeMeasure } from './market-figures.ts'
import { TradeEvents } from './trade-events.ts'
import { type RingColumns, TradeRing } from './trade-ring.ts'
import type { Ear } from './venue-ears.ts'
import { Waiting } from './waiting.ts'

/** Gaps that ended so long ago are in no window any more. */
const GAPS_KEPT_MS = 86_400_000

/** All but the ring's rows, as it is saved. */
export interface MarketState {
  readonly market: MarketId
  readonly now: number | null
  readonly time: number | null
  readonly price: number | null
  readonly heardAt: number | null
  readonly isTouched: boolean
  readonly gaps: readonly Stretch[]
  readonly figures: Readonly<Record<string, FigureState>>
  readonly rows: number
}

/** A figure that the end of an instant changes. */
export interface Hearer {
  /** It is as it is whatever comes. */
  readonly isLow: boolean
  /** Without news it may change then. */
  readonly dueAt: number
  tell(at: number): void
}

/** One market: its newest trades, the figures over them, and the rules on its trades alone. */
export class MarketWatch implements MarketTape {
  readonly market: MarketId
  readonly venue: string
  /** Of its venue. */
  readonly ear: Ear
  readonly ring = new TradeRing()
  readonly gaps = new GapList()
  readonly sizes = new TradeEvents()
  readonly worths = new TradeEvents()
  /** Rules on this market's trades alone that wait to be judged, or for a cooldown to end. */
  readonly waiting = new Waiting()
  /** Market time: the greatest exchangeTime so far. */
  now = Number.NEGATIVE_INFINITY
  /** Of the newest trade. */
  time = Number.NaN
  price = Number.NaN
  /** The instant in which its last trade came, for rules by the clock; NaN before the first instant. */
  heardAt = Number.NaN
  /** Whether trades came since the last instant ended. */
  isTouched = false
  /** How many rules look at it. */
  rules = 0
  /** What is to be told at the end of an instant in which its trades came. */
  clocks: readonly Hearer[] = []
  spreads: readonly (Hearer & { isTold: boolean })[] = []
  private readonly figures = new MarketFigures(this)
  /** Steps that came since the figures were looked at. */
  private spent = 0

  constructor(market: MarketId, earOf: (venue: string) => Ear) {
    this.market = market
    this.venue = parseMarketId(market)?.venue ?? ''
    this.ear = earOf(this.venue)
  }

  /** The ladder of a measure; what computes it begins with the next trade unless it is there already. */
  ladderOf(measure: TradeMeasure): Ladder {
    return this.figures.ladderOf(measure)
  }

  /** Forgets figures of which nobody asks any more. */
  tidy(): void {
    this.figures.tidy()
  }

  /** Brings all figures to the newest trade; no threshold is touched by it. */
  settle(): void {
    this.figures.settle(this.price)
  }

  /** What brings the one figure of a measure to the newest trade, before it is shown. */
  settlerOf(measure: TradeMeasure): () => void {
    const settle = this.figures.settlerOf(measure)
    return () => {
      // Without a trade there is nothing that could be known.
      if (!Number.isNaN(this.price)) settle(this.price)
    }
  }

  /** What is asked changes, or what is known: before it does, all is settled, and the next trade is looked at. */
  wake(): void {
    this.figures.wake(this.price)
  }

  /** Rows [from, to); rules on this market alone are judged at each. */
  rows(rows: AlertRows, from: number, to: number, out: (firing: Firing) => void): void {
    if (this.figures.isEmpty) {
      this.plainRows(rows, from, to, out)
      return
    }
    const { ring } = this
    for (let i = from; i < to; ) {
      if (ring.isFull) this.figures.makeRoom(this.price)
      const end = Math.min(to, i + ring.room)
      i = this.putDown(rows, i, end)
      if (i === end) continue
      this.row(rows, i, out)
      i += 1
    }
  }

  /** @returns whether it is a gap of its own, and not more of a known one */
  gap(from: number, to: number): boolean {
    this.wake()
    const isNew = this.gaps.add(from, to)
    this.gaps.drop(this.now - GAPS_KEPT_MS)
    this.figures.gap(from, to)
    return isNew
  }

  save(): { readonly state: MarketState; readonly parts: readonly RingColumns[] } {
    this.settle()
    this.ring.makeRoom(this.figures.oldest)
    const base = this.ring.tail
    const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
    const state = {
      market: this.market,
      now: finite(this.now),
      time: finite(this.time),
      price: finite(this.price),
      heardAt: finite(this.heardAt),
      isTouched: this.isTouched,
      gaps: this.gaps.all(),
      figures: this.figures.save(base),
      rows: this.ring.head - this.ring.tail,
    }
    return { state, parts: this.ring.parts() }
  }

  /** Takes the saved state of what is still asked; what is new begins with the next trade. */
  load(state: MarketState, columns: RingColumns): void {
    this.now = state.now ?? Number.NEGATIVE_INFINITY
    this.time = state.time ?? Number.NaN
    this.price = state.price ?? Number.NaN
    this.heardAt = state.heardAt ?? Number.NaN
    this.isTouched = state.isTouched
    for (const [from, to] of state.gaps) this.gaps.add(from, to)
    this.ring.restore(columns)
    this.spent = 0
    this.figures.load(state.figures, this.price)
  }

  /** Nobody asks for more than prices and single trades. */
  private plainRows(
    { time, price, qty }: AlertRows,
    from: number,
    to: number,
    out: (firing: Firing) => void,
  ): void {
    const { waiting } = this
    const { price: ladder } = this.figures
    for (let i = from; i < to; i += 1) {
      const at = time[i] as number
      if (at > this.now) this.now = at
      this.time = at
      this.price = price[i] as number
      ladder.feed(this.price)
      this.single(this.price, qty[i] as number)
      if (waiting.isDue(this.now)) waiting.judge(this.now, i, out)
    }
  }

  /**
   * Puts rows into the ring while nothing else can come of them; the first one that something may come of, or `to`. Not
   * beyond the end of a block. 97 of 100 trades take this way: 1,000 alerts over 20 markets that wait cost 130 ns a trade (`npm
   * run bench -- alerts --only waiting`), and 210 to 270 when each trade went through `row` and no block was summed.
   */
  private putDown({ time, price, qty, side }: AlertRows, from: number, to: number): number {
    const { ring, waiting, sizes, worths } = this
    const { calm } = this.figures
    if (waiting.queue.length > 0) return from
    const { lo, hi, room } = calm
    const [size, worth] = [sizes.least, worths.least]
    const until = Math.min(calm.until, waiting.wakeAt)
    const end = Math.min(to, from + calm.head - ring.head)
    const { time: times, price: prices, steps, side: sides } = ring.open
    let place = ring.place
    let now = this.now
    let spent = this.spent
    let i = from
    for (; i < end; i += 1) {
      const t = time[i] as number
      const p = price[i] as number
      const quantity = qty[i] as number
      const whole = inSteps(quantity)
      const at = t > now ? t : now
      // A price that is not known lies in no stretch.
      if (at >= until || spent + whole > room || !(p > lo && p < hi)) break
      if (quantity >= size || p * quantity >= worth) break
      now = at
      spent += whole
      times[place] = at
      prices[place] = p
      steps[place] = whole
      sides[place] = side[i] as number
      place += 1
    }
    if (i > from) {
      ring.advance(i - from)
      this.now = now
      this.spent = spent
      this.time = time[i - 1] as number
      this.price = price[i - 1] as number
    }
    return i
  }

  /** A row of which something may come. */
  private row(
    { time, price, qty, side }: AlertRows,
    i: number,
    out: (firing: Firing) => void,
  ): void {
    const { ring, waiting } = this
    const { calm } = this.figures
    const at = time[i] as number
    const p = price[i] as number
    if (at > this.now) this.now = at
    const moved = p !== this.price
    this.price = p
    this.time = at
    const steps = inSteps(qty[i] as number)
    ring.push(this.now, p, steps, side[i] as number)
    this.spent += steps
    if (this.spent > calm.room || calm.isOver(this.now, p, moved, ring.head)) {
      this.figures.look(this.now, p, this.spent)
      this.spent = 0
    }
    this.single(p, qty[i] as number)
    if (waiting.isDue(this.now)) waiting.judge(this.now, i, out)
  }

  /** A trade by itself. */
  private single(price: number, qty: number): void {
    if (qty >= this.sizes.least) this.sizes.trade(qty)
    const worth = price * qty
    if (worth >= this.worths.least) this.worths.trade(worth)
  }
}
