import { printMarket, printMeasure } from '../../../shared/alerts/print.ts'
import type { Comparison, Condition, GapSeen, Verdict } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type ClockMeasure, ClockWatch } from './clock-watch.ts'
import type { Ladder } from './ladder.ts'
import { type Hearer, type MarketState, MarketWatch } from './market-watch.ts'
import type { Rule } from './rule.ts'
import { SpreadWatch } from './spread-watch.ts'
import { Event, type Leaf, Threshold } from './threshold.ts'
import type { TradeEvents } from './trade-events.ts'
import type { RingColumns } from './trade-ring.ts'
import { VenueEars } from './venue-ears.ts'

/** What of the facts told from outside concerns a rule: gaps (`verdict` null) or verdicts. */
interface Told {
  readonly event: Event
  readonly market: MarketId
  readonly verdict: string | null
  readonly above: number | null
}

export interface OutlookState {
  readonly venues: Readonly<Record<string, number>>
  /** Last values of figures that belong to no single market's trades, by name. */
  readonly figures: Readonly<Record<string, number | null>>
  readonly markets: readonly MarketState[]
}

/** All that rules look at: markets, the clock, spreads, and facts from outside. */
export class Outlook {
  readonly watches: MarketWatch[] = []
  private readonly slots = new Map<MarketId, number>()
  private readonly ears = new VenueEars()
  private clocks = new Map<string, ClockWatch>()
  private spreads = new Map<string, SpreadWatch>()
  private told: Told[] = []
  /** Markets of which rows came in the present instant: so many of the list, which is not made anew for each. */
  private readonly touched: MarketWatch[] = []
  private touches = 0
  /** Clocks that are told next time whether they are due or not. */
  private readonly stirred = new Set<ClockWatch>()
  /** The present instant. */
  private at = Number.NaN
  /** No clock is due before; when it comes, it may be found to be later (`due`). */
  soonest = Number.POSITIVE_INFINITY

  slot(market: MarketId): number {
    const slot = this.slots.get(market)
    return slot === undefined || this.watches[slot]?.rules === 0 ? -1 : slot
  }

  /** @param at the last instant, from which on a new market's silence counts; NaN before the first */
  watchOf(market: MarketId, at: number): MarketWatch {
    const slot = this.slots.get(market)
    const known = slot === undefined ? undefined : this.watches[slot]
    if (known !== undefined) return known
    const made = new MarketWatch(market, (venue) => this.ears.of(venue))
    made.heardAt = at
    made.clocks = [...this.clocks.values()].filter(
      ({ of, watch }) => of === 'silent' && watch.venue === made.venue,
    )
    this.stir(made.venue)
    this.ears.begin(made.venue, at)
    this.slots.set(market, this.watches.length)
    this.watches.push(made)
    return made
  }

  /** Makes the leaf of a condition and joins it to what it looks at. */
  leafOf(
    rule: Rule,
    condition: Exclude<Condition, { kind: 'all' | 'any' }>,
    hysteresis: number,
  ): Leaf {
    if (condition.kind !== 'compare') return this.toldLeaf(rule, condition)
    const { measure, op, value } = condition
    if (measure.of === 'size' || measure.of === 'value') {
      const watch = this.watchOf(measure.market, Number.NaN)
      const events = measure.of === 'size' ? watch.sizes : watch.worths
      return eventLeaf(rule, condition, events)
    }
    const leaf = new Threshold(rule, op, value, hysteresis)
    const { ladder, settle } = this.figureOf(measure)
    ladder.add(leaf)
    rule.shown.push({ name: printMeasure(measure), from: ladder, lasts: true, settle })
    rule.undo.push(() => ladder.remove(leaf))
    return leaf
  }

  /**
   * From `at` on it is counted how long nothing comes; NaN: not yet.
   * @param all of markets of which it is counted already, too
   */
  begin(at: number, all: boolean): void {
    for (const watch of this.watches) {
      if (!all && !Number.isNaN(watch.heardAt)) continue
      this.stir(watch.venue)
      watch.heardAt = at
      this.ears.begin(watch.venue, at)
    }
  }

