import type { CompiledAlert } from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import { printMarket, printMeasure } from '../../../../src/shared/alerts/print.ts'
import {
  type Comparison,
  type Condition,
  marketsOf,
  type Operator,
} from '../../../../src/shared/domain/alert.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import type { Instant, Row, Step } from './script.ts'
import { figureOf, type PlacedRow, type SeenGap } from './twin-figures.ts'

// The evaluator again, slow and obvious: after every trade and in every millisecond everything is
// computed anew from all that was seen. docs/alerts.md is what both are written from.

export interface TwinFiring {
  readonly alert: string
  readonly at: number
  readonly market: string
  readonly time: number
  readonly price: number
  readonly values: Readonly<Record<string, number>>
  readonly heldBack: number
}

interface TwinMarket {
  readonly rows: PlacedRow[]
  readonly gaps: SeenGap[]
  heardAt: number
}

type Leaf = Exclude<Condition, { kind: 'all' | 'any' }>

/** A leaf: all values so far, and how many of them were there when the rule was judged last. */
interface TwinLeaf {
  readonly of: Leaf
  readonly seen: number[]
  judged: number
}

const isOver = (op: Operator, x: number, limit: number): boolean =>
  op === '>' ? x > limit
  : op === '>=' ? x >= limit
  : op === '<' ? x < limit
  : op === '<=' ? x <= limit
  : Math.abs(x) > limit // biome-ignore format: a table

function isBack(op: Operator, x: number, limit: number, band: number): boolean {
  if (band === 0) return !isOver(op, x, limit)
  if (op === '>' || op === '>=') return x <= limit - band
  if (op === '<' || op === '<=') return x >= limit + band
  return Math.abs(x) <= limit - band
}

/** It was over, and has not been back (or unknown) since. */
const lasts = (seen: readonly number[], op: Operator, limit: number, band: number): boolean =>
  seen.some(
    (x, i) =>
      isOver(op, x, limit) &&
      seen.slice(i + 1).every((later) => !Number.isNaN(later) && !isBack(op, later, limit, band)),
  )

/** Whether the value at `k` went over coming from the other side. */
function crossed(
  seen: readonly number[],
  k: number,
  up: boolean,
  limit: number,
  band: number,
): boolean {
  const sign = up ? 1 : -1
  const over = (x: number): boolean => sign * (x - limit) > 0
  const ready = (x: number): boolean => (up ? x <= limit - band : x >= limit + band)
  if (!over(seen[k] as number)) return false
  const before = seen.slice(0, k)
  return before.some(
    (x, i) => ready(x) && before.slice(i).every((later) => !Number.isNaN(later) && !over(later)),
  )
}

class TwinRule {
  readonly leaves: TwinLeaf[] = []
  on = false
  spent = false
  pending = false
  restsUntil = Number.NEGATIVE_INFINITY
  heldBack = 0

  readonly alert: CompiledAlert
  private readonly twin: Twin
  constructor(alert: CompiledAlert, twin: Twin) {
    this.alert = alert
    this.twin = twin
    const visit = (condition: Condition): void => {
      if (condition.kind === 'all' || condition.kind === 'any') condition.of.forEach(visit)
      else this.leaves.push({ of: condition, seen: [], judged: 0 })
    }
    visit(alert.condition)
  }

  isTrue(leaf: TwinLeaf): boolean {
    const { of, seen, judged } = leaf
    if (of.kind !== 'compare') return seen.length > judged
    if (of.measure.of === 'size' || of.measure.of === 'value')
      return seen.slice(judged).some((x) => isOver(of.op, x, of.value))
    const band = Math.abs(of.value) * this.alert.hysteresis
    if (!of.op.startsWith('crosses')) return lasts(seen, of.op, of.value, band)
    return seen.some(
      (_, k) =>
        k >= judged &&
        ((of.op !== 'crosses below' && crossed(seen, k, true, of.value, band)) ||
          (of.op !== 'crosses above' && crossed(seen, k, false, of.value, band))),
    )
  }

