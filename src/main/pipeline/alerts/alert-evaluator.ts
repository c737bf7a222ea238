import { type AlertId, marketsOf } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type EvaluatorState, packState, unpackState } from './alert-state.ts'
import type { CompiledAlert } from './compiled-alert.ts'
import type { AlertRows, Firing } from './firing.ts'
import { Outlook } from './outlook.ts'
import { Rule } from './rule.ts'
import { Waiting } from './waiting.ts'

/**
 * Evaluates alerts over trades: no clock, no input or output of its own. The same rows, instants and
 * facts give the same firings, however the rows are cut into batches.
 *
 * An instant is `open(at)`, the rows of its markets by name, `gap` and `verdict`, `close(at)`. Where
 * `needsInstants` is false, `rows` alone will do.
 */
export class AlertEvaluator {
  private readonly out: (firing: Firing) => void
  private readonly outlook = new Outlook()
  private readonly rules = new Map<AlertId, Rule>()
  /** Rules that are judged at the end of an instant. */
  private readonly waiting = new Waiting()
  private instantRules = 0
  private added = 0
  /** The present instant; NaN before the first. */
  private at = Number.NaN
  /** The next time at which the clock alone may change something. */
  private due = Number.POSITIVE_INFINITY

  constructor(rules: readonly CompiledAlert[], out: (firing: Firing) => void) {
    this.out = out
    for (const rule of rules) this.add(rule)
  }

  /**
   * Begins where `save` ended. A rule whose condition or hysteresis is another now begins anew; figures
   * that nobody asked for then begin with the next trade. State of another version is left aside.
   */
  static restore(
    rules: readonly CompiledAlert[],
    out: (firing: Firing) => void,
    saved: Uint8Array,
  ): AlertEvaluator {
    const evaluator = new AlertEvaluator(rules, out)
    const unpacked = unpackState(saved)
    if (unpacked === null) return evaluator
    const { state, columns } = unpacked
    evaluator.outlook.load(state.outlook, columns)
    evaluator.at = state.at ?? Number.NaN
    for (const each of state.rules) evaluator.resume(each)
    evaluator.outlook.begin(evaluator.at, !state.counts)
    evaluator.outlook.plan()
    evaluator.plan(evaluator.at)
    return evaluator
  }

  /** Whether instants matter: some rule looks at several markets, the clock or facts from outside. */
  get needsInstants(): boolean {
    return this.instantRules > 0
  }

  /** Whether there was an instant; silence counts from the first. */
  get hasBegun(): boolean {
    return !Number.isNaN(this.at)
  }

  /** Takes a rule from now on; one of the same id is replaced. Others are not touched. */
  add(alert: CompiledAlert): void {
    this.remove(alert.id)
    const watches = marketsOf(alert.condition).map((market) =>
      this.outlook.watchOf(market, this.at),
    )
    const [source] = watches
    if (source === undefined) return
    const waiting = alert.isPerTrade ? source.waiting : this.waiting
    this.added += 1
    const rule = new Rule(alert, source, this.added, waiting)
    const wake = (): void => {
      for (const watch of watches) watch.wake()
    }
    wake()
    rule.undo.push(wake)
    rule.grow((condition) => this.outlook.leafOf(rule, condition, alert.hysteresis))
    for (const watch of watches) watch.rules += 1
    // Until now nobody kept count of who was heard.
    if (!alert.isPerTrade && this.instantRules === 0) this.outlook.begin(this.at, true)
    this.instantRules += alert.isPerTrade ? 0 : 1
    rule.undo.push(() => {
      waiting.remove(rule)
      for (const watch of watches) watch.rules -= 1
      this.instantRules -= alert.isPerTrade ? 0 : 1
    })
    this.rules.set(alert.id, rule)
  }

  remove(id: AlertId): void {
    const rule = this.rules.get(id)
    if (rule === undefined) return
    for (const undo of rule.undo) undo()
    this.rules.delete(id)
    this.outlook.tidy()
  }

  /** Index of a market for `rows`; -1 when no rule looks at it: its rows need not be handed over. */
  slot(market: MarketId): number {
    return this.outlook.slot(market)
  }

  /** Names of a rule's figures that are not known yet, or not any more: their windows are not full. */
  unknownOf(id: AlertId): readonly string[] {
    return this.rules.get(id)?.unknown() ?? []
  }

  /** Whether a rule's condition holds now. */
  isOn(id: AlertId): boolean {
    return this.rules.get(id)?.isOn ?? false
  }

  /**
   * Begins an instant. What the clock alone brought about before it fires now, each at its own time.
   * @param at whole epoch ms; an instant before the last one counts as the last one
   */
  open(at: number): void {
    if (Number.isNaN(this.at)) this.outlook.begin(at, true)
    while (this.due < at) {
      const now = this.due
      // A clock that was heard of meanwhile is due later.
      this.due = Math.max(now, Math.min(this.outlook.due(), this.waiting.wakeAt))
      if (this.due > now) continue
      this.outlook.tick(now)
      this.waiting.judge(now, -1, this.out)
      this.plan(now)
    }
    this.at = Number.isNaN(this.at) ? at : Math.max(this.at, at)
  }

  /** Rows [from, to) of one market, in tape order. A row before the market's time counts as at it. */
  rows(slot: number, rows: AlertRows, from: number, to: number): void {
    const watch = this.outlook.watches[slot]
    if (watch === undefined || from >= to) return
    if (this.instantRules > 0) this.outlook.touch(watch)
    watch.rows(rows, from, to, this.out)
  }

  /**
   * A gap in a market's tape, in exchange time, as soon as it is known; told again when it has grown.
   * While it hides more than a tenth of a window, that window is not known.
   */
  gap(market: MarketId, from: number, to: number): void {
    this.outlook.gap(market, from, to)
  }

  /** What the AI says of a market. */
  verdict(market: MarketId, kind: string, value: number): void {
    this.outlook.verdict(market, kind, value)
  }

  /** Something came from a venue that is no trade of these markets, so that it is not silent. */
  heard(venue: string, at: number): void {
    this.outlook.hear(venue, at)
  }

  /** Ends an instant: rules over several markets, the clock and facts are judged now. */
  close(at: number): void {
    this.open(at)
    if (this.instantRules === 0) return
    this.outlook.close(this.at)
    if (this.waiting.isDue(this.at)) this.waiting.judge(this.at, -1, this.out)
    this.plan(this.at)
  }

  /** All that is needed to go on after a restart: windows, what holds, what rests. */
  save(): Uint8Array {
    const { state, rows: kept } = this.outlook.save()
    const rules = [...this.rules].map(([id, rule]) => {
      const { text, hysteresis } = rule.alert
      return { id, text, hysteresis, state: rule.save() }
    })
    const at = Number.isNaN(this.at) ? null : this.at
    return packState({ at, counts: this.needsInstants, rules, outlook: state }, kept)
  }

  private resume({ id, text, hysteresis, state }: EvaluatorState['rules'][number]): void {
    const rule = this.rules.get(id)
    if (rule === undefined || rule.alert.text !== text || rule.alert.hysteresis !== hysteresis)
      return
    rule.load(state)
  }

  private plan(at: number): void {
    // What is due now was judged just now.
    this.due = Math.max(Math.min(this.outlook.soonest, this.waiting.wakeAt), at + 1)
  }
}
