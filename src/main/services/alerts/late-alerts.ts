import type { AlertEvent, LateCause } from '../../../shared/contract/alerts.ts'
import { marketsOf } from '../../../shared/domain/alert.ts'
import type { Gap, GapCause } from '../../../shared/domain/ledger.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { mergeStates } from '../../pipeline/alerts/alert-state.ts'
import type { CompiledAlert } from '../../pipeline/alerts/compiled-alert.ts'
import type { Firing } from '../../pipeline/alerts/firing.ts'
import { reachOf } from '../../pipeline/alerts/reach.ts'
import type { StretchGap, StretchRequest, StretchResult } from '../../pipeline/alerts/stretch.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { AlertChange, KeptAlert, MissedStretch } from '../../store/alert-changes.ts'
import type { TradeStore } from '../../store/store.ts'
import { KnownFirings } from './known-firings.ts'
import type { LiveAlerts } from './live-alerts.ts'
import type { EvaluateTape } from './tape-evaluation.ts'

/** An evaluation begins so long before what it is for, at least, so that what holds by then is known. */
const WARM_MS = 3_600_000
/** What was matched so long ago was received by now, milliseconds. */
const SETTLED_MS = 30_000
/** Clocks of venues may be ahead by so much. */
const SKEW_MS = 600_000
const RETRY_MS = 30_000
/** The log is read so far beyond the firings that are looked for. */
const MARGIN_MS = 10_000
const LOG_PAGE = 1_000
const MOST_GAPS = 1_000

const CAUSES: Readonly<Record<GapCause, LateCause>> = {
  asleep: 'asleep',
  stopped: 'not-running',
  disconnect: 'disconnected',
  stall: 'disconnected',
  outage: 'disconnected',
  sequence: 'back-filled',
  overload: 'back-filled',
  disk: 'back-filled',
  mismatch: 'back-filled',
}

export const lateCauseOf = (gap: Gap): LateCause => CAUSES[gap.cause]

/** An alert that looks at what was missed. */
export interface WatchingAlert {
  readonly alert: KeptAlert
  readonly rule: CompiledAlert
}

export interface LateAlertsOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Pick<TradeStore, 'alertLog' | 'flushed' | 'gaps'>
  /** Hands over to the store what waits. */
  readonly flush: () => void
  readonly evaluate: EvaluateTape
  /** Alerts that are armed, or fired their single time since they were. */
  readonly watching: () => readonly WatchingAlert[]
  /** What fired lately, whether it is on the disk yet or not. */
  readonly recent: () => readonly AlertEvent[]
  readonly note: (change: AlertChange) => void
  /** The live evaluator. */
  readonly live: Pick<LiveAlerts, 'hold' | 'release' | 'clockAt'>
  /** More came while trades were held than could be: what is on the tape since then has to be looked at. */
  readonly held: (markets: readonly MarketId[], since: number) => void
  /** Firings that nobody knew of; in order. */
  readonly found: (firings: readonly Firing[], cause: LateCause) => void
}

interface Pending {
  readonly stretch: MissedStretch
  dueAt: number
}

/**
 * Evaluates what was missed when it has come onto the tape after all: in the order in which it happened, from before the
 * stretch until no window looks back on it. One stretch at a time, beside the ingest. What is pending is on the
 * disk, so that a crash forgets none.
 */
export class LateAlerts {
  readonly #options: LateAlertsOptions
  readonly #pending = new Map<number, Pending>()
  readonly #abort = new AbortController()
  #running = false

  constructor(options: LateAlertsOptions) {
    this.#options = options
  }

  get pending(): number {
    return this.#pending.size
  }

  /** Takes up what an earlier run left. */
  resume(stretches: readonly MissedStretch[]): void {
    const dueAt = this.#options.clock.now()
    for (const stretch of stretches) this.#pending.set(stretch.gap, { stretch, dueAt })
  }

