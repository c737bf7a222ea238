import { printMarket, printMeasure } from '../../../shared/alerts/print.ts'
import type { Comparison, Condition, GapSeen, Verdict } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { ClockWatch } from './clock-watch.ts'
import type { Ladder } from './ladder.ts'
import { type MarketState, MarketWatch } from './market-watch.ts'
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
  private touched: MarketWatch[] = []

  slot(market: MarketId): number {
    const slot = this.slots.get(market)
    return slot === undefined || this.watches[slot]?.rules === 0 ? -1 : slot
  }

  /** @param at the last instant, from which on a new market's silence counts; NaN before the first */
  watchOf(market: MarketId, at: number): MarketWatch {
    const slot = this.slots.get(market)
    const known = slot === undefined ? undefined : this.watches[slot]
    if (known !== undefined) return known
    const made = new MarketWatch(market)
    made.heardAt = at
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
    const ladder = this.ladderOf(measure)
    ladder.add(leaf)
    rule.shown.push({ name: printMeasure(measure), from: ladder, lasts: true })
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
      watch.heardAt = at
      this.ears.begin(watch.venue, at)
    }
  }

  hear(venue: string, at: number): void {
    this.ears.hear(venue, at)
  }

  /** Rows of this market came in the present instant. */
  touch(watch: MarketWatch): void {
    if (watch.isTouched) return
    watch.isTouched = true
    this.touched.push(watch)
  }

  gap(market: MarketId, from: number, to: number): void {
    const watch = this.watches[this.slots.get(market) ?? -1]
    if (watch === undefined || !watch.gap(from, to)) return
    this.strike(market, null, to - from)
  }

  verdict(market: MarketId, kind: string, value: number): void {
    this.strike(market, kind, value)
  }

  /** The clock stands at `at`, and nothing came. */
  tick(at: number): void {
    for (const clock of this.clocks.values()) clock.tell(at)
  }

  /** An instant ends: the markets that were touched were heard in it. */
  close(at: number): void {
    for (const watch of this.touched) {
      watch.heardAt = at
      this.ears.hear(watch.venue, at)
    }
    this.tick(at)
    if (this.touched.length > 0) for (const spread of this.spreads.values()) spread.tell(at)
    for (const watch of this.touched) watch.isTouched = false
    this.touched.length = 0
  }

  /** When the clock alone may change something next. */
  due(): number {
    let due = Number.POSITIVE_INFINITY
    for (const clock of this.clocks.values()) due = Math.min(due, clock.next())
    return due
  }

  /** Forgets figures of which nobody asks any more. */
  tidy(): void {
    for (const watch of this.watches) watch.tidy()
    for (const [key, { ladder }] of this.clocks) if (ladder.isEmpty) this.clocks.delete(key)
    for (const [key, { ladder }] of this.spreads) if (ladder.isEmpty) this.spreads.delete(key)
  }

  save(): { readonly state: OutlookState; readonly columns: readonly RingColumns[] } {
    const figures: Record<string, number | null> = {}
    for (const [key, { ladder }] of [...this.clocks, ...this.spreads])
      figures[key] = Number.isFinite(ladder.value) ? ladder.value : null
    const saved = this.watches.filter(({ rules }) => rules > 0).map((watch) => watch.save())
    return {
      state: { venues: this.ears.all(), figures, markets: saved.map(({ state }) => state) },
      columns: saved.map(({ columns }) => columns),
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
      if (watch.isTouched) this.touched.push(watch)
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

  private ladderOf(measure: Comparison['measure']): Ladder {
    const key = printMeasure(measure)
    switch (measure.of) {
      case 'spread': {
        const watches = measure.markets.map((market) => this.watchOf(market, Number.NaN))
        const spread = this.spreads.get(key) ?? new SpreadWatch(watches)
        this.spreads.set(key, spread)
        return spread.ladder
      }
      case 'latency':
      case 'stale':
      case 'silent': {
        const watch = this.watchOf(measure.market, Number.NaN)
        const heardAt =
          measure.of === 'silent' ? () => this.ears.heardAt(watch.venue) : () => watch.heardAt
        const clock = this.clocks.get(key) ?? new ClockWatch(measure.of, watch, heardAt)
        this.clocks.set(key, clock)
        return clock.ladder
      }
      case 'size':
      case 'value':
        throw new Error('single trades have no ladder')
      default:
        return this.watchOf(measure.market, Number.NaN).ladderOf(measure)
    }
  }
}

function eventLeaf(rule: Rule, { measure, op, value }: Comparison, events: TradeEvents): Leaf {
  const event = new Event(rule)
  events.add(event, value, op === '>=')
  rule.shown.push({ name: printMeasure(measure), from: event, lasts: false })
  rule.undo.push(() => events.remove(event))
  return event
}
