import type {
  AlertDraft,
  AlertEvent,
  AlertsState,
  AlertView,
  LateCause,
} from '../../../shared/contract/alerts.ts'
import { type AlertId, hearsVerdicts, marketsOf } from '../../../shared/domain/alert.ts'
import type { Gap } from '../../../shared/domain/ledger.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import type { TradeRows } from '../../../shared/domain/trade-rows.ts'
import type { Firing } from '../../pipeline/alerts/firing.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { AlertBook, AlertChange, AlertLogQuery, KeptAlert } from '../../store/alert-changes.ts'
import type { TradeStore } from '../../store/store.ts'
import { Topic } from '../topic.ts'
import type { AlertDeliveries } from './alert-deliveries.ts'
import { AlertList, type Entry } from './alert-list.ts'
import { Checkpoints } from './checkpoints.ts'
import { LateAlerts, lateCauseOf } from './late-alerts.ts'
import { LiveAlerts } from './live-alerts.ts'
import { PendingChanges } from './pending-changes.ts'
import { RecentFirings } from './recent-firings.ts'
import { restoreAlerts } from './restoration.ts'
import type { EvaluateTape } from './tape-evaluation.ts'

/** A firing of the clock that is told so much later than it was due: nobody was there to tell it. */
const LATE_MS = 10_000
const STATE_MS = 250

export interface AlertsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Pick<TradeStore, 'alertBook' | 'alertLog' | 'flushed' | 'gaps' | 'health'>
  /** Hands over to the store what waits. */
  readonly flush: () => void
  readonly evaluate: EvaluateTape
  /** When each venue said something last, epoch ms. */
  readonly heard: () => Iterable<readonly [venue: string, at: number]>
  /** What becomes of the firings; they are in the log with the deliveries that it answers with. */
  readonly deliver: AlertDeliveries
  /** One fired just now, of a trade or of the clock; not the late ones, nor what a verdict fired. */
  readonly fired?: (market: MarketId) => void
}

/**
 * Alerts: what people wrote down, what fired, and what would have. All that has to be on the disk goes there with the
 * batch of trades that it came from (`drain`).
 */
export class Alerts {
  readonly state: Topic<AlertsState>
  readonly #options: AlertsOptions
  readonly #list: AlertList
  readonly #live: LiveAlerts
  readonly #late: LateAlerts
  readonly #recent = new RecentFirings()
  /** Gaps that the evaluator was told of, and how far they reached. */
  readonly #told = new Map<number, string>()
  readonly #changes = new PendingChanges()
  #lastEventId = 0
  #unseen = 0
  readonly #checkpoints: Checkpoints
  #dirty = false
  /** Of the trades that are being evaluated; null: the clock is. */
  #receivedAt: number | null = null
  /** The state is restored. */
  #ready = false
  /** Single-time alerts that fired and are still in the evaluator. */
  #spent: AlertId[] = []

