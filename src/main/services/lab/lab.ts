import type { LabStatus, Way, WayFigures } from '../../../shared/contract/status.ts'
import type { Market } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import type { Feed, FeedListener } from '../../ingest/feed.ts'
import { LEAD_EDGES, SourceComparison } from '../../pipeline/source-comparison.ts'
import type { Clock } from '../../ports.ts'
import type { Venue } from '../../venues/venue.ts'
import { type ConnectRelay, relayWay } from './relay-way.ts'
import { type RunningWay, restWay, type WayCost, type WayEvents, webSocketWay } from './ways.ts'

/** Polls of all ways together may take this share of the venue's budget: the tape needs the rest. */
const BUDGET_SHARE = 0.5
/** A trade has this long, and three polls of the slowest way, to be seen by every way. */
const SETTLE_MS = 5_000
/** Ways that do not run by then are left behind. */
const START_PATIENCE_MS = 20_000
const SETTLE_EVERY_MS = 500

export interface LabOptions {
  readonly clock: Clock
  /** A feed of its own for the WebSocket way. */
  readonly createFeed: (venue: Venue, listener: FeedListener) => Feed
  readonly connectRelay: ConnectRelay
  /** A comparison began or ended; in between its figures change all the time. */
  readonly changed: () => void
}

interface Measured {
  readonly way: Way
  state: WayFigures['state']
  reason: string | undefined
  running: RunningWay | null
}

const NO_COST: WayCost = { requests: 0, weight: 0, bytes: 0, cpuMs: 0 }

/** Measures several ways to get one market's trades at the same time, until it is stopped. */
export class Lab {
  readonly #options: LabOptions
  #run: LabRun | null = null

  constructor(options: LabOptions) {
    this.#options = options
  }

  /** `feed` is the venue's own, whose budget the polls share. Ends the comparison before it. */
  async start(
    market: Market,
    venue: Venue,
    feed: Feed,
    ways: readonly Way[],
  ): Promise<Outcome<null>> {
    const wrong = problemOf(ways, venue)
    if (wrong !== undefined) return fail('invalid', wrong)
    await this.stop()
    this.#run = new LabRun(this.#options, market, venue, feed, ways)
    this.#options.changed()
    return ok(null)
  }

  async stop(): Promise<void> {
    await this.#run?.stop()
    this.#options.changed()
  }

  get running(): boolean {
    return this.#run?.running === true
  }

  status(): LabStatus {
    return this.#run?.status() ?? IDLE
  }
}

const IDLE: LabStatus = {
  market: null,
  state: 'idle',
  startedAt: null,
  elapsedMs: 0,
  union: 0,
  ways: [],
  leads: [],
  notes: [],
}

function problemOf(ways: readonly Way[], venue: Venue): string | undefined {
  if (new Set(ways.map(({ id }) => id)).size < ways.length) return 'Two ways have the same name.'
  if (ways.filter(({ kind }) => kind === 'websocket').length > 1)
    return 'One WebSocket is enough: a second would bring the same.'
  for (const { kind, id, intervalMs, url } of ways) {
    if (kind === 'rest' && intervalMs === undefined) return `${id}: how often is it to be polled?`
    if (kind === 'rest' && venue.rest.trades === undefined)
      return `${venue.label} has no REST call for recent trades.`
    if (kind === 'relay' && !/^wss?:\/\/[^/]/.test(url ?? ''))
      return `${id}: a relay has an address such as ws://127.0.0.1:4000/ws?token=…`
  }
  return undefined
}

class LabRun {
  readonly #options: LabOptions
  readonly #market: Market
  readonly #feed: Feed
  readonly #comparison: SourceComparison
  readonly #measured: readonly Measured[]
  readonly #startedAt: EpochMs
  readonly #began: number
  readonly #notes: string[] = []
  readonly #cancels: (() => void)[] = []
  #elapsedMs: number | null = null

