import type { AlertId } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { TradeRows } from '../../../shared/domain/trade-rows.ts'
import { AlertEvaluator } from '../../pipeline/alerts/alert-evaluator.ts'
import type { CompiledAlert } from '../../pipeline/alerts/compiled-alert.ts'
import type { Firing } from '../../pipeline/alerts/firing.ts'
import type { Clock } from '../../ports.ts'
import type { Checkpoint } from '../../store/alert-changes.ts'

/** Trades that are held while the evaluator is being restored; beyond them the tape is read once more. */
const MOST_HELD = 500_000

/**
 * The evaluator on the live trades. While its state is being restored from the tape, trades are held and fed
 * afterwards. Nothing is done while no alert is armed.
 */
export class LiveAlerts {
  /** Whether trades are wanted at all. */
  active = false
  readonly #clock: Clock
  readonly #out: (firing: Firing) => void
  readonly #rules = new Map<AlertId, CompiledAlert>()
  #evaluator: AlertEvaluator
  /** What came while the state is being restored; null: it is there. */
  #held: (() => void)[] | null = null
  #heldTrades = 0
  /** The instant that is under way; NaN between two. */
  #open = Number.NaN
  /** All instants up to this one were fed. */
  #fedUntil = Number.NEGATIVE_INFINITY
  #clockAt = Number.NEGATIVE_INFINITY
  #cancelClose: (() => void) | null = null

  constructor(clock: Clock, out: (firing: Firing) => void) {
    this.#clock = clock
    this.#out = out
    this.#evaluator = new AlertEvaluator([], out)
  }

  get rules(): readonly CompiledAlert[] {
    return [...this.#rules.values()]
  }

  /** The last instant that was judged by the clock; minus infinity before the first. */
  get clockAt(): number {
    return this.#clockAt
  }

  add(rule: CompiledAlert): void {
    this.#rules.set(rule.id, rule)
    this.active = true
    if (this.#held === null) this.#evaluator.add(rule)
  }

  remove(id: AlertId): void {
    this.#rules.delete(id)
    this.#evaluator.remove(id)
    this.active = this.#rules.size > 0
  }

  isOn(id: AlertId): boolean {
    return this.#evaluator.isOn(id)
  }

  unknownOf(id: AlertId): readonly string[] {
    return this.#evaluator.unknownOf(id)
  }

  /**
   * Holds what comes from now on, until `release`; false when there is no end of an instant now: try again. What is
   * received before `now` was fed by then.
   */
  hold(now: number): boolean {
    if (this.#held !== null) return false
    if (this.#open < now) this.#close()
    if (!Number.isNaN(this.#open) || this.#fedUntil >= now) return false
    // A gap or a verdict that was told since is judged now: in a state that is put right it would be lost.
    if (this.#evaluator.hasBegun && this.#evaluator.needsInstants) this.#closeAt(now - 1)
    this.#held = []
    this.#heldTrades = 0
    return true
  }

  /**
   * Goes on with what was held, from its own state or from what `change` makes of it. False when more came than could
   * be held: what is on the tape since `hold` has to be looked at.
   */
  release(change: (state: Uint8Array) => Uint8Array = (state) => state): boolean {
    const held = this.#held ?? []
    const whole = this.#heldTrades <= MOST_HELD
    const state = change(this.#evaluator.save())
    this.#evaluator = AlertEvaluator.restore(this.rules, this.#out, state)
    this.#held = null
    for (const feed of held) feed()
    return whole
  }

  /** Live trades of one market, received in the instant `at`. The rows are read at once. */
  rows(market: MarketId, rows: TradeRows, at: number): void {
    if (this.#held !== null) {
      this.#hold(market, rows, at)
      return
    }
    const evaluator = this.#evaluator
    const slot = evaluator.slot(market)
    if (slot < 0) return
    if (evaluator.needsInstants && at !== this.#open) this.#begin(at)
    if (at > this.#fedUntil) this.#fedUntil = at
    evaluator.rows(slot, rows, 0, rows.count)
  }

  /** Trades of a market are missing between these match times. */
  gap(market: MarketId, from: number, to: number): void {
    if (this.#held !== null) this.#held.push(() => this.gap(market, from, to))
    else this.#evaluator.gap(market, from, to)
  }

  /** An analysis of a market came to this verdict, with this value. */
  verdict(market: MarketId, word: string, value: number): void {
    if (this.#held !== null) this.#held.push(() => this.verdict(market, word, value))
    else this.#evaluator.verdict(market, word, value)
  }

  /** Time has passed: judges what the clock alone brings about. `heard`: when each venue said something last. */
  tick(now: number, heard: () => Iterable<readonly [venue: string, at: number]>): void {
    if (this.#held !== null || !this.#evaluator.needsInstants) return
    if (this.#open < now) this.#close()
    if (!Number.isNaN(this.#open)) return
    for (const [venue, at] of heard()) this.#evaluator.heard(venue, at)
    this.#closeAt(now)
    this.#fedUntil = Math.max(this.#fedUntil, now)
  }

  /** The state between two instants; null when there is none now: ask again. */
  checkpoint(now: number): Checkpoint | null {
    if (this.#held !== null) return null
    if (this.#open < now) this.#close()
    // What is received from now on has a later instant than all that is in the state.
    if (!Number.isNaN(this.#open) || this.#fedUntil >= now) return null
    return { at: now - 1, data: this.#evaluator.save() }
  }

  stop(): void {
    this.#cancelClose?.()
    this.#cancelClose = null
    this.#close()
  }

  #begin(at: number): void {
    this.#close()
    this.#evaluator.open(at)
    this.#open = at
    this.#cancelClose ??= this.#clock.after(1, () => this.#over())
  }

  /** The instant's millisecond may be over: nothing is received in it any more. */
  #over(): void {
    this.#cancelClose = null
    if (Number.isNaN(this.#open)) return
    if (this.#open < this.#clock.now()) this.#close()
    else this.#cancelClose = this.#clock.after(1, () => this.#over())
  }

  #close(): void {
    const at = this.#open
    if (Number.isNaN(at)) return
    this.#open = Number.NaN
    this.#closeAt(at)
  }

  #closeAt(at: number): void {
    this.#evaluator.close(at)
    this.#clockAt = Math.max(this.#clockAt, at)
  }

  #hold(market: MarketId, rows: TradeRows, at: number): void {
    this.#heldTrades += rows.count
    if (this.#heldTrades > MOST_HELD) return
    const copy = new TradeRows()
    for (let row = 0; row < rows.count; row += 1)
      copy.add(
        rows.time[row] ?? Number.NaN,
        rows.price[row] ?? Number.NaN,
        rows.qty[row] ?? Number.NaN,
        rows.side[row] ?? 0,
      )
    this.#held?.push(() => this.rows(market, copy, at))
  }
}
