import {
  type CompiledAlert,
  compileAlert,
} from '../../../../src/main/pipeline/alerts/compiled-alert.ts'
import type { Firing } from '../../../../src/main/pipeline/alerts/firing.ts'
import {
  evaluateStretch,
  type StretchRequest,
} from '../../../../src/main/pipeline/alerts/stretch.ts'
import { Batcher } from '../../../../src/main/pipeline/batcher.ts'
import type { Clock } from '../../../../src/main/ports.ts'
import { Alerts } from '../../../../src/main/services/alerts/alerts.ts'
import type {
  AlertBook,
  AlertChange,
  AlertLogQuery,
  KeptAlert,
  MissedStretch,
} from '../../../../src/main/store/alert-changes.ts'
import type { AlertDraft, AlertEvent } from '../../../../src/shared/contract/alerts.ts'
import type { Gap, GapCause } from '../../../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { type Outcome, ok } from '../../../../src/shared/domain/outcome.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { TradeRows } from '../../../../src/shared/domain/trade-rows.ts'
import { FakeStore, manualClock, silent } from '../fakes.ts'

/** One trade as it truly was. */
export interface TrueTrade {
  readonly id: number
  readonly market: MarketId
  readonly time: number
  readonly price: number
  readonly qty: number
  readonly side: 0 | 1
}

interface StoredTrade extends TrueTrade {
  readonly receiveTime: number
  readonly late: boolean
}

/** What is on the disk: changed by whole transactions only. */
class Disk {
  readonly trades = new Map<number, StoredTrade>()
  readonly gaps = new Map<number, Gap>()
  readonly alerts = new Map<string, KeptAlert>()
  readonly events = new Map<string, AlertEvent>()
  readonly stretches = new Map<number, MissedStretch>()
  checkpoint: AlertBook['checkpoint'] = null

  commit(trades: readonly StoredTrade[], gaps: readonly Gap[], changes: readonly AlertChange[]) {
    for (const trade of trades) if (!this.trades.has(trade.id)) this.trades.set(trade.id, trade)
    for (const gap of gaps) this.gaps.set(gap.id, gap)
    for (const change of changes) this.apply(change)
  }

  private apply(change: AlertChange): void {
    if (change.t === 'alert') this.alerts.set(change.alert.id, change.alert)
    if (change.t === 'checkpoint') this.checkpoint = change.checkpoint
    if (change.t === 'missed') this.stretches.set(change.stretch.gap, change.stretch)
    if (change.t === 'judged') this.stretches.delete(change.gap)
    if (change.t !== 'fired') return
    const { alert, at, market } = change.event
    const key = `${alert} ${at} ${market}`
    if (!this.events.has(key)) this.events.set(key, change.event)
  }

  book(): AlertBook {
    const ids = [...this.events.values()].map(({ id }) => id)
    return {
      alerts: [...this.alerts.values()],
      counts: [],
      unseen: 0,
      open: [],
      stretches: [...this.stretches.values()],
      checkpoint: this.checkpoint,
      pausedUntil: null,
      lastEventId: Math.max(0, ...ids),
    }
  }

  log({ limit, before, from, to }: AlertLogQuery): readonly AlertEvent[] {
    return [...this.events.values()]
      .filter(
        ({ id, at }) =>
          id < (before ?? Number.POSITIVE_INFINITY) &&
          at >= (from ?? 0) &&
          at < (to ?? Number.POSITIVE_INFINITY),
      )
      .sort((a, b) => b.id - a.id)
      .slice(0, limit)
  }
}

/** Trades of some markets as the reader of a store gives them. */
export function readerOf(
  trades: readonly (TrueTrade & { receiveTime?: number; late?: boolean })[],
) {
  return {
    inverse: () => [],
    batches: ({
      markets,
      from,
      to,
    }: {
      markets: readonly MarketId[]
      from: number
      to: number
    }) => {
      const chosen = trades
        .filter(({ market, time }) => markets.includes(market) && time >= from && time < to)
        .sort((a, b) => a.time - b.time || a.id - b.id)
      const batcher = new Batcher(Math.max(1, chosen.length))
      for (const { id, market, time, price, qty, side, receiveTime, late } of chosen)
        batcher.add({
          ...{ market, id: String(id), price: String(price), qty: String(qty), buy: side === 0 },
          ...{ exchangeTime: time, exchangeMicros: -1, receiveTime: receiveTime ?? time },
          ...{ matches: 1, origin: late === true ? 'backfill' : 'stream' },
        })
      const columns = batcher.take()
      return columns === null ? [] : [{ columns }]
    },
  }
}

