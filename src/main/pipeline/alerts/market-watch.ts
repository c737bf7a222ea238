import type { Measure } from '../../../shared/domain/alert.ts'
import { type MarketId, parseMarketId } from '../../../shared/domain/market.ts'
import { inSteps } from './exact-sum.ts'
import type { Figure, FigureState, MarketTape } from './figure.ts'
import type { AlertRows, Firing } from './firing.ts'
import { FlowWindow } from './flow-window.ts'
import { GapList, type Stretch } from './gap-list.ts'
import { Ladder } from './ladder.ts'
import { MoveWindow } from './move-window.ts'
import { AverageFigure } from './moving-average.ts'
import { RsiFigure } from './rsi.ts'
import { TradeEvents } from './trade-events.ts'
import { type RingColumns, TradeRing } from './trade-ring.ts'
import { Waiting } from './waiting.ts'

/** Gaps that ended so long ago are in no window any more. */
const GAPS_KEPT_MS = 86_400_000

/** What is asked of one market's trades: their price, their sizes, and what their windows say. */
export type TradeMeasure = Exclude<
  Measure,
  { of: 'spread' | 'latency' | 'stale' | 'silent' | 'size' | 'value' }
>

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

/** One market: its newest trades, the figures over them, and the rules on its trades alone. */
export class MarketWatch implements MarketTape {
  readonly market: MarketId
  readonly venue: string
  readonly ring = new TradeRing()
  readonly gaps = new GapList()
  readonly priceLadder = new Ladder()
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
  private figures: { readonly key: string; readonly figure: Figure }[] = []
  /** The same by kind: calls in a loop over one kind are several times as fast. */
  private flows: FlowWindow[] = []
  private moves: MoveWindow[] = []
  private indexes: RsiFigure[] = []
  private averages: AverageFigure[] = []

  constructor(market: MarketId) {
    this.market = market
    this.venue = parseMarketId(market)?.venue ?? ''
  }

  /** The ladder of a measure; what computes it begins with the next trade unless it is there already. */
  ladderOf(measure: TradeMeasure): Ladder {
    switch (measure.of) {
      case 'price':
        return this.priceLadder
      case 'move':
        return this.figure(
          `move ${measure.window}`,
          MoveWindow,
          () => new MoveWindow(this, measure.window),
        ).ladder
      case 'zscore':
        return this.flow(measure.window).zscore(measure.burst, measure.history)
      case 'rsi':
        return this.figure(
          `rsi ${measure.periods} ${measure.bar}`,
          RsiFigure,
          () => new RsiFigure(this, measure.periods, measure.bar),
        ).ladder
      case 'deviation': {
        const { from } = measure
        if (from.of === 'vwap') return this.flow(from.window).view('vwap')
        const key = `sma ${from.periods} ${from.bar}`
        return this.figure(
          key,
          AverageFigure,
          () => new AverageFigure(this, from.periods, from.bar),
        ).ladder
      }
      default:
        return this.flow(measure.window).view(measure.of)
    }
  }

  /** Forgets figures of which nobody asks any more. */
  tidy(): void {
    this.figures = this.figures.filter(({ figure }) => !figure.isIdle)
    this.sortOut()
  }

  /** Rows [from, to); rules on this market alone are judged at each. */
  rows(rows: AlertRows, from: number, to: number, out: (firing: Firing) => void): void {
    const { time, price, qty, side } = rows
    const { priceLadder, waiting } = this
    const isPlain = this.figures.length === 0 && this.sizes.isIdle && this.worths.isIdle
    for (let i = from; i < to; i += 1) {
      const at = time[i] as number
      const p = price[i] as number
      if (at > this.now) this.now = at
      this.price = p
      this.time = at
      priceLadder.feed(p)
      if (!isPlain) this.trade(p, qty[i] as number, side[i] as number)
      if (waiting.isDue(this.now)) waiting.judge(this.now, i, out)
    }
  }

  /** @returns whether it is a gap of its own, and not more of a known one */
  gap(from: number, to: number): boolean {
    const isNew = this.gaps.add(from, to)
    this.gaps.drop(this.now - GAPS_KEPT_MS)
    for (const { figure } of this.figures) figure.gap(from, to)
    return isNew
  }

  save(): { readonly state: MarketState; readonly columns: RingColumns } {
    this.ring.makeRoom(this.oldest())
    const columns = this.ring.columns()
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
      figures: Object.fromEntries(this.figures.map(({ key, figure }) => [key, figure.save(base)])),
      rows: columns.time.length,
    }
    return { state, columns }
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
    this.priceLadder.restore(this.price)
    for (const { key, figure } of this.figures) {
      const saved = state.figures[key]
      figure.load(saved ?? { tail: this.ring.head, from: this.ring.head })
    }
  }

  private trade(price: number, qty: number, side: number): void {
    const { ring, now } = this
    if (this.figures.length > 0) {
      if (ring.isFull) ring.makeRoom(this.oldest())
      ring.push(now, price, inSteps(qty), side)
      for (const flow of this.flows) flow.trade()
      for (const move of this.moves) move.trade()
      for (const index of this.indexes) index.trade()
      for (const average of this.averages) average.trade()
    }
    if (qty >= this.sizes.least) this.sizes.trade(qty)
    const worth = price * qty
    if (worth >= this.worths.least) this.worths.trade(worth)
  }

  private sortOut(): void {
    const all = this.figures.map(({ figure }) => figure)
    this.flows = all.filter((figure) => figure instanceof FlowWindow)
    this.moves = all.filter((figure) => figure instanceof MoveWindow)
    this.indexes = all.filter((figure) => figure instanceof RsiFigure)
    this.averages = all.filter((figure) => figure instanceof AverageFigure)
  }

  private oldest(): number {
    return this.figures.reduce(
      (least, { figure }) => Math.min(least, figure.oldest),
      this.ring.head,
    )
  }

  private flow(window: number): FlowWindow {
    return this.figure(`flow ${window}`, FlowWindow, () => new FlowWindow(this, window))
  }

  private figure<F extends Figure>(
    key: string,
    kind: new (...args: never[]) => F,
    make: () => F,
  ): F {
    const known = this.figures.find((each) => each.key === key)?.figure
    if (known instanceof kind) return known
    const figure = make()
    this.figures.push({ key, figure })
    this.sortOut()
    return figure
  }
}