  hear(venue: string, at: number): void {
    this.stir(venue)
    this.ears.hear(venue, at)
  }

  /** Rows of this market came in the present instant. */
  touch(watch: MarketWatch): void {
    if (watch.isTouched) return
    watch.isTouched = true
    this.touched[this.touches] = watch
    this.touches += 1
  }

  gap(market: MarketId, from: number, to: number): void {
    const watch = this.watches[this.slots.get(market) ?? -1]
    if (watch === undefined || !watch.gap(from, to)) return
    this.strike(market, null, to - from)
  }

  verdict(market: MarketId, kind: string, value: number): void {
    this.strike(market, kind, value)
  }

  /** The clock stands at `at`, and nothing came. Only clocks that this may change are told. */
  tick(at: number): void {
    this.at = at
    if (this.stirred.size > 0) {
      for (const clock of this.stirred) this.tell(clock)
      this.stirred.clear()
    }
    if (this.soonest > at || this.due() > at) return
    for (const clock of this.clocks.values()) if (clock.dueAt <= at) this.tell(clock)
    this.due()
  }

  /** An instant ends: the markets that were touched were heard in it. */
  close(at: number): void {
    const { touched, touches } = this
    for (let i = 0; i < touches; i += 1) {
      const watch = touched[i] as MarketWatch
      watch.heardAt = at
      watch.ear.hear(at)
    }
    this.at = at
    for (let i = 0; i < touches; i += 1) {
      const { clocks, spreads } = touched[i] as MarketWatch
      for (const clock of clocks) if (!clock.isLow) this.tell(clock)
      for (const spread of spreads) spread.tell(at)
    }
    this.tick(at)
    this.touches = 0
    for (let i = 0; i < touches; i += 1) {
      const watch = touched[i] as MarketWatch
      watch.isTouched = false
      for (const spread of watch.spreads) spread.isTold = false
    }
  }

  /** When the clock alone may change something next. */
  due(): number {
    let due = Number.POSITIVE_INFINITY
    for (const clock of this.clocks.values()) {
      // What was low was not told of every trade.
      if (!this.stirred.has(clock)) clock.plan()
      if (clock.dueAt < due) due = clock.dueAt
    }
    this.soonest = due
    return due
  }

  /** After a restart: all clocks are told next time. */
  plan(): void {
    for (const clock of this.clocks.values()) {
      clock.plan()
      this.stirred.add(clock)
    }
    this.due()
  }

  /** Forgets figures of which nobody asks any more. */
  tidy(): void {
    for (const watch of this.watches) watch.tidy()
    const idle = new Set<Hearer>()
    for (const figures of [this.clocks, this.spreads])
      for (const [key, figure] of figures) {
        if (!figure.ladder.isEmpty) continue
        idle.add(figure)
        figures.delete(key)
      }
    if (idle.size === 0) return
    for (const clock of this.stirred) if (idle.has(clock)) this.stirred.delete(clock)
    for (const watch of this.watches) {
      watch.clocks = watch.clocks.filter((clock) => !idle.has(clock))
      watch.spreads = watch.spreads.filter((spread) => !idle.has(spread))
    }
  }

  save(): { readonly state: OutlookState; readonly rows: readonly (readonly RingColumns[])[] } {
    const figures: Record<string, number | null> = {}
    for (const [key, { ladder }] of [...this.clocks, ...this.spreads])
      figures[key] = Number.isFinite(ladder.value) ? ladder.value : null
    const saved = this.watches.filter(({ rules }) => rules > 0).map((watch) => watch.save())
    return {
      state: { venues: this.ears.all(), figures, markets: saved.map(({ state }) => state) },
      rows: saved.map(({ parts }) => parts),
    }
  }