  constructor(options: LabOptions, market: Market, venue: Venue, feed: Feed, ways: readonly Way[]) {
    const { clock } = options
    this.#options = options
    this.#market = market
    this.#feed = feed
    this.#startedAt = clock.now()
    this.#began = clock.monotonic()
    const stretch = this.#stretch(venue, ways)
    const slowest = Math.max(0, ...ways.map(({ intervalMs = 0 }) => intervalMs * stretch))
    this.#comparison = new SourceComparison(ways.length, SETTLE_MS + 3 * slowest)
    this.#measured = ways.map((way) => ({
      way,
      state: 'starting',
      reason: undefined,
      running: null,
    }))
    this.#measured.forEach((measured, index) => {
      measured.running = this.#open(measured, index, venue, stretch)
    })
    this.#cancels.push(
      clock.after(START_PATIENCE_MS, () => this.#begin()),
      clock.every(SETTLE_EVERY_MS, () => this.#comparison.settle(clock.now() + this.#offset())),
    )
  }

  get running(): boolean {
    return this.#elapsedMs === null
  }

  async stop(): Promise<void> {
    if (this.#elapsedMs !== null) return
    this.#elapsedMs = this.#options.clock.monotonic() - this.#began
    for (const cancel of this.#cancels) cancel()
    await Promise.all(this.#measured.map(({ running }) => running?.stop()))
    // What not every way had its time for is left out: nobody knows whether it would have come.
    this.#comparison.settle(this.#options.clock.now() + this.#offset())
  }

  status(): LabStatus {
    const results = this.#comparison.results()
    const { union } = this.#comparison
    const uncertaintyMs = this.#feed.status().clock?.uncertaintyMs ?? null
    return {
      market: this.#market.id,
      state: this.#elapsedMs === null ? 'running' : 'stopped',
      startedAt: this.#startedAt,
      elapsedMs: this.#elapsedMs ?? this.#options.clock.monotonic() - this.#began,
      union,
      ways: this.#measured.flatMap(({ way, state, reason, running }, index) => {
        const result = results[index]
        if (result === undefined) return []
        return {
          way,
          state,
          ...(reason === undefined ? {} : { reason }),
          trades: result.seen,
          completeness: union === 0 ? null : result.seen / union,
          missed: result.missed,
          delay: result.delay,
          uncertaintyMs,
          ...(running?.cost() ?? NO_COST),
        }
      }),
      leads: this.#comparison.leads().map(({ ahead, behind, lead, counts }) => ({
        ahead: this.#measured[ahead]?.way.id ?? '',
        behind: this.#measured[behind]?.way.id ?? '',
        lead,
        histogram: { edgesMs: LEAD_EDGES, counts },
      })),
      notes: this.#notes,
    }
  }

  #open(measured: Measured, index: number, venue: Venue, stretch: number): RunningWay {
    const { clock, createFeed, connectRelay } = this.#options
    const { way } = measured
    const contiguous = venue.stream.ids === 'contiguous'
    const events: WayEvents = {
      saw: ({ key, matchTime, seenAt }) =>
        this.#comparison.saw(index, key, matchTime, seenAt + this.#offset()),
      running: () => {
        if (measured.state === 'running') return
        measured.state = 'running'
        measured.reason = undefined
        if (this.#measured.every(({ state }) => state === 'running')) this.#begin()
      },
      failed: (reason) => {
        measured.state = 'failed'
        measured.reason = reason
      },
    }
    if (way.kind === 'websocket')
      return webSocketWay(
        this.#market,
        contiguous,
        (listener) => createFeed(venue, listener),
        events,
      )
    if (way.kind === 'relay')
      return relayWay(this.#market, contiguous, way.url ?? '', connectRelay, clock, events)
    const intervalMs = (way.intervalMs ?? 1_000) * stretch
    return restWay(this.#market, contiguous, this.#feed, intervalMs, clock, events)
  }

  /** From now on trades count. Only once: a way that fails later is measured by what it misses. */
  #begin(): void {
    if (this.#comparison.running) return
    this.#comparison.begin(this.#options.clock.now() + this.#offset())
    for (const { way, state, reason } of this.#measured)
      if (state !== 'running')
        this.#notes.push(`${way.id} did not run at the start: ${reason ?? 'no answer yet'}`)
  }

  /** venue − local, as well as it is known. */
  #offset(): number {
    return this.#feed.status().clock?.offsetMs ?? 0
  }

  /** By how much all polls must slow down to stay within their share of the venue's budget. */
  #stretch(venue: Venue, ways: readonly Way[]): number {
    const weight = venue.rest.trades?.recent.weight ?? 0
    const perMs = ways.reduce(
      (sum, { kind, intervalMs }) =>
        kind === 'rest' && intervalMs !== undefined ? sum + weight / intervalMs : sum,
      0,
    )
    const allowed = (venue.rest.budget.weight / venue.rest.budget.perMs) * BUDGET_SHARE
    if (perMs <= allowed) return 1
    const stretch = perMs / allowed
    this.#notes.push(
      `Polling is ${stretch.toFixed(1)} times slower than asked for, to keep half of the budget of ${venue.label} for the tape.`,
    )
    return stretch
  }
}
