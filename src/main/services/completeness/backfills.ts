import type { BackfillStatus } from '../../../shared/contract/status.ts'
import type { Market, MarketId, VenueId } from '../../../shared/domain/market.ts'
import type { Outcome } from '../../../shared/domain/outcome.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import type { Feed, Refill } from '../../ingest/feed.ts'
import type { Continuity } from '../../pipeline/continuity.ts'
import type { Missing } from '../../pipeline/continuity-missing.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { TradeStore } from '../../store/store.ts'
import type { RestTrade } from '../../venues/venue.ts'
import { holeOf } from './hole.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** Pauses between attempts of one gap while the venue cannot be asked. */
const PAUSES_MS = [5_000, 15_000, 60_000, 300_000, 1_800_000] as const
/** Most ids of a stretch that are compared; a stretch with more is refused by the store alone. */
const MOST_IDS = 100_000

export interface BackfillOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly feeds: ReadonlyMap<VenueId, Feed>
  readonly store: Pick<TradeStore, 'tradeIds' | 'flushed'>
  /** Puts fetched trades on the tape; answers with how many it took. */
  readonly put: (market: MarketId, trades: readonly RestTrade[]) => number
  /** Hands over to the store what waits. */
  readonly flush: () => void
  /** Judges a stretch whose rows cannot prove it by the venue's own candles; undefined: nobody can. */
  readonly audit: (market: Market, from: number, to: number) => Promise<boolean | undefined>
}

/** One market's part in it. */
export interface BackfillMarket {
  readonly market: Market
  readonly continuity: Continuity
}

interface Job {
  readonly id: number
  readonly target: BackfillMarket
  /** What was missing when it began: matches, or milliseconds. */
  size: number
  from: number
  to: number
  nextAt: number
  failures: number
  /** Times that the venue told everything and the trades were not among it. */
  fruitless: number
  fetched: number
  progress: number | null
  running: AbortController | null
}

/**
 * Fetches what gaps held. One back-fill at a time for each venue, the newest gap first and the markets
 * in turn; one that cannot be had now is tried again with growing pauses.
 */
export class Backfills {
  readonly #options: BackfillOptions
  readonly #jobs = new Map<number, Job>()
  /** When each market was served last, so that one with many gaps does not keep the others waiting. */
  readonly #served = new Map<MarketId, number>()
  #turn = 0
  #stopped = false

  constructor(options: BackfillOptions) {
    this.#options = options
  }

