import { doubleAt } from '../../../shared/domain/decimal-column.ts'
import { idAt } from '../../../shared/domain/id-column.ts'
import type { GapCause, LedgerChange } from '../../../shared/domain/ledger.ts'
import type { Market, MarketId, VenueId } from '../../../shared/domain/market.ts'
import type { Prints } from '../../../shared/domain/prints.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { ORIGINS, type Trade } from '../../../shared/domain/trade.ts'
import { TradeRows } from '../../../shared/domain/trade-rows.ts'
import type { FeedListener } from '../../ingest/feed.ts'
import { Batcher, type BatchRow } from '../../pipeline/batcher.ts'
import type { Continuity } from '../../pipeline/continuity.ts'
import type { Clock } from '../../ports.ts'
import type { AlertChange } from '../../store/alert-changes.ts'
import type { TradeStore } from '../../store/store.ts'
import type { RestTrade } from '../../venues/venue.ts'
import { KeptRows } from './kept-rows.ts'
import type { LatencyProbe, VenueProbe } from './latency-probe.ts'
import { MarketSlot } from './market-slot.ts'
import { StampRun } from './stamp-run.ts'

const STREAM = ORIGINS.indexOf('stream')
const SNAPSHOT = ORIGINS.indexOf('snapshot')
const BACKFILL = ORIGINS.indexOf('backfill')

export interface MarketDataOptions {
  readonly clock: Clock
  readonly store: Pick<TradeStore, 'append' | 'note' | 'markPartial' | 'health'>
  readonly ledger: TapeLedger
  readonly alerts: TapeAlerts
  readonly batchSize: number
  readonly batchMs: number
  readonly latency: LatencyProbe
}

/** Alerts, as far as trades concern them. */
export interface TapeAlerts {
  /** Whether they want to see trades. */
  readonly active: boolean
  /** Live trades of one market, received in the instant `at`; the rows are read at once. */
  rows(market: MarketId, rows: TradeRows, at: number): void
  /** Everything for the store since the last call. */
  drain(): readonly AlertChange[]
}

/** What the ledger of completeness has to say of the trades that go to the store. */
export interface TapeLedger {
  /** Everything new since the last call. */
  drain(): LedgerChange[]
  /** The store took all trades until now. */
  stored(): void
  /** All trades since the last `stored()` are lost for now, and why. */
  refused(cause: GapCause): void
}

/** So long after recording began again a trade may be one that the tape ended with, milliseconds. */
const REPLAY_MS = 60_000

/**
 * A trade's way through the engine: folded into its market, put into the batch, and from there to
 * the store by count or by age. One for all venues; everything here is synchronous.
 */
export class MarketData {
  readonly slots = new Map<MarketId, MarketSlot>()
  trades = 0
  batches = 0
  /** Trades that the tape had already, seen again beyond the feed's memory or replayed. */
  repeats = 0
  /** Trades that were not offered to the store, because memory would have run out. */
  shedTrades = 0
  #shedsTrades = false
  #shedsRows = false
  readonly #options: MarketDataOptions
  /** Slots into which the chunk being read folded a trade. */
  readonly #touched: MarketSlot[] = []
  readonly #stamps = new StampRun()
  /** Live trades of one market on their way into its folds. */
  readonly #live = new TradeRows()
  readonly #kept = new KeptRows()
  #batcher: Batcher
  #batchMs: number
  #cancelFlush: (() => void) | null = null

  constructor(options: MarketDataOptions) {
    this.#options = options
    this.#batcher = new Batcher(options.batchSize)
    this.#batchMs = options.batchMs
  }

  get queueDepth(): number {
    return this.#batcher.count
  }