  /** What was missing is on the tape, or about to be with the next batch. */
  missed(stretch: MissedStretch): void {
    if (this.#watchers(stretch.market).length === 0) return
    this.#options.note({ t: 'missed', stretch })
    this.#pending.set(stretch.gap, { stretch, dueAt: this.#options.clock.now() })
  }

  tick(): void {
    if (this.#running) return
    const now = this.#options.clock.now()
    const due = [...this.#pending.values()].find(({ dueAt }) => dueAt <= now)
    if (due === undefined) return
    this.#running = true
    void this.#evaluate(due).finally(() => {
      this.#running = false
    })
  }

  stop(): void {
    this.#abort.abort()
  }

  /** Alerts that look at a market, at a market that one of these looks at, and so on: they share windows. */
  #watchers(market: MarketId): readonly WatchingAlert[] {
    const markets = new Set([market])
    const left = new Set(this.#options.watching())
    const found: WatchingAlert[] = []
    for (let size = -1; size !== found.length; ) {
      size = found.length
      for (const each of left) {
        const own = marketsOf(each.rule.condition)
        if (!own.some((one) => markets.has(one))) continue
        for (const one of own) markets.add(one)
        found.push(each)
        left.delete(each)
      }
    }
    return found
  }

  async #evaluate(pending: Pending): Promise<void> {
    const { clock, log, note } = this.#options
    const { stretch } = pending
    const watchers = this.#watchers(stretch.market)
    const problem = watchers.length === 0 ? null : await this.#judge(stretch, watchers)
    if (this.#abort.signal.aborted) return
    if (problem !== null) {
      log.warn('alerts.late-failed', { market: stretch.market, reason: problem })
      pending.dueAt = clock.now() + RETRY_MS
      return
    }
    // Told anew meanwhile: there is more on the tape now.
    if (this.#pending.get(stretch.gap) !== pending) return
    this.#pending.delete(stretch.gap)
    note({ t: 'judged', gap: stretch.gap })
  }

  /** Null when it was done; else why not. */
  async #judge(stretch: MissedStretch, watchers: readonly WatchingAlert[]): Promise<string | null> {
    const written = await this.#written()
    if (written !== null) return written
    const reach = Math.max(...watchers.map(({ rule }) => reachOf(rule.condition)))
    const tail = Math.max(WARM_MS, reach)
    const markets = [...new Set(watchers.flatMap(({ rule }) => marketsOf(rule.condition)))]
    const from = stretch.from - Math.max(WARM_MS, 2 * reach)
    const now = this.#options.clock.now()
    const isRecent = stretch.to + tail >= now
    const plan: StretchRequest = {
      // Cooldowns go by what was told, and that the evaluation does not know.
      rules: watchers.map(({ rule }) => ({ ...rule, cooldownMs: 0, rearm: 'auto' as const })),
      ...{ markets, from, to: isRecent ? now + SKEW_MS : stretch.to + tail + 1 },
      order: 'exchange',
      begin: null,
      gaps: await this.#gaps(markets, from, now),
      until: isRecent ? now - SETTLED_MS : Number.POSITIVE_INFINITY,
      receivedBefore: Number.POSITIVE_INFINITY,
      save: isRecent,
    }
    const before = await this.#options.evaluate(plan, this.#abort.signal)
    if (!before.ok) return before.failure.message
    return isRecent
      ? await this.#catchUp(stretch, watchers, plan, before.value)
      : await this.#tell(stretch, watchers, [before.value])
  }

  /**
   * Evaluates the last moments while live trades are held, and lets the live evaluator go on from what came of it: its
   * windows have what was missing in them from then on.
   */
  async #catchUp(
    stretch: MissedStretch,
    watchers: readonly WatchingAlert[],
    plan: StretchRequest,
    before: StretchResult,
  ): Promise<string | null> {
    const { live, evaluate, held } = this.#options
    const receivedBefore = await this.#hold()
    let rebuilt: Uint8Array | null = null
    try {
      const written = await this.#written()
      if (written !== null) return written
      const rest = await evaluate(
        {
          ...plan,
          from: Math.max(plan.from, plan.until),
          begin: before.state === null ? null : { after: plan.until - 1, state: before.state },
          until: Number.POSITIVE_INFINITY,
          receivedBefore,
          ...(Number.isFinite(live.clockAt) && { clockTo: live.clockAt }),
        },
        this.#abort.signal,
      )
      if (!rest.ok) return rest.failure.message
      const problem = await this.#tell(stretch, watchers, [before, rest.value])
      if (problem === null) rebuilt = rest.value.state
      return problem
    } finally {
      const state = rebuilt
      const whole = live.release((own) => (state === null ? own : mergeStates(own, state)))
      if (!whole) held(plan.markets, receivedBefore)
    }
  }

