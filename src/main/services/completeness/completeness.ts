import type { LedgerStatus, MarketCoverage } from '../../../shared/contract/status.ts'
import type { Gap, GapCause, LedgerChange, TapeEnd } from '../../../shared/domain/ledger.ts'
import type { LoadLevel } from '../../../shared/domain/load.ts'
import type { Market, MarketId, VenueId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import type { Trade } from '../../../shared/domain/trade.ts'
import type { Feed } from '../../ingest/feed.ts'
import { Continuity } from '../../pipeline/continuity.ts'
import type { Numbered } from '../../pipeline/continuity-resume.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { TradeStore } from '../../store/store.ts'
import type { RestTrade, StreamSpec } from '../../venues/venue.ts'
import { CandleAudit } from './audit.ts'
import { type BackfillMarket, Backfills } from './backfills.ts'
import { coverageOf, DAY_MS } from './coverage.ts'
import { GapList } from './gap-list.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
/** A minute over for so long is stored with what the ledger says of it: late frames, the batch's wait. */
const SETTLED_MS = 2_500
/** While derived views are left out, coverage is read after so many minutes instead of after each. */
const MINUTES_UNDER_PRESSURE = 5
/** Trades of the tape's end that a venue may replay when it is subscribed to again. */
const REPLAYED = 1_000

export interface CompletenessOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly feeds: ReadonlyMap<VenueId, Feed>
  readonly store: Pick<
    TradeStore,
    'tapeEnd' | 'recentTrades' | 'tradeIds' | 'flushed' | 'gaps' | 'ledger' | 'candles'
  >
  /** What a venue's ids can prove. */
  readonly ids: (venue: VenueId) => StreamSpec['ids']
  readonly catchUpHours: () => number
  /** Puts fetched trades on the tape; answers with how many it took. */
  readonly put: (market: MarketId, trades: readonly RestTrade[]) => number
  /** A gap is news, or something of it; before it is handed over. */
  readonly gap: (gap: Gap) => void
  /** Hands over to the store what waits, with what the ledger has to say. */
  readonly flush: () => void
  /** Hands over what the ledger has to say when no trades wait to take it along. */
  readonly note: () => void
  /** Share of a market's last 24 h that is complete or back-filled; null while nobody knows. */
  readonly covered: (market: MarketId, share: number | null) => void
  /** How much is left out under pressure: at 2 coverage is read less often, at 4 nothing is fetched. */
  readonly shed: () => LoadLevel
}

/** A market of which the tape is opened. */
export interface OpenedTape {
  readonly continuity: Continuity
  /** Ids that the tape ends with. */
  readonly recorded: ReadonlySet<string>
}

/**
 * The ledger of completeness of all watched markets: what is proved, what is missing and why, and
 * what is being done about it.
 */
export class Completeness {
  readonly #options: CompletenessOptions
  readonly #targets = new Map<MarketId, BackfillMarket>()
  /** No longer watched, with something left to tell. */
  #leaving: Continuity[] = []
  readonly #backfills: Backfills
  readonly #audit: CandleAudit
  readonly #gaps = new GapList()
  readonly #coverage = new Map<MarketId, MarketCoverage>()
  #measuredAt: EpochMs | null = null
  /** The minute after which the coverage was read last. */
  #measuredMinute: number
  #lastGapId = 0