  constructor(options: AlertsOptions) {
    this.#options = options
    this.#live = new LiveAlerts(options.clock, (firing) => this.#fired(firing))
    this.#list = new AlertList(options.clock, this.#live)
    this.#checkpoints = new Checkpoints(this.#live, (change) => this.note(change))
    this.#late = new LateAlerts({
      ...options,
      live: this.#live,
      held: (markets, since) => this.#missedSince(markets, since),
      watching: () => this.#list.all.filter(({ alert }) => alert.armed || alert.spentAt !== null),
      recent: () => this.#recent.all,
      note: (change) => {
        if (change.t === 'judged') this.#checkpoints.judged(change)
        else this.note(change)
      },
      found: (firings, cause) => this.#found(firings, cause),
    })
    this.state = new Topic(STATE_MS, () => this.#stateNow())
  }

  /** Whether trades are wanted: false while no alert is armed. */
  get active(): boolean {
    return this.#live.active
  }

  /**
   * Takes up what the last run left. Resolves when trades and gaps may come; the state of the evaluator is restored from
   * the tape meanwhile, and what comes is held until then.
   */
  async start(): Promise<void> {
    const { store, log, clock, deliver } = this.#options
    this.#live.hold(clock.now())
    const asked = await store.alertBook()
    if (!asked.ok) {
      log.error('alerts.unreadable', { reason: asked.failure.message })
      this.#live.release()
      return
    }
    const book = asked.value
    this.#lastEventId = book.lastEventId
    this.#unseen = book.unseen
    this.#list.load(book, log)
    for (const { alert, rule } of this.#list.all) if (alert.armed) this.#live.add(rule)
    deliver.resume(book.open, book.pausedUntil)
    this.#late.resume(book.stretches)
    this.#dirty = true
    void this.#restore(book, clock.now())
  }

  /** Live trades of one market, received in the instant `at`. */
  rows(market: MarketId, rows: TradeRows, at: number): void {
    this.#receivedAt = at
    this.#live.rows(market, rows, at)
    this.#receivedAt = null
  }

  /** The ledger has news of a gap; called before the batch that filled it is handed over. */
  gap(gap: Gap): void {
    if (!this.#live.active && this.#list.size === 0) return
    const reach = `${gap.from} ${gap.to}`
    if (gap.state === 'open' && this.#told.get(gap.id) !== reach) {
      this.#told.set(gap.id, reach)
      this.#live.gap(gap.market, Math.min(gap.from, gap.to), Math.max(gap.from, gap.to))
    }
    const isOver = gap.state === 'lost' || gap.state === 'cancelled'
    if (gap.state !== 'filled' && !(isOver && gap.recovered > 0)) return
    this.#told.delete(gap.id)
    this.#late.missed({
      gap: gap.id,
      market: gap.market,
      from: epochMs(Math.min(gap.from, gap.to)),
      to: epochMs(Math.max(gap.from, gap.to)),
      cause: lateCauseOf(gap),
    })
  }

  /** An analysis of a market came to this verdict, with this value. What is not on the tape is judged once, now. */
  verdict(market: MarketId, word: string, value: number): void {
    if (this.#live.active) this.#live.verdict(market, word, value)
  }

  /** Everything for the store since the last call: goes into the transaction of the trades it came from. */
  drain(): readonly AlertChange[] {
    return this.#changes.drain()
  }

  note(change: AlertChange): void {
    this.#changes.note(change)
  }

  /** Time has passed; four times a second. */
  tick(): void {
    const { clock, store } = this.#options
    const now = clock.now()
    const isDue = this.#checkpoints.isDue(now)
    // Before the clock is looked at: then this millisecond has begun, and there is no state before it any more.
    if (this.#live.active && isDue && store.health().state === 'ok') this.#checkpoint(now)
    if (this.#live.active) this.#live.tick(now, this.#options.heard)
    for (const id of this.#spent.splice(0))
      if (this.#list.get(id)?.alert.armed === false) this.#live.remove(id)
    if (this.#ready) this.#late.tick()
    if (this.#dirty) {
      this.#dirty = false
      this.state.refresh()
    }
  }

  stop(): void {
    this.#late.stop()
    this.#live.stop()
    if (this.#live.active) this.#checkpoint(this.#options.clock.now() + 1)
  }

  /** Makes an alert, or changes one; `name` falls back to the condition. */
  save(id: AlertId | undefined, draft: AlertDraft): Outcome<AlertView> {
    const saved = this.#list.save(id, draft)
    if (!saved.ok) return saved
    const { alert } = saved.value
    if (alert.armed) this.#arm(saved.value)
    this.#keep(alert)
    return ok(this.#list.viewOf(saved.value))
  }

  arm(id: AlertId, armed: boolean): Outcome<AlertView> {
    const entry = this.#list.get(id)
    if (entry === undefined) return fail('not-found', `There is no alert ${id}.`)
    if (entry.alert.armed === armed) return ok(this.#list.viewOf(entry))
    const now = this.#options.clock.now()
    const { expiresAt } = entry.alert
    if (armed && expiresAt !== null && expiresAt <= now)
      return fail('invalid', 'It has expired: give it a later end, or none.')
    entry.alert = armed
      ? { ...entry.alert, armed, armedAt: now, spentAt: null }
      : { ...entry.alert, armed, spentAt: null }
    if (armed) this.#arm(entry)
    else this.#live.remove(id)
    this.#keep(entry.alert)
    return ok(this.#list.viewOf(entry))
  }

  remove(id: AlertId): Outcome<AlertView> {
    const entry = this.#list.get(id)
    if (entry === undefined) return fail('not-found', `There is no alert ${id}.`)
    const view = this.#list.viewOf(entry)
    this.#live.remove(id)
    this.#list.remove(id)
    this.note({ t: 'removed', id })
    this.#settle()
    return ok(view)
  }

  async log(query: AlertLogQuery): Promise<Outcome<readonly AlertEvent[]>> {
    this.#options.flush()
    const { store } = this.#options
    await store.flushed()
    return store.alertLog(query)
  }

  seen(): Outcome<null> {
    this.note({ t: 'seen', through: this.#lastEventId })
    this.#unseen = 0
    this.#settle()
    return ok(null)
  }

  pause(until: EpochMs | null): Outcome<null> {
    this.#options.deliver.pause(until)
    this.note({ t: 'paused', until })
    this.#settle()
    return ok(null)
  }

  /** Markets that armed alerts look at. */
  markets(): ReadonlySet<MarketId> {
    return new Set(this.#live.rules.flatMap(({ condition }) => marketsOf(condition)))
  }

  get views(): readonly AlertView[] {
    return this.#list.all.map((entry) => this.#list.viewOf(entry))
  }

  // What a run left, and what it did not come to.

  async #restore({ checkpoint }: AlertBook, until: number): Promise<void> {
    const { rules } = this.#live
    if (rules.length > 0) {
      const { state, missing } = await restoreAlerts({
        ...this.#options,
        ...{ rules, checkpoint, until },
        alertOf: ({ alert }) => this.#list.get(alert)?.alert,
      })
      // What the clock brought about after the last trade is not on the tape: it would be told again.
      await this.#recent.load(this.#options.store)
      if (missing.length > 0) this.#found(missing, 'not-running')
      if (!this.#live.release((own) => state ?? own)) this.#missedSince([...this.markets()], until)
    } else this.#live.release()
    this.#ready = true
  }

  /** More came during the restoration than could be held. */
  #missedSince(markets: readonly MarketId[], since: number): void {
    const now = this.#options.clock.now()
    markets.forEach((market, index) => {
      const stretch = { market, from: epochMs(since), to: now, cause: 'back-filled' } as const
      this.#late.missed({ ...stretch, gap: -(now * 1_000 + index) })
    })
  }

  // Firings.

  #fired(firing: Firing): void {
    const entry = this.#list.get(firing.alert)
    if (entry === undefined) return
    const now = this.#options.clock.now()
    const { isPerTrade } = entry.rule
    const late =
      !isPerTrade && now - firing.at > LATE_MS
        ? ({ cause: 'asleep', learnedAt: now } as const)
        : null
    const event = this.#log(entry, firing, late)
    if (event === null) return
    this.#options.deliver.send([event], late === null ? (this.#receivedAt ?? firing.at) : null)
    if (late === null && !hearsVerdicts(entry.rule.condition)) this.#options.fired?.(event.market)
  }

  #found(firings: readonly Firing[], cause: LateCause): void {
    const learnedAt = this.#options.clock.now()
    const events = firings.flatMap((firing) => {
      const entry = this.#list.get(firing.alert)
      const event = entry && this.#log(entry, firing, { cause, learnedAt })
      return event ?? []
    })
    if (events.length > 0) this.#options.deliver.send(events, null)
  }

  /** Null when it is in the log already. */
  #log(entry: Entry, firing: Firing, late: AlertEvent['late']): AlertEvent | null {
    const { alert } = entry
    const { at, market } = firing
    if (this.#recent.has(firing)) return null
    const now = this.#options.clock.now()
    this.#lastEventId = Math.max(this.#lastEventId + 1, now * 1_000)
    const event: AlertEvent = {
      id: this.#lastEventId,
      ...{ alert: alert.id, name: alert.name, severity: alert.severity },
      expr: entry.rule.text,
      at: epochMs(at),
      market,
      time: epochMs(firing.time),
      price: firing.price,
      values: firing.values,
      late,
      notifiedMs: null,
      deliveries: this.#options.deliver.queued(alert),
    }
    this.note({ t: 'fired', event })
    this.#recent.add(event)
    this.#list.count(entry, event)
    this.#unseen += 1
    this.#dirty = true
    if (alert.rearm === 'once') this.#spend(entry, now)
    return event
  }

  #spend(entry: Entry, now: EpochMs): void {
    entry.alert = { ...entry.alert, armed: false, spentAt: now }
    this.note({ t: 'alert', alert: entry.alert })
    // Not now: the evaluator is in the middle of it.
    this.#spent.push(entry.alert.id)
  }

  // Alerts.

  #arm(entry: Entry): void {
    this.#live.remove(entry.alert.id)
    this.#live.add(entry.rule)
  }

  /** Keeps an alert, and soon the state of the evaluator with it: a restart goes on from there. */
  #keep(alert: KeptAlert): void {
    this.note({ t: 'alert', alert })
    this.#checkpoints.soon()
    this.#settle()
  }

  #settle(): void {
    if (!this.#live.active) this.note({ t: 'checkpoint', checkpoint: null })
    this.#options.flush()
    this.state.refresh()
  }

  #checkpoint(now: number): void {
    if (this.#checkpoints.take(now)) this.#options.flush()
  }

  #stateNow(): AlertsState {
    return {
      alerts: this.views,
      pausedUntil: this.#options.deliver.pausedUntil,
      unseen: this.#unseen,
    }
  }
}