  isMet(): boolean {
    let next = 0
    const met = (condition: Condition): boolean => {
      if (condition.kind === 'all') return condition.of.map(met).every(Boolean)
      if (condition.kind === 'any') return condition.of.map(met).some(Boolean)
      const leaf = this.leaves[next]
      next += 1
      return leaf !== undefined && this.isTrue(leaf)
    }
    return met(this.alert.condition)
  }

  judge(at: number): void {
    const edge = this.isMet() && !this.on
    const values = this.values()
    for (const leaf of this.leaves) leaf.judged = leaf.seen.length
    this.on = this.isMet()
    const isOver = this.spent || (this.alert.expiresAt !== null && at >= this.alert.expiresAt)
    const isFree = !isOver && at >= this.restsUntil
    if (isFree && (edge || (this.pending && this.on))) {
      this.twin.fire(this, at, values)
      this.spent = this.alert.rearm === 'once'
      // One firing a millisecond.
      this.restsUntil = at + Math.max(1, this.alert.cooldownMs)
      this.heldBack = 0
      this.pending = false
    } else if (edge) {
      if (!isOver) this.heldBack += 1
      this.pending = true
    }
    this.pending &&= this.on
  }

  private values(): Record<string, number> {
    const values: Record<string, number> = {}
    for (const leaf of this.leaves) {
      const { of } = leaf
      const last = leaf.seen.at(-1) ?? Number.NaN
      const isEvent = of.kind !== 'compare' || of.measure.of === 'size' || of.measure.of === 'value'
      if (!Number.isFinite(last) || (isEvent && !this.isTrue(leaf))) continue
      if (of.kind === 'compare')
        values[printMeasure(of.measure)] = isEvent ? this.event(leaf) : last
      else
        values[`${printMarket(of.market)} ${of.kind === 'gap' ? 'gap' : `ai ${of.verdict}`}`] = last
    }
    return values
  }

  /** The last one that counted. */
  private event({ of, seen, judged }: TwinLeaf): number {
    const { op, value } = of as Comparison
    return seen.slice(judged).findLast((x) => isOver(op, x, value)) ?? Number.NaN
  }
}

export class Twin {
  readonly firings: TwinFiring[] = []
  private readonly markets = new Map<MarketId, TwinMarket>()
  private readonly venues = new Map<string, number>()
  private readonly rules: readonly TwinRule[]
  private at = Number.NaN

  constructor(alerts: readonly CompiledAlert[]) {
    this.rules = alerts.map((alert) => new TwinRule(alert, this))
    for (const { condition } of alerts)
      for (const market of marketsOf(condition))
        this.markets.set(market, { rows: [], gaps: [], heardAt: Number.NaN })
  }

  play(instants: readonly Instant[]): readonly TwinFiring[] {
    for (const { at, steps } of instants) {
      if (Number.isNaN(this.at)) this.begin(at)
      for (let ms = this.at + 1; ms < at; ms += 1) this.tick(ms, new Map())
      const heard = new Map<MarketId, Row>()
      for (const step of steps) this.step(step, at, heard)
      for (const [market, row] of heard) {
        this.marketOf(market).heardAt = at
        this.hear(market.split(':')[0] ?? '', at)
        void row
      }
      this.tick(at, heard)
      this.at = at
    }
    return this.firings
  }

  fire({ alert, heldBack }: TwinRule, at: number, values: Record<string, number>): void {
    const [market] = marketsOf(alert.condition)
    if (market === undefined) throw new Error('no market')
    const last = this.marketOf(market).rows.at(-1)
    const { time, price } = last ?? { time: Number.NaN, price: Number.NaN }
    this.firings.push({ alert: alert.id, at, market, time, price, values, heldBack })
  }

  private begin(at: number): void {
    this.at = at
    for (const [market, each] of this.markets) {
      each.heardAt = at
      this.hear(market.split(':')[0] ?? '', at)
    }
  }

  private hear(venue: string, at: number): void {
    this.venues.set(venue, at)
  }