  constructor(options: CompletenessOptions) {
    this.#options = options
    this.#measuredMinute = this.#settledMinute()
    this.#audit = new CandleAudit(options)
    this.#backfills = new Backfills({
      ...options,
      audit: (market, from, to) => this.#audit.verify(market, from, to),
    })
  }

  /**
   * Opens a market's tape before its first trade. `resume`: it was on the watchlist when the app
   * stopped, so that what was traded since is missing. A market that a person puts on the list begins
   * anew: what was traded while it was not watched was never meant to be recorded.
   */
  async open(market: Market, resume: boolean): Promise<OpenedTape> {
    const { clock, log, store, ids, catchUpHours } = this.#options
    const continuity = new Continuity({
      market: market.id,
      ids: ids(market.venue),
      newGapId: () => this.#newGapId(),
      onMeaningless: () => log.warn('ids-prove-nothing', { market: market.id }),
    })
    const [end, recent, gaps] = await Promise.all([
      store.tapeEnd(market.id),
      store.recentTrades(market.id, REPLAYED),
      store.gaps({ market: market.id, limit: REPLAYED }),
    ])
    if (!end.ok && end.failure.code !== 'not-found')
      log.error('tape-end-unknown', { market: market.id, reason: end.failure.message })
    const trades = recent.ok ? recent.value : []
    if (gaps.ok) for (const gap of gaps.value) this.#gaps.put(gap)
    if (end.ok && end.value !== null) {
      if (resume) {
        const catchUpFrom = epochMs(clock.now() - catchUpHours() * HOUR_MS)
        continuity.resume(end.value, catchUpFrom, tailOf(end.value, trades))
      }
      continuity.adopt(end.value.gaps)
    }
    this.#targets.set(market.id, { market, continuity })
    return { continuity, recorded: new Set(trades.map(({ id }) => id)) }
  }

  /** A market is no longer watched: its span ends here, its gaps stay as they are. */
  close(market: MarketId): void {
    const target = this.#targets.get(market)
    if (target === undefined) return
    this.#backfills.forget(market)
    this.#audit.forget(market)
    this.#targets.delete(market)
    this.#leaving.push(target.continuity)
    this.#coverage.delete(market)
    this.#options.note()
  }

  drain(): LedgerChange[] {
    const changes: LedgerChange[] = []
    for (const { continuity } of this.#targets.values()) continuity.drain(changes)
    for (const continuity of this.#leaving) continuity.drain(changes)
    if (this.#leaving.length > 0) this.#leaving = []
    for (const change of changes) {
      if (change.t !== 'gap') continue
      this.#gaps.put(change.gap)
      this.#options.gap(change.gap)
    }
    return changes
  }

  stored(): void {
    for (const { continuity } of this.#targets.values()) continuity.stored()
  }

  refused(cause: GapCause): void {
    const now = this.#options.clock.now()
    for (const { continuity } of this.#targets.values()) continuity.refused(cause, now)
  }

  /** Trades are left out from here on: what is being fetched would be, too. */
  rest(): void {
    this.#backfills.rest()
  }

  /** Time has passed; a few times a second. */
  tick(): void {
    const now = this.#options.clock.now()
    for (const { continuity } of this.#targets.values()) continuity.tick(now)
    if (this.#options.shed() < 4) this.#backfills.consider(this.#targets.values())
    this.#audit.consider(this.#targets.values())
    this.#options.note()
    const minute = this.#settledMinute()
    const every = this.#options.shed() < 2 ? 1 : MINUTES_UNDER_PRESSURE
    if (Math.abs(minute - this.#measuredMinute) < every) return
    this.#measuredMinute = minute
    void this.#measure()
  }

  /** The venue's stream stands again: what waits for the venue need not wait longer. */
  began(venue: VenueId): void {
    this.#backfills.hurry(venue)
  }

  /** Reads the coverage of the last 24 h: usually once a minute, as soon as the one before can be judged. */
  async #measure(): Promise<void> {
    const { clock, store, covered } = this.#options
    const now = clock.now()
    for (const market of [...this.#targets.keys()]) {
      const rows = await store.ledger(market, epochMs(now - DAY_MS), now)
      if (!rows.ok || !this.#targets.has(market)) continue
      const { coverage, share } = coverageOf(market, rows.value)
      this.#coverage.set(market, coverage)
      covered(market, share)
    }
    this.#measuredAt = now
  }

  status(): LedgerStatus {
    return {
      ...this.#gaps.newest((market) => this.#targets.has(market)),
      backfills: this.#backfills.status(),
      coverage: [...this.#coverage.values()],
      measuredAt: this.#measuredAt,
    }
  }

  backfillOf(venue: VenueId): ReturnType<Backfills['of']> {
    return this.#backfills.of(venue)
  }

  /** Tries again to fill a gap that was given up. */
  retry(id: number): Outcome<null> {
    const gap = this.#gaps.get(id)
    const target = gap === undefined ? undefined : this.#targets.get(gap.market)
    if (gap === undefined || target === undefined)
      return fail('not-found', `There is no gap ${id} in a watched market.`)
    if (gap.state === 'filled') return fail('invalid', `Gap ${id} is filled already.`)
    const { continuity } = target
    if (!continuity.stretches.all.some((each) => each.id === id)) continuity.adopt([gap])
    continuity.stretches.reopen(id, this.#options.clock.now())
    this.tick()
    return ok(null)
  }

  /** Cancels the back-fill of one gap, or of all. */
  cancel(id?: number): Outcome<null> {
    if (!this.#backfills.cancel(id) && id !== undefined)
      return fail('not-found', `No back-fill of gap ${id} waits or runs.`)
    this.#options.note()
    return ok(null)
  }

  stop(): void {
    this.#backfills.stop()
  }

  #settledMinute(): number {
    return Math.floor((this.#options.clock.now() - SETTLED_MS) / MINUTE_MS)
  }

  /** By the clock, so that a later run does not give the same; a thousand in each millisecond. */
  #newGapId(): number {
    this.#lastGapId = Math.max(this.#lastGapId + 1, this.#options.clock.now() * 1_000)
    return this.#lastGapId
  }
}

/**
 * Stored trades beyond the last one proved, where ids are the numbers: the trade with the last proved
 * number is among those stored, and has it as its id.
 */
function tailOf({ seq }: TapeEnd, trades: readonly Trade[]): readonly Numbered[] {
  if (seq === null || !trades.some(({ id }) => id === String(seq))) return []
  return trades
    .map(({ id, matches, exchangeTime }) => ({
      id,
      time: exchangeTime,
      first: Number(id) - matches + 1,
      last: Number(id),
    }))
    .filter(({ last }) => last > seq)
    .sort((a, b) => a.last - b.last)
}
