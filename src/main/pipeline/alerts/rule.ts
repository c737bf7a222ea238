import type { Condition } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { CompiledAlert } from './compiled-alert.ts'
import type { Firing } from './firing.ts'
import { Hours } from './schedule.ts'
import type { Judged, Leaf, LeafState } from './threshold.ts'

/**
 * An entry of the log is known by alert, millisecond and market: what becomes true again in the same one is counted, and what
 * then still holds fires with the next.
 */
const LEAST_REST_MS = 1

/** A condition with its leaves in place of its comparisons. */
export type Judgement =
  | { readonly kind: 'leaf'; readonly leaf: Leaf }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Judgement[] }

/** What a rule shows when it fires: a figure's name and where its value stands. */
export interface Shown {
  readonly name: string
  readonly from: { readonly value: number }
  /** Whether it has a value at all times once it has one; events have theirs when they happen. */
  readonly lasts: boolean
  /** Brings the value up to date. */
  readonly settle?: () => void
}

export interface RuleState {
  readonly on: boolean
  readonly pending: boolean
  readonly queued: boolean
  readonly isSpent: boolean
  readonly restsUntil: number | null
  readonly heldBack: number
  readonly leaves: readonly LeafState[]
}

/** The market that a firing names. */
export interface Source {
  readonly market: MarketId
  /** exchangeTime and price of its newest trade; NaN when there was none yet. */
  readonly time: number
  readonly price: number
}

/** Who judges the rules that are queued; `resume` is told of a rule whose state was restored. */
export interface Queue {
  readonly queue: Rule[]
  resume(rule: Rule): void
}

/**
 * One alert: its leaves, whether its condition holds, and what holds a firing back. It fires when the
 * condition becomes true. When it did so in a cooldown or outside the schedule, and still holds when
 * that is over, it fires then; events do not last, so that they are only counted.
 */
export class Rule implements Judged {
  readonly alert: CompiledAlert
  private readonly source: Source
  /** The order in which rules of one moment fire. */
  readonly order: number
  readonly leaves: Leaf[] = []
  readonly shown: Shown[] = []
  /** Ways to take its leaves off the figures. */
  readonly undo: (() => void)[] = []
  private root: Judgement = { kind: 'any', of: [] }
  /** Where it waits to be judged. */
  private readonly waiting: Queue
  private readonly hours: Hours | null
  private queued = false
  private on = false
  private pending = false
  private isSpent = false
  private restsUntil = Number.NEGATIVE_INFINITY
  private heldBack = 0

  constructor(alert: CompiledAlert, source: Source, order: number, waiting: Queue) {
    this.alert = alert
    this.source = source
    this.order = order
    this.waiting = waiting
    this.hours = alert.schedule === null ? null : new Hours(alert.schedule)
  }

  /** Puts leaves in the condition's places; `leafOf` makes them. */
  grow(leafOf: (condition: Exclude<Condition, { kind: 'all' | 'any' }>) => Leaf): void {
    const judgementOf = (condition: Condition): Judgement => {
      if (condition.kind === 'all' || condition.kind === 'any')
        return { kind: condition.kind, of: condition.of.map(judgementOf) }
      const leaf = leafOf(condition)
      this.leaves.push(leaf)
      return { kind: 'leaf', leaf }
    }
    this.root = judgementOf(this.alert.condition)
  }

  /** A leaf changed. */
  touch(): void {
    if (this.queued) return
    this.queued = true
    this.waiting.queue.push(this)
  }

  /**
   * Looks at the leaves after some changed, or when what held it back may be over.
   * @param at the alert's time (`Firing.at`); `row` as in `Firing.row`
   * @returns the firing, if it fires
   */
  judge(at: number, row: number): Firing | null {
    this.queued = false
    const edge = !this.on && holds(this.root, true)
    this.on = holds(this.root, false)
    const isDue = edge || (this.pending && this.on)
    // What happened is shown before it is over.
    const firing = isDue ? this.attempt(at, row) : null
    for (const leaf of this.leaves) if (leaf.isEvent) leaf.on = false
    if (edge && firing === null && !this.isOver(at)) this.heldBack += 1
    this.pending = this.on && firing === null && isDue
    return firing
  }

  /** When to judge it though nothing changes; infinity when nothing is pending. */
  wakesAt(at: number): number {
    if (!this.pending || this.isOver(at)) return Number.POSITIVE_INFINITY
    if (at < this.restsUntil) return this.restsUntil
    return this.hours === null || this.hours.isOpen(at) ? at : this.hours.askAgain(at)
  }

  get isPending(): boolean {
    return this.pending
  }

  /** Whether the condition holds now. */
  get isOn(): boolean {
    return this.on
  }

  /** Names of the figures that are not known (yet): their windows are not full. */
  unknown(): readonly string[] {
    const missing = this.shown.filter(({ from, lasts }) => lasts && Number.isNaN(from.value))
    return missing.map(({ name }) => name)
  }

  save(): RuleState {
    const { on, pending, queued, isSpent, heldBack } = this
    const restsUntil = Number.isFinite(this.restsUntil) ? this.restsUntil : null
    const leaves = this.leaves.map((leaf) => leaf.save())
    return { on, pending, queued, isSpent, restsUntil, heldBack, leaves }
  }

  load(state: RuleState): void {
    this.on = state.on
    this.pending = state.pending
    this.isSpent = state.isSpent
    this.restsUntil = state.restsUntil ?? Number.NEGATIVE_INFINITY
    this.heldBack = state.heldBack
    this.leaves.forEach((leaf, i) => {
      const saved = state.leaves[i]
      if (saved !== undefined) leaf.load(saved)
    })
    if (state.queued) this.touch()
    this.waiting.resume(this)
  }

  private isOver(at: number): boolean {
    const { expiresAt } = this.alert
    return this.isSpent || (expiresAt !== null && at >= expiresAt)
  }

  private attempt(at: number, row: number): Firing | null {
    if (this.isOver(at) || at < this.restsUntil) return null
    if (this.hours !== null && !this.hours.isOpen(at)) return null
    const { id, cooldownMs, rearm } = this.alert
    const { heldBack } = this
    const { market, time, price } = this.source
    this.isSpent = rearm === 'once'
    this.restsUntil = at + Math.max(cooldownMs, LEAST_REST_MS)
    this.heldBack = 0
    return { alert: id, at, market, time, price, values: this.values(), row, heldBack }
  }

  private values(): Readonly<Record<string, number>> {
    for (const { settle } of this.shown) settle?.()
    const known = this.shown.filter(({ from }) => Number.isFinite(from.value))
    return Object.fromEntries(known.map(({ name, from }) => [name, from.value]))
  }
}

function holds(judgement: Judgement, withEvents: boolean): boolean {
  switch (judgement.kind) {
    case 'leaf':
      return judgement.leaf.on && (withEvents || !judgement.leaf.isEvent)
    case 'all':
      return judgement.of.every((each) => holds(each, withEvents))
    case 'any':
      return judgement.of.some((each) => holds(each, withEvents))
  }
}