  open(market: Market, continuity: Continuity, recorded: ReadonlySet<string>): MarketSlot {
    const slot = new MarketSlot(market, this.#options.clock.now(), continuity)
    if (recorded.size > 0) slot.recorded = recorded
    this.slots.set(market.id, slot)
    return slot
  }

  /** A feed learned more of a market: steps, spelling. */
  describe(market: Market): void {
    const slot = this.slots.get(market.id)
    if (slot !== undefined) slot.market = market
  }

  /** What came until now is handed over; what is still on its way is not recorded. */
  close(market: MarketId): void {
    this.flush()
    this.slots.delete(market)
  }

  /** What the feed of one venue reports its trades to. */
  listener(venue: VenueId): Omit<FeedListener, 'changed'> {
    const probe = this.#options.latency.of(venue)
    return {
      folded: (receivedAt, parsedAt, foldedAt) =>
        this.#chunkFolded(probe, receivedAt, parsedAt, foldedAt),
      trades: (market, prints, rows, count, receivedAt) =>
        this.#trades(probe, market, prints, rows, count, receivedAt),
      handed: () => this.#handed(),
      newest: (market, seq, time) =>
        this.slots.get(market)?.continuity.newest(seq, time, this.#options.clock.now()),
      began: (market) => {
        this.#markPartial(market)
        this.slots.get(market)?.continuity.began(this.#options.clock.now())
      },
      broken: (market, cause) => {
        this.#markPartial(market)
        this.slots.get(market)?.continuity.broke(cause)
      },
    }
  }

  /** Puts trades on the tape that were fetched afterwards; those it has are left out. */
  backfill(market: MarketId, trades: readonly RestTrade[]): number {
    const slot = this.slots.get(market)
    if (slot === undefined) return 0
    const now = this.#options.clock.now()
    let taken = 0
    for (const trade of trades) {
      const { id, price, qty, side, time, micros, seq, matches = 1 } = trade
      const last = slot.continuity.numbered ? (seq ?? Number(id)) : Number.NaN
      const verdict = slot.continuity.late(time, id, last - matches + 1, last, now)
      if (verdict === 'known') continue
      taken += 1
      this.trades += 1
      const worth = Number(price)
      const size = slot.baseUnits(worth, Number(qty))
      slot.foldLate(now, time, worth, size, side, verdict === 'again')
      if (verdict === 'new') slot.feed.late(now, trade)
      this.#put({
        ...{ market, id, price, qty, matches },
        buy: side === 'buy',
        exchangeTime: time,
        exchangeMicros: micros ?? -1,
        receiveTime: now,
        origin: 'backfill',
      })
    }
    return taken
  }

  configure(change: { batchSize: number; batchMs: number }): void {
    this.flush()
    this.#batcher = new Batcher(change.batchSize)
    this.#batchMs = change.batchMs
  }

  /** Hands the batch to the store now. */
  flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = null
    const { ledger, alerts, store } = this.#options
    const batch = this.#batcher.take()
    const changes = ledger.drain()
    // After the ledger, which may have told them of a gap that is filled.
    const fired = alerts.drain()
    if (batch === null) {
      if (changes.length + fired.length > 0) store.note(changes, fired)
      return
    }
    this.batches += 1
    if (this.#shedsTrades) {
      this.shedTrades += batch.count
      ledger.refused(this.#causeOfLoss())
      // In one entry: what the batch would have proved is never told without the gap in it.
      store.note([...changes, ...ledger.drain()], fired)
    } else if (store.append(batch, changes, fired)) ledger.stored()
    else {
      ledger.refused(this.#causeOfLoss())
      store.note(ledger.drain())
    }
    this.#options.latency.flushed()
  }

  /** Leaves out under pressure: rows of the tape on screen, and last of all trades for the store. */
  shed({ rows, trades }: { readonly rows: boolean; readonly trades: boolean }): void {
    if (trades !== this.#shedsTrades) this.flush() // what came before is judged as it was then
    this.#shedsTrades = trades
    this.#shedsRows = rows
  }

  /** A store that writes, only not fast enough, is not to blame on the disk. */
  #causeOfLoss(): GapCause {
    return this.#options.store.health().state === 'retrying' ? 'disk' : 'overload'
  }

  /** Hands over what the ledger has to say when no trades wait to take it along. */
  note(): void {
    if (this.#batcher.count === 0) this.flush()
  }

  /** The hot path: numbers from columns to folds to columns; no object and no text for a trade. */
  #trades(
    probe: VenueProbe,
    market: MarketId,
    prints: Prints,
    rows: Uint32Array,
    count: number,
    receivedAt: number,
  ): void {
    const slot = this.slots.get(market)
    if (slot === undefined) return // no longer watched: the venue's last frames on the way
    // No more at once than the batch has room for: what the ledger says when it is flushed must be in it.
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + this.#batcher.room)
      const chunk = {
        slot,
        probe,
        prints,
        receivedAt,
        receiveTime: Math.floor(receivedAt) as EpochMs,
      }
      const kept = this.#judge(chunk, rows, from, to)
      this.trades += kept
      const { rows: chosen, origins } = this.#kept
      if (kept > 0)
        this.#added(
          this.#batcher.addPrints(market, prints, chosen, origins, kept, chunk.receiveTime),
        )
      from = to
    }
  }