  load({ venues, figures, markets }: OutlookState, columns: readonly RingColumns[]): void {
    for (const [venue, at] of Object.entries(venues)) this.ears.hear(venue, at)
    for (const [key, { ladder }] of [...this.clocks, ...this.spreads])
      ladder.restore(figures[key] ?? Number.NaN)
    markets.forEach((market, i) => {
      const watch = this.watches[this.slots.get(market.market) ?? -1]
      const rows = columns[i]
      if (watch === undefined || rows === undefined) return
      watch.load(market, rows)
      if (!watch.isTouched) return
      watch.isTouched = false
      this.touch(watch)
    })
  }

  private strike(market: MarketId, verdict: string | null, value: number): void {
    for (const told of this.told) {
      if (told.market !== market || told.verdict !== verdict) continue
      if (told.above !== null && !(value > told.above)) continue
      told.event.strike(value)
    }
  }

  private toldLeaf(rule: Rule, condition: GapSeen | Verdict): Leaf {
    const event = new Event(rule)
    const isGap = condition.kind === 'gap'
    const told = {
      event,
      market: condition.market,
      verdict: isGap ? null : condition.verdict,
      above: isGap ? null : condition.above,
    }
    this.told.push(told)
    const name = isGap ? 'gap' : `ai ${condition.verdict}`
    rule.shown.push({ name: `${printMarket(condition.market)} ${name}`, from: event, lasts: false })
    rule.undo.push(() => {
      this.told = this.told.filter((each) => each !== told)
    })
    return event
  }

  private tell(clock: Hearer): void {
    clock.tell(this.at)
    if (clock.dueAt < this.soonest) this.soonest = clock.dueAt
  }

  /** What is known of a venue's silence is about to change: until it is told, a clock is due when it was. */
  private stir(venue: string): void {
    for (const clock of this.clocks.values()) {
      if (clock.watch.venue !== venue || this.stirred.has(clock)) continue
      clock.plan()
      this.stirred.add(clock)
    }
  }

  private figureOf(measure: Comparison['measure']): {
    readonly ladder: Ladder
    readonly settle: () => void
  } {
    const key = printMeasure(measure)
    switch (measure.of) {
      case 'spread': {
        const watches = measure.markets.map((market) => this.watchOf(market, Number.NaN))
        const spread = this.spreads.get(key) ?? this.spreadOf(key, watches)
        return { ladder: spread.ladder, settle: () => {} }
      }
      case 'latency':
      case 'stale':
      case 'silent': {
        const watch = this.watchOf(measure.market, Number.NaN)
        // A venue is silent for all its markets at once.
        const name = measure.of === 'silent' ? `${watch.venue} silent` : key
        const clock = this.clocks.get(name) ?? this.clockOf(name, measure.of, watch)
        this.stirred.add(clock)
        return { ladder: clock.ladder, settle: () => clock.tell(this.at) }
      }
      case 'size':
      case 'value':
        throw new Error('single trades have no ladder')
      default: {
        const watch = this.watchOf(measure.market, Number.NaN)
        return { ladder: watch.ladderOf(measure), settle: watch.settlerOf(measure) }
      }
    }
  }

  private spreadOf(key: string, watches: readonly MarketWatch[]): SpreadWatch {
    const spread = new SpreadWatch(watches)
    this.spreads.set(key, spread)
    for (const watch of watches) watch.spreads = [...watch.spreads, spread]
    return spread
  }

  private clockOf(key: string, of: ClockMeasure, watch: MarketWatch): ClockWatch {
    const heardAt = of === 'silent' ? () => watch.ear.heardAt : () => watch.heardAt
    const clock = new ClockWatch(of, watch, heardAt)
    this.clocks.set(key, clock)
    const heard =
      of === 'silent' ? this.watches.filter(({ venue }) => venue === watch.venue) : [watch]
    for (const each of heard) each.clocks = [...each.clocks, clock]
    return clock
  }
}

function eventLeaf(rule: Rule, { measure, op, value }: Comparison, events: TradeEvents): Leaf {
  const event = new Event(rule)
  events.add(event, value, op === '>=')
  rule.shown.push({ name: printMeasure(measure), from: event, lasts: false })
  rule.undo.push(() => events.remove(event))
  return event
}