  /** Queues what a market misses and starts what is due. Called at each tick. */
  consider(targets: Iterable<BackfillMarket>): void {
    if (this.#stopped) return
    for (const target of targets)
      for (const each of target.continuity.stretches.all)
        if (each.state === 'open' && !this.#jobs.has(each.id)) this.#add(target, each)
    const now = this.#options.clock.now()
    const busy = new Set<VenueId>()
    const due: Job[] = []
    for (const job of this.#jobs.values()) {
      if (job.running !== null) busy.add(job.target.market.venue)
      else if (job.nextAt <= now) due.push(job)
    }
    due.sort((a, b) => this.#servedAt(a) - this.#servedAt(b) || b.to - a.to || b.id - a.id)
    for (const job of due) {
      const { venue } = job.target.market
      if (busy.has(venue)) continue
      busy.add(venue)
      void this.#run(job)
    }
  }

  /** The venue can be reached again: what waits for it need not wait longer. */
  hurry(venue: VenueId): void {
    for (const job of this.#jobs.values())
      if (job.target.market.venue === venue && job.running === null) {
        job.nextAt = 0
        job.failures = 0
      }
  }

  /** Cancels one, or all. True when there was one. */
  cancel(gap?: number): boolean {
    let found = false
    const now = this.#options.clock.now()
    for (const job of [...this.#jobs.values()]) {
      if (gap !== undefined && job.id !== gap) continue
      found = true
      const parts = this.#parts(job)
      this.#end(job)
      for (const each of parts)
        job.target.continuity.stretches.settle(each.id, 'cancelled', now, 'cancelled')
    }
    return found
  }

  /** A market is no longer watched: its gaps stay open in the ledger. */
  forget(market: MarketId): void {
    for (const job of [...this.#jobs.values()])
      if (job.target.market.id === market) this.#breakOff(job)
  }

  /** What is being fetched could not be stored now: it is broken off and stays open. */
  rest(): void {
    for (const job of [...this.#jobs.values()]) if (job.running !== null) this.#breakOff(job)
  }

  #breakOff(job: Job): void {
    const now = this.#options.clock.now()
    const parts = this.#parts(job)
    this.#end(job)
    for (const each of parts)
      if (each.state === 'filling') job.target.continuity.stretches.settle(each.id, 'open', now)
  }

  stop(): void {
    this.#stopped = true
    for (const { target } of [...this.#jobs.values()]) this.forget(target.market.id)
  }

  status(): readonly BackfillStatus[] {
    const now = this.#options.clock.now()
    return [...this.#jobs.values()].map((job) => ({
      gap: job.id,
      market: job.target.market.id,
      running: job.running !== null,
      fetched: job.fetched,
      progress: job.progress,
      ...(job.nextAt > now ? { nextAttemptAt: job.nextAt as EpochMs } : {}),
    }))
  }

  of(venue: VenueId): { gaps: number; fetched: number; running: boolean } | undefined {
    const jobs = [...this.#jobs.values()].filter(({ target }) => target.market.venue === venue)
    if (jobs.length === 0) return undefined
    const fetched = jobs.reduce((sum, job) => sum + job.fetched, 0)
    return { gaps: jobs.length, fetched, running: jobs.some((job) => job.running !== null) }
  }

  #add(target: BackfillMarket, each: Missing): Job {
    const job: Job = {
      id: each.id,
      target,
      size: sizeOf(each),
      from: each.from,
      to: each.to,
      nextAt: 0,
      failures: 0,
      fruitless: 0,
      fetched: 0,
      progress: null,
      running: null,
    }
    this.#jobs.set(each.id, job)
    return job
  }

  async #run(job: Job): Promise<void> {
    const { target } = job
    const feed = this.#options.feeds.get(target.market.venue)
    const stretch = target.continuity.stretches.filling(job.id)
    if (stretch === undefined || feed === undefined) {
      this.#jobs.delete(job.id) // filled by the stream meanwhile
      return
    }
    // A stretch of trades left out may have grown since it was told first.
    Object.assign(job, { from: stretch.from, to: stretch.to, size: sizeOf(stretch) })
    const abort = new AbortController()
    job.running = abort
    this.#turn += 1
    this.#served.set(target.market.id, this.#turn)
    const hole = holeOf(stretch)
    // Trades of one millisecond have room between them when both ends are numbered.
    const numbered = hole.after.seq !== undefined && hole.before.seq !== undefined
    if (!numbered && hole.after.time >= hole.before.time) {
      this.#settle(job, { state: 'cancelled', reason: TOO_LONG_AGO })
      return
    }
    const known = stretch.first === null ? await this.#recorded(job) : NONE
    if (job.running !== abort) return
    const page = (trades: readonly RestTrade[]): void => this.#page(job, abort, trades, known)
    const outcome = await this.#refill(feed, job, hole, page, abort.signal)
    if (job.running === abort) await this.#judge(job, abort, outcome)
  }

  async #refill(
    feed: Feed,
    job: Job,
    hole: Parameters<Feed['refill']>[1],
    page: Parameters<Feed['refill']>[2],
    signal: AbortSignal,
  ): Promise<Outcome<Refill>> {
    try {
      return await feed.refill(job.target.market, hole, page, signal)
    } catch (error) {
      const message = `A back-fill broke off: ${String(error)}`
      this.#options.log.error('backfill-broke', { market: job.target.market.id, message })
      return { ok: false, failure: { code: 'internal', message } }
    }
  }

  /** What the tape has of the stretch: where numbers do not tell, ids do. */
  async #recorded(job: Job): Promise<Set<string>> {
    const { store, flush } = this.#options
    flush()
    const { from, to } = job
    const ids = await store.tradeIds(job.target.market.id, from as EpochMs, to as EpochMs, MOST_IDS)
    return new Set(ids.ok ? ids.value : [])
  }

  #page(job: Job, abort: AbortController, trades: readonly RestTrade[], known: Set<string>): void {
    if (job.running !== abort) return
    const fresh = trades.filter(({ id }) => !known.has(id))
    for (const { id } of fresh) if (known !== NONE) known.add(id)
    job.fetched += this.#options.put(job.target.market.id, fresh)
    const parts = this.#parts(job)
    const numbered = parts.every((each) => each.first !== null)
    const times = trades.map(({ time }) => time)
    const left = parts.reduce((sum, each) => sum + (each.missing ?? 0), 0)
    const reach = Math.max(
      job.to - times.reduce((a, b) => Math.min(a, b), job.to), // pages that come newest first
      0,
    )
    job.progress = Math.min(1, Math.max(0, numbered ? 1 - left / job.size : reach / job.size))
  }

  async #judge(job: Job, abort: AbortController, outcome: Outcome<Refill>): Promise<void> {
    const { market, continuity } = job.target
    const left = this.#parts(job)
    if (left.length === 0) {
      this.#options.log.info('backfill', {
        market: market.id,
        gap: job.id,
        ...FILLED,
        fetched: job.fetched,
      })
      this.#end(job)
      return
    }
    const verdict = verdictOf(left, outcome, job.fruitless)
    if (verdict.fruitless === true) job.fruitless += 1
    const inDoubt =
      (verdict.state === 'filled' && left.some(({ cause }) => cause === 'mismatch')) ||
      (verdict.state === 'lost' && !continuity.numbered)
    if (!inDoubt) {
      this.#settle(job, verdict)
      return
    }
    this.#options.flush()
    await this.#options.store.flushed()
    const proved = await this.#options.audit(market, job.from, job.to)
    if (job.running !== abort) return
    if (proved === true) this.#settle(job, { state: 'filled', proof: 'candle' })
    else if (verdict.state === 'filled' && proved === false)
      this.#settle(job, { state: 'lost', reason: STILL_LESS })
    else this.#settle(job, verdict)
  }

  #settle(job: Job, { state, reason, proof }: Verdict): void {
    const { clock, log, flush } = this.#options
    const { continuity, market } = job.target
    const now = clock.now()
    const parts = this.#parts(job)
    for (const each of parts) {
      continuity.stretches.settle(each.id, state, now, reason)
      if (state === 'filled' && each.first === null)
        continuity.prove(proof ?? 'overlap', each.from, each.to)
    }
    log.info('backfill', { market: market.id, gap: job.id, state, fetched: job.fetched, reason })
    this.#end(job)
    if (state === 'open') for (const each of parts) this.#postpone(job, each, now)
    flush()
  }