  private step(step: Step, at: number, heard: Map<MarketId, Row>): void {
    if (step.kind === 'heard') this.hear(step.venue, at)
    else if (!this.markets.has(step.market)) return
    else if (step.kind === 'rows') {
      for (const row of step.rows) this.row(step.market, row)
      const last = step.rows.at(-1)
      if (last !== undefined) heard.set(step.market, last)
    } else if (step.kind === 'gap') this.gap(step.market, step.from, step.to)
    else
      this.tell(
        step.market,
        (leaf) =>
          leaf.kind === 'verdict' &&
          leaf.verdict === step.verdict &&
          (leaf.above === null || step.value > leaf.above),
        step.value,
      )
  }

  private row(id: MarketId, row: Row): void {
    const market = this.marketOf(id)
    const now = Math.max(market.rows.at(-1)?.now ?? Number.NEGATIVE_INFINITY, row.time)
    market.rows.push({ ...row, now })
    this.see((leaf) => {
      if (leaf.kind !== 'compare' || leaf.measure.of === 'spread' || leaf.measure.market !== id)
        return undefined
      const { measure } = leaf
      if (measure.of === 'size' || measure.of === 'value')
        return measure.of === 'size' ? row.qty : row.price * row.qty
      if (measure.of === 'latency' || measure.of === 'stale' || measure.of === 'silent')
        return undefined
      return figureOf(measure, market.rows, market.gaps)
    })
    for (const rule of this.rules)
      if (rule.alert.isPerTrade && marketsOf(rule.alert.condition)[0] === id) rule.judge(now)
  }

  private gap(id: MarketId, from: number, to: number): void {
    const market = this.marketOf(id)
    const isNew = market.gaps.every(
      (gap) => gap.from !== from && (gap.to <= from || gap.from >= to),
    )
    market.gaps.push({ from, to, after: market.rows.length })
    // Bars that were before are nothing to go on from, which is known at once.
    this.see((leaf) =>
      leaf.kind === 'compare' &&
      leaf.measure.of === 'rsi' &&
      leaf.measure.market === id &&
      to - from > leaf.measure.bar
        ? Number.NaN
        : undefined,
    )
    if (isNew) this.tell(id, (leaf) => leaf.kind === 'gap', to - from)
  }

  private tell(market: MarketId, concerns: (leaf: Leaf) => boolean, value: number): void {
    this.see((leaf) =>
      leaf.kind !== 'compare' && leaf.market === market && concerns(leaf) ? value : undefined,
    )
  }

  private see(of: (leaf: Leaf) => number | undefined): void {
    for (const rule of this.rules)
      for (const leaf of rule.leaves) {
        const value = of(leaf.of)
        if (value !== undefined) leaf.seen.push(value)
      }
  }

  /** The end of a millisecond: what the clock says, what several markets say, and the rules on it. */
  private tick(at: number, heard: ReadonlyMap<MarketId, Row>): void {
    this.see((leaf) => {
      if (leaf.kind !== 'compare') return undefined
      const { measure } = leaf
      if (measure.of === 'stale') return at - this.marketOf(measure.market).heardAt
      if (measure.of === 'silent')
        return at - (this.venues.get(measure.market.split(':')[0] ?? '') ?? Number.NaN)
      if (measure.of === 'latency') {
        const row = heard.get(measure.market)
        return row === undefined ? undefined : at - row.time
      }
      if (measure.of !== 'spread' || !measure.markets.some((each) => heard.has(each)))
        return undefined
      return this.spread(measure.markets, at)
    })
    for (const rule of this.rules) if (!rule.alert.isPerTrade) rule.judge(at)
  }

  private spread(ids: readonly MarketId[], at: number): number {
    const markets = ids.map((id) => this.marketOf(id))
    if (markets.some(({ rows, heardAt }) => rows.length === 0 || at - heardAt > 60_000))
      return Number.NaN
    const [first = Number.NaN, ...others] = markets.map(({ rows }) => rows.at(-1)?.price ?? 0)
    others.sort((a, b) => a - b)
    const against =
      ((others[Math.floor((others.length - 1) / 2)] ?? 0) +
        (others[Math.ceil((others.length - 1) / 2)] ?? 0)) /
      2
    return ((first - against) * 100) / against
  }

  private marketOf(id: MarketId): TwinMarket {
    const market = this.markets.get(id)
    if (market === undefined) throw new Error(`no rule looks at ${id}`)
    return market
  }
}