  /** Answers with the time from which on trades are held. */
  async #hold(): Promise<number> {
    const { clock, live } = this.#options
    for (;;) {
      const now = clock.now()
      if (live.hold(now)) return now
      await new Promise<void>((resolve) => void clock.after(1, resolve))
    }
  }

  /** Null when all that came is on the disk; else why not. */
  async #written(): Promise<string | null> {
    this.#options.flush()
    const written = await this.#options.store.flushed()
    return written.ok ? null : written.failure.message
  }

  async #tell(
    { from, to, cause }: MissedStretch,
    watchers: readonly WatchingAlert[],
    results: readonly StretchResult[],
  ): Promise<string | null> {
    const firings = results.flatMap((result) => result.firings).filter(({ at }) => at >= from)
    const first = Math.min(...results.map((result) => result.first ?? Number.POSITIVE_INFINITY))
    const known = await this.#known(firings, watchers)
    if (known === null) return 'the log of alerts cannot be read'
    const byId = new Map(watchers.map((each) => [each.alert.id, each]))
    const found: Firing[] = []
    for (const firing of firings) {
      const watcher = byId.get(firing.alert)
      if (watcher === undefined) continue
      const { rule, alert } = watcher
      const { at } = firing
      if (at > to + influenceOf(rule)) continue
      // Where the tape begins nobody can say what became true and what was so before.
      if (at === from && first >= from) continue
      if (alert.armedAt === null || at < alert.armedAt) continue
      const since = alert.rearm === 'once' ? alert.armedAt : null
      const { cooldownMs, isPerTrade } = rule
      if (known.covers(firing, { cooldownMs, isPerTrade, since })) continue
      found.push(firing)
      known.add(asKnown(firing))
    }
    if (found.length > 0) this.#options.found(found, cause)
    return null
  }

  /** What is still missing there hides part of the windows. */
  async #gaps(
    markets: readonly MarketId[],
    from: number,
    to: number,
  ): Promise<readonly StretchGap[]> {
    const asked = await Promise.all(
      markets.map((market) =>
        this.#options.store.gaps({
          market,
          from: epochMs(from),
          to: epochMs(to),
          limit: MOST_GAPS,
        }),
      ),
    )
    return asked
      .flatMap((answer) => (answer.ok ? answer.value : []))
      .filter(({ state }) => state !== 'filled')
      .map((gap) => ({ market: gap.market, from: gap.from, to: gap.to, at: gap.to }))
  }

  /** What the log says of the time of these firings, a cooldown before it included; null when it cannot be read. */
  async #known(
    firings: readonly Firing[],
    watchers: readonly WatchingAlert[],
  ): Promise<KnownFirings | null> {
    const known = new KnownFirings([])
    const [earliest, latest] = span(firings)
    if (earliest > latest) return known
    const before = Math.max(
      MARGIN_MS,
      ...watchers.map(({ rule, alert }) =>
        rule.rearm === 'once' && alert.armedAt !== null
          ? earliest - alert.armedAt
          : rule.cooldownMs,
      ),
    )
    const [from, to] = [epochMs(earliest - before), epochMs(latest + MARGIN_MS)]
    for (let before: number | undefined; ; ) {
      const page = await this.#options.store.alertLog({
        ...{ limit: LOG_PAGE, from, to },
        ...(before !== undefined && { before }),
      })
      if (!page.ok) return null
      for (const event of page.value) known.add(event)
      before = page.value.at(-1)?.id
      if (page.value.length < LOG_PAGE) break
    }
    for (const event of this.#options.recent()) known.add(event)
    return known
  }
}

/**
 * How long after a stretch what was missed in it may still decide whether a condition becomes true, ms: not only while
 * windows look back on it, for what held wrongly by then holds on.
 */
const influenceOf = ({ condition }: CompiledAlert): number => Math.max(WARM_MS, reachOf(condition))

function span(firings: readonly Firing[]): readonly [from: number, to: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { at } of firings) {
    if (at < from) from = at
    if (at > to) to = at
  }
  return [from, to]
}

const asKnown = ({ alert, at, market, time }: Firing): AlertEvent => ({
  ...{ id: 0, alert, market, name: '', expr: '', severity: 'info' },
  at: epochMs(at),
  time: epochMs(time),
  price: Number.NaN,
  values: {},
  late: null,
  notifiedMs: null,
  deliveries: [],
})