  /** Judges and folds rows; which of them go to the store, and as what, is in `#kept` then. Says how many. */
  #judge(chunk: MarketChunk, rows: Uint32Array, from: number, to: number): number {
    const { slot, probe, prints, receivedAt, receiveTime } = chunk
    const kept = this.#kept.reserve(to - from)
    const live = this.#live
    live.clear()
    let count = 0
    for (let each = from; each < to; each += 1) {
      const row = rows[each] ?? 0
      if (slot.recorded !== null && this.#isRecorded(slot, prints, row, receivedAt)) {
        this.repeats += 1
        continue
      }
      let origin = STREAM
      if (prints.snapshot[row] === 1) {
        this.#foldLive(slot, receiveTime)
        origin = this.#replayed(chunk, row)
      } else if (this.#continues(slot, prints, row, receiveTime)) {
        const price = doubleAt(prints.price, row)
        const qty = slot.baseUnits(price, doubleAt(prints.qty, row))
        live.add(prints.time[row] ?? Number.NaN, price, qty, prints.side[row] ?? 0)
        this.#stamps.add(probe, receivedAt, prints, row)
        if (slot.tape.wanted || slot.feed.wanted) this.#tell(chunk, row)
      } else this.repeats += 1 // the store keeps it if it is one from before the tape began
      kept.rows[count] = row
      kept.origins[count] = origin
      count += 1
    }
    this.#foldLive(slot, receiveTime)
    return count
  }

  #foldLive(slot: MarketSlot, receiveTime: EpochMs): void {
    const live = this.#live
    if (live.count === 0) return
    slot.fold(receiveTime, live)
    const { alerts } = this.#options
    if (alerts.active) alerts.rows(slot.market.id, live, receiveTime)
    live.clear()
    if (slot.touched) return
    slot.touched = true
    this.#touched.push(slot)
  }

  #continues({ continuity }: MarketSlot, prints: Prints, row: number, at: EpochMs): boolean {
    const last = continuity.numbered ? prints.numberAt(row) : Number.NaN
    const first = last - (prints.matches[row] ?? 1) + 1
    return continuity.live(prints.time[row] ?? Number.NaN, prints.id, first, last, at, row)
  }

  /** A trade that the venue replays; index into ORIGINS of what it is to the store. */
  #replayed({ slot, prints, receiveTime }: MarketChunk, row: number): number {
    const { extra, ...print } = prints.text(row)
    const last = slot.continuity.numbered ? prints.numberAt(row) : Number.NaN
    const first = last - (extra?.matches ?? 1) + 1
    const verdict = slot.continuity.late(print.time, print.id, first, last, receiveTime)
    if (verdict === 'known') return SNAPSHOT
    const price = doubleAt(prints.price, row)
    const size = slot.baseUnits(price, doubleAt(prints.qty, row))
    slot.foldLate(receiveTime, print.time, price, size, print.side, verdict === 'again')
    if (verdict === 'new') slot.feed.late(receiveTime, { ...extra, ...print })
    return BACKFILL
  }

  /** Whoever looks at this market's tape is told of a live trade in its texts. */
  #tell({ slot, prints, receiveTime }: MarketChunk, row: number): void {
    const rows = slot.tape.wanted && !this.#shedsRows
    if (slot.tape.wanted && !rows) slot.skip()
    if (!rows && !slot.feed.wanted) return
    const { extra, id, price, qty, side, time } = prints.text(row)
    const trade: Trade = {
      ...{ market: slot.market.id, id, price, qty, side },
      exchangeTime: time as EpochMs,
      ...(extra?.micros === undefined ? {} : { exchangeMicros: extra.micros }),
      receiveTime,
      matches: extra?.matches ?? 1,
      origin: 'stream',
    }
    if (rows) slot.show(trade)
    if (slot.feed.wanted)
      slot.feed.push(extra?.seq === undefined ? trade : { ...trade, seq: extra.seq })
  }

  #put(row: BatchRow): void {
    this.#added(this.#batcher.add(row))
  }

  #added(full: boolean): void {
    if (full) this.flush()
    else
      this.#cancelFlush ??= this.#options.clock.after(this.#batchMs, () => {
        this.#cancelFlush = null
        this.flush()
      })
  }

  /** Venues replay their newest trades on subscribe, some of them without saying so. */
  #isRecorded(slot: MarketSlot, prints: Prints, row: number, receivedAt: number): boolean {
    if (receivedAt - slot.openedAt > REPLAY_MS) slot.recorded = null
    return slot.recorded?.has(idAt(prints.id, row)) === true
  }

  #handed(): void {
    for (const slot of this.#touched) slot.continuity.settle()
    this.#stamps.end()
  }

  #chunkFolded(probe: VenueProbe, receivedAt: number, parsedAt: number, foldedAt: number): void {
    if (this.#touched.length === 0) return
    for (const slot of this.#touched) {
      slot.foldedAt = foldedAt
      slot.touched = false
    }
    this.#touched.length = 0
    probe.frame(receivedAt, parsedAt, foldedAt)
    // Its last trade filled the batch, which is on its way already.
    if (this.#batcher.count === 0) this.#options.latency.flushed()
  }

  #markPartial(market: MarketId): void {
    const now = this.#options.clock.now()
    this.slots.get(market)?.markPartial(now)
    this.#options.store.markPartial(market, now)
  }
}

/** Trades of one market that came in one chunk, and where they go. */
interface MarketChunk {
  readonly slot: MarketSlot
  readonly probe: VenueProbe
  readonly prints: Prints
  /** Epoch ms with fractions. */
  readonly receivedAt: number
  readonly receiveTime: EpochMs
}