  /** What is left of a back-fill waits, longer each time. */
  #postpone(job: Job, each: Missing, now: number): void {
    const pause = PAUSES_MS[Math.min(job.failures, PAUSES_MS.length - 1)] ?? 1_800_000
    const next = each.id === job.id ? job : this.#add(job.target, each)
    next.failures = job.failures + (next === job ? 1 : 0)
    next.fruitless = job.fruitless
    next.nextAt = now + pause
    this.#jobs.set(next.id, next)
  }

  /** The stretch itself, and what it was cut into while it was being filled. */
  #parts(job: Job): Missing[] {
    const { all: missing } = job.target.continuity.stretches
    if (job.running === null) return missing.filter((each) => each.id === job.id)
    return missing.filter((each) => each.id === job.id || each.state === 'filling')
  }

  #end(job: Job): void {
    this.#jobs.delete(job.id)
    const { running } = job
    job.running = null
    running?.abort()
  }

  #servedAt(job: Job): number {
    return this.#served.get(job.target.market.id) ?? 0
  }
}

const sizeOf = ({ first, from, to, missing }: Missing): number =>
  first === null ? Math.max(1, to - from) : (missing ?? 1)

const FILLED = { state: 'filled' } as const
const NONE: Set<string> = new Set()
const TOO_LONG_AGO = 'longer ago than the setting lets a back-fill reach'
const STILL_LESS = "the venue's own candle counts more than it tells trades"