const DELAY_MS = 20

/** The engine around the alerts, as far as they can tell: trades, a store, gaps and their back-fill, crashes. */
export class AlertWorld {
  readonly disk = new Disk()
  readonly truth: TrueTrade[] = []
  readonly time = manualClock()
  /** How far the clock of this computer is ahead of the venues'. */
  skew = 0
  private readonly clock: Clock = {
    ...this.time.clock,
    now: () => epochMs(this.time.clock.now() + this.skew),
  }
  alerts: Alerts
  /** Whether jobs come to an end; while not, they wait. */
  slow = false
  private waitingJobs: (() => void)[] = []
  private trades: StoredTrade[] = []
  private gaps: Gap[] = []
  private open: Gap[] = []
  private connected = true
  private cause: GapCause = 'disconnect'
  /** Venues from which something comes all the time, trades or not. */
  readonly heard: string[] = []
  private readonly lastSeen = new Map<MarketId, number>()
  /** Markets of which trades were missed since the last that was seen. */
  private readonly missed = new Map<MarketId, boolean>()
  private generation = 0
  /** Firings that were told a second time by one run. */
  readonly toldTwice: AlertEvent[] = []
  private toldBefore = new Set<string>()
  private lastGap = 0

  constructor() {
    this.alerts = this.make()
  }

  get now(): number {
    return this.clock.now()
  }

  private make(): Alerts {
    const generation = this.generation
    const mine = () => generation === this.generation
    const never = new Promise<never>(() => {})
    const answer = async <T>(value: () => T): Promise<Outcome<T>> => (mine() ? ok(value()) : never)
    return new Alerts({
      clock: this.clock,
      log: silent,
      store: {
        alertBook: () => answer(() => this.disk.book()),
        alertLog: (query) => answer(() => this.disk.log(query)),
        flushed: () => answer(() => null),
        gaps: ({ market }) =>
          answer(() => [...this.disk.gaps.values()].filter((gap) => gap.market === market)),
        health: () => new FakeStore().health(),
      },
      flush: () => {
        if (mine()) this.flush()
      },
      evaluate: async (request: StretchRequest) => {
        if (this.slow) await new Promise<void>((resolve) => this.waitingJobs.push(resolve))
        return answer(() => evaluateStretch(readerOf([...this.disk.trades.values()]), request))
      },
      heard: () => this.heard.map((venue) => [venue, this.now] as const),
      deliver: {
        queued: () => [],
        send: (events) => {
          if (mine()) for (const event of events) this.told(event)
        },
        resume: () => {},
        pause: () => {},
        pausedUntil: null,
      },
    })
  }

  async start(): Promise<void> {
    await this.alerts.start()
    await settle()
  }

  arm(draft: AlertDraft): void {
    const saved = this.alerts.save(undefined, draft)
    if (!saved.ok) throw new Error(saved.failure.message)
    this.alerts.arm(saved.value.id, true)
    this.tick(250)
  }

  /** Those that fired their single time count again from now on. */
  rearm(): void {
    for (const { id, rearm, armed } of this.alerts.views)
      if (rearm === 'once' && !armed) this.alerts.arm(id, true)
  }

  /** One that is armed is changed: `edited` gives what it is from now on; undefined leaves it. */
  edit(edited: (expr: string) => AlertDraft | undefined): void {
    for (const { id, expr, armed } of this.alerts.views) {
      const draft = armed ? edited(expr) : undefined
      if (draft === undefined) continue
      const saved = this.alerts.save(id, draft)
      if (!saved.ok) throw new Error(saved.failure.message)
    }
  }

  tick(ms: number): void {
    this.time.advance(ms)
    this.alerts.tick()
  }

  /** A trade happens; it is heard if there is a connection. */
  trade(trade: Omit<TrueTrade, 'id' | 'time'>): void {
    this.time.advance(1)
    const made = { ...trade, id: this.truth.length + 1, time: this.time.clock.now() - DELAY_MS }
    this.truth.push(made)
    if (!this.connected) {
      this.missed.set(made.market, true)
      return
    }
    if (this.missed.get(made.market) === true) this.openGap(made)
    this.lastSeen.set(made.market, made.time)
    const rows = new TradeRows()
    rows.add(made.time, made.price, made.qty, made.side)
    if (this.alerts.active) this.alerts.rows(made.market, rows, this.now)
    this.trades.push({ ...made, receiveTime: this.now, late: false })
  }

