import { INTERVALS } from '../../../shared/domain/candle.ts'
import type { Market, MarketId, VenueId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { Feed } from '../../ingest/feed.ts'
import type { Continuity } from '../../pipeline/continuity.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { TradeStore } from '../../store/store.ts'
import type { BackfillMarket } from './backfills.ts'
import { type Comparison, compareMinute, minutesOf } from './minute-comparison.ts'

const MINUTE = INTERVALS['1m']
/** A venue's bar is taken for finished when its minute has been over for so long. */
const SETTLED_MS = 20_000
/** Least pause between two audits of one market. */
const EVERY_MS = 150_000
/** Most minutes that one audit judges, and how far back it looks. */
const MOST_MINUTES = 240
const REACH_MS = 86_400_000
/** So often a minute is asked for again in which the tape has more than the venue's bar. */
const MOST_ATTEMPTS = 3

export interface AuditOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly feeds: ReadonlyMap<VenueId, Feed>
  readonly store: Pick<TradeStore, 'candles' | 'ledger'>
}

interface Standing {
  nextAt: number
  running: boolean
  /** Minutes in which the tape had more, and how often they were asked for. */
  readonly odd: Map<number, number>
  /** Gaps given up that were looked at again, and how often. */
  readonly doubted: Map<number, number>
}

/**
 * Proves what ids cannot: a closed minute whose volume is that of the venue's own one-minute candle is
 * complete; one with less misses trades. One question at a time for each venue.
 */
export class CandleAudit {
  readonly #options: AuditOptions
  readonly #standings = new Map<MarketId, Standing>()

  constructor(options: AuditOptions) {
    this.#options = options
  }

  /** Starts at most one audit for each venue. Called every few seconds. */
  consider(targets: Iterable<BackfillMarket>): void {
    const now = this.#options.clock.now()
    const asked = new Set<VenueId>()
    let spread = 0
    for (const target of targets) {
      const { market, continuity } = target
      if (continuity.numbered || Number.isNaN(continuity.since)) continue
      let standing = this.#standings.get(market.id)
      if (standing === undefined) {
        // The markets of a start are not asked for all at once.
        const nextAt = now + 80_000 + (spread % 10) * 5_000
        standing = { nextAt, running: false, odd: new Map(), doubted: new Map() }
        this.#standings.set(market.id, standing)
        spread += 1
      }
      if (standing.running) asked.add(market.venue)
      if (standing.nextAt > now || asked.has(market.venue)) continue
      asked.add(market.venue)
      standing.nextAt = now + EVERY_MS
      standing.running = true
      void this.#visit(target, standing)
    }
  }

  forget(market: MarketId): void {
    this.#standings.delete(market)
  }

  /**
   * Compares every minute that touches [from, to]. False when one of them has less than the venue
   * counts, undefined when that cannot be told.
   */
  async verify(market: Market, from: number, to: number): Promise<boolean | undefined> {
    const first = Math.floor(from / MINUTE) * MINUTE
    const minutes: number[] = []
    for (let minute = first; minute <= to; minute += MINUTE) minutes.push(minute)
    const newest = minutes.at(-1) ?? first
    if (minutes.length > 1_440 || newest + MINUTE > this.#options.clock.now()) return undefined
    const compared = await this.#compare(market, minutes)
    if (compared === undefined) return undefined
    const all = [...compared.values()]
    if (all.some(({ t }) => t === 'less')) return false
    return all.every(({ t }) => t === 'equal') ? true : undefined
  }

  async #visit(target: BackfillMarket, standing: Standing): Promise<void> {
    try {
      await this.#audit(target, standing)
      await this.#acquit(target, standing)
    } catch (error) {
      this.#options.log.error('audit-broke', { market: target.market.id, error: String(error) })
    }
    standing.running = false
  }