  private openGap({ market, time }: TrueTrade): void {
    this.missed.set(market, false)
    this.lastGap += 1
    const gap: Gap = {
      ...{ id: this.lastGap, market, cause: this.cause, state: 'open' },
      from: epochMs(this.lastSeen.get(market) ?? time - 1),
      to: epochMs(time),
      ...{ firstSeq: null, lastSeq: null, missing: null, recovered: 0, closedAt: null },
      openedAt: epochMs(this.now),
    }
    this.open.push(gap)
    this.tell(gap)
  }

  private tell(gap: Gap): void {
    this.gaps.push(gap)
    this.alerts.gap(gap)
  }

  disconnect(asleepMs: number): void {
    if (!this.connected) return
    this.connected = false
    this.cause = asleepMs > 0 ? 'asleep' : 'disconnect'
    if (asleepMs > 0) this.time.advance(asleepMs)
  }

  connect(): void {
    this.connected = true
  }

  /** What was missing in the oldest gap comes; with a commit in the midst of it or not. */
  fill(halfway: boolean): void {
    const gap = this.open.shift()
    if (gap === undefined) return
    const missing = this.truth.filter(
      ({ id, market, time }) =>
        market === gap.market &&
        time >= gap.from &&
        time <= gap.to &&
        !this.disk.trades.has(id) &&
        !this.trades.some((each) => each.id === id),
    )
    for (const trade of missing) this.trades.push({ ...trade, receiveTime: this.now, late: true })
    if (halfway) this.flush()
    this.tell({ ...gap, state: 'filled', recovered: missing.length, closedAt: epochMs(this.now) })
  }

  private told(event: AlertEvent): void {
    const key = `${event.alert} ${event.at} ${event.market}`
    if (this.toldBefore.has(key)) this.toldTwice.push(event)
    this.toldBefore.add(key)
  }

  flush(): void {
    const changes = this.alerts.drain()
    this.disk.commit(this.trades, this.gaps, changes)
    this.trades = []
    this.gaps = []
  }

  /** The state of the evaluator goes to the disk, with all that is waiting. */
  checkpoint(): void {
    this.time.advance(300_000)
    this.alerts.tick()
    this.flush()
  }

  /** What is not on the disk is lost; a new run finds what is there. */
  async crash(): Promise<void> {
    this.generation += 1
    // What is on the disk was told; what was lost with the run may be told again.
    this.toldBefore = new Set(this.disk.events.keys())
    this.trades = []
    this.gaps = []
    this.alerts = this.make()
    for (const market of new Set(this.truth.map((trade) => trade.market))) {
      const stored = [...this.disk.trades.values()].filter(
        (each) => each.market === market && !each.late,
      )
      this.lastSeen.set(market, Math.max(0, ...stored.map(({ time }) => time)))
      this.missed.set(market, true)
    }
    this.cause = 'stopped'
    this.open = [...this.disk.gaps.values()].filter(({ state }) => state === 'open')
    this.time.advance(5)
    await this.alerts.start()
  }

  async settle(): Promise<void> {
    this.slow = false
    for (const go of this.waitingJobs.splice(0)) go()
    await settle()
  }

  /** Everything that is missing comes, and everything is looked at. */
  async finish(trade: (market: MarketId) => void, markets: readonly MarketId[]): Promise<void> {
    this.connect()
    await this.settle()
    for (const market of markets) trade(market)
    while (this.open.length > 0) this.fill(false)
    this.flush()
    for (let i = 0; i < 40; i += 1) {
      this.tick(250)
      await this.settle()
      // Holding waits for the end of a millisecond.
      this.time.advance(2)
      await this.settle()
    }
    this.flush()
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 60; i += 1) await Promise.resolve()
}

/** When the conditions became true, by the whole true tape. */
export function twinOf(
  truth: readonly TrueTrade[],
  alerts: readonly KeptAlert[],
): readonly Firing[] {
  const rules = alerts.map((alert): CompiledAlert => {
    const compiled = compileAlert(alert)
    if (!compiled.ok) throw new Error(compiled.problem.message)
    return { ...compiled.value, cooldownMs: 0, rearm: 'auto' }
  })
  return evaluateStretch(readerOf(truth), {
    rules,
    markets: [...new Set(truth.map(({ market }) => market))],
    ...{ from: 0, to: Number.MAX_SAFE_INTEGER, order: 'exchange', begin: null, gaps: [] },
    ...{ until: Number.POSITIVE_INFINITY, receivedBefore: Number.POSITIVE_INFINITY, save: false },
  }).firings
}