  /** A break of which REST could not prove anything may have cost nothing: the candles tell. */
  async #acquit({ market, continuity }: BackfillMarket, standing: Standing): Promise<void> {
    const { clock } = this.#options
    const closed = clock.now() - SETTLED_MS - MINUTE
    const given = continuity.stretches.all.find(
      ({ id, state, first, to }) =>
        state === 'lost' &&
        first === null &&
        to < closed &&
        (standing.doubted.get(id) ?? 0) < MOST_ATTEMPTS,
    )
    if (given === undefined) return
    standing.doubted.set(given.id, (standing.doubted.get(given.id) ?? 0) + 1)
    if ((await this.verify(market, given.from, given.to)) !== true) return
    continuity.stretches.settle(given.id, 'filled', clock.now())
    continuity.prove('candle', given.from, given.to)
  }

  async #audit(target: BackfillMarket, standing: Standing): Promise<void> {
    const { market, continuity } = target
    const { clock, log, store } = this.#options
    const now = clock.now()
    // The minute in which recording began is never judged: what came before is not on the tape.
    const from = Math.max((Math.floor(continuity.since / MINUTE) + 1) * MINUTE, now - REACH_MS)
    const end = now - SETTLED_MS - MINUTE
    if (end < from) return
    const rows = await store.ledger(market.id, epochMs(from), epochMs(end + 1))
    if (!rows.ok) return
    const unproved = rows.value
      .filter(({ state, minute }) => state === 'unknown' && !this.#isGivenUp(standing, minute))
      .map(({ minute }) => minute)
      .slice(-MOST_MINUTES)
    const compared = unproved.length === 0 ? undefined : await this.#compare(market, unproved)
    if (compared === undefined) return
    const proved: number[] = []
    for (const [minute, found] of compared) {
      if (found.t === 'equal') proved.push(minute)
      else if (found.t === 'less' && !isKnown(continuity.stretches.all, minute))
        continuity.stretches.doubt(minute, minute + MINUTE - 1, found.missing, clock.now())
      else if (found.t === 'more') {
        const attempts = (standing.odd.get(minute) ?? 0) + 1
        standing.odd.set(minute, attempts)
        if (attempts === MOST_ATTEMPTS)
          log.warn('audit-more-than-venue', { market: market.id, minute })
      }
    }
    for (const { from: first, to } of runs(proved)) continuity.prove('candle', first, to)
    for (const minute of standing.odd.keys())
      if (minute < now - REACH_MS) standing.odd.delete(minute)
  }

  #isGivenUp(standing: Standing, minute: number): boolean {
    return (standing.odd.get(minute) ?? 0) >= MOST_ATTEMPTS
  }

  /** Undefined when the venue or the store does not answer. */
  async #compare(
    market: Market,
    minutes: readonly number[],
  ): Promise<ReadonlyMap<number, Comparison> | undefined> {
    const { feeds, store } = this.#options
    const [first, last] = [minutes[0], minutes.at(-1)]
    const feed = feeds.get(market.venue)
    if (first === undefined || last === undefined || feed === undefined) return undefined
    const to = epochMs(last + MINUTE)
    const theirs = await feed.minutes(market, epochMs(first), to)
    if (!theirs.ok) return undefined
    const ours = await store.candles(market.id, '1m', to, (last - first) / MINUTE + 1)
    if (!ours.ok) return undefined
    const venue = minutesOf(theirs.value)
    const tape = minutesOf(ours.value)
    const told = theirs.value.reduce((newest, { openTime }) => Math.max(newest, openTime), 0)
    return new Map(
      minutes.map((minute) => [
        minute,
        compareMinute(tape.get(minute), venue.get(minute), market, minute < told),
      ]),
    )
  }
}

/** The ledger is behind by a batch: something in that minute is known to be missing by now. */
const isKnown = (missing: Continuity['stretches']['all'], minute: number): boolean =>
  missing.some(({ from, to }) => from < minute + MINUTE && to >= minute)

/** Minutes that follow each other as stretches, both ends included. */
function runs(minutes: readonly number[]): { readonly from: number; readonly to: number }[] {
  const found: { from: number; to: number }[] = []
  for (const minute of minutes.toSorted((a, b) => a - b)) {
    const last = found.at(-1)
    if (last?.to === minute - 1) last.to = minute + MINUTE - 1
    else found.push({ from: minute, to: minute + MINUTE - 1 })
  }
  return found
}
