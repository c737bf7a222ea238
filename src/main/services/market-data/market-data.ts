import { doubleAt } from '../../../shared/domain/decimal-column.ts'
import { idAt } from '../../../shared/domain/id-column.ts'
import type { GapCause, LedgerChange } from '../../../shared/domain/ledger.ts'
import type { Market, MarketId, VenueId } from '../../../shared/domain/market.ts'
import type { Prints, PrintText } from '../../../shared/domain/prints.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { ORIGINS, type Trade, type TradeOrigin } from '../../../shared/domain/trade.ts'
import type { FeedListener } from '../../ingest/feed.ts'
import { Batcher, type BatchRow } from '../../pipeline/batcher.ts'
import type { Continuity } from '../../pipeline/continuity.ts'
import type { Clock } from '../../ports.ts'
import type { TradeStore } from '../../store/store.ts'
import type { RestTrade } from '../../venues/venue.ts'
import { MarketSlot } from './market-slot.ts'

export interface MarketDataOptions {
  readonly clock: Clock
  readonly store: Pick<TradeStore, 'append' | 'note' | 'markPartial' | 'health'>
  readonly ledger: TapeLedger
  readonly batchSize: number
  readonly batchMs: number
  readonly latency: LatencyProbe
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

/** Who wants to know how long trades take. */
export interface LatencyProbe {
  of(venue: VenueId): VenueProbe
  /** Everything until now was handed to the store. */
  flushed(): void
}

export interface VenueProbe {
  /**
   * Live trades: when they were read here; when they were made and sent by the venue's clock, epoch ms;
   * how many of them had just these stamps.
   */
  trade(receivedAt: number, time: number, pushed: number | undefined, trades: number): void
  /** A chunk with live trades is done with (see `FeedListener.folded`). */
  frame(receivedAt: number, parsedAt: number, foldedAt: number): void
}

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
  /** Trades with the same stamps that were not told to their probe yet. */
  readonly #run: {
    probe: VenueProbe | null
    receivedAt: number
    match: number
    pushed: number
    trades: number
  } = { probe: null, receivedAt: 0, match: 0, pushed: Number.NaN, trades: 0 }
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
      trade: (market, prints, row, receivedAt) =>
        this.#trade(probe, market, prints, row, receivedAt),
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
    const { ledger, store } = this.#options
    const batch = this.#batcher.take()
    const changes = ledger.drain()
    if (batch === null) {
      if (changes.length > 0) store.note(changes)
      return
    }
    this.batches += 1
    if (this.#shedsTrades) {
      this.shedTrades += batch.count
      ledger.refused(this.#causeOfLoss())
      // In one entry: what the batch would have proved is never told without the gap in it.
      store.note([...changes, ...ledger.drain()])
    } else if (store.append(batch, changes)) ledger.stored()
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
  #trade(
    probe: VenueProbe,
    market: MarketId,
    prints: Prints,
    row: number,
    receivedAt: number,
  ): void {
    const slot = this.slots.get(market)
    if (slot === undefined) return // no longer watched: the venue's last frames on the way
    if (slot.recorded !== null && this.#isRecorded(slot, prints, row, receivedAt)) {
      this.repeats += 1
      return
    }
    const { id } = prints
    const time = prints.time[row] ?? Number.NaN
    const matches = prints.matches[row] ?? 1
    const receiveTime = Math.floor(receivedAt) as EpochMs
    const { continuity } = slot
    let last = Number.NaN
    if (continuity.numbered) {
      const seq = prints.seq[row] ?? Number.NaN
      last = Number.isNaN(seq) ? (id.number[row] ?? Number.NaN) : seq
    }
    const first = last - matches + 1
    const price = doubleAt(prints.price, row)
    const size = slot.baseUnits(price, doubleAt(prints.qty, row))
    const side = prints.side[row] === 0 ? 'buy' : 'sell'
    let origin: TradeOrigin = 'stream'
    if (prints.snapshot[row] === 1) {
      const verdict = continuity.late(time, idAt(id, row), first, last, receiveTime)
      origin = verdict === 'known' ? 'snapshot' : 'backfill'
      if (verdict !== 'known')
        slot.foldLate(receiveTime, time, price, size, side, verdict === 'again')
      if (verdict === 'new') {
        const { extra, ...print } = prints.text(row)
        slot.feed.late(receiveTime, { ...extra, ...print })
      }
    } else if (continuity.live(time, id, first, last, receiveTime, row)) {
      slot.fold(receiveTime, time, price, size, side)
      if (!slot.touched) this.#touch(slot)
      this.#measure(probe, receivedAt, time, prints, row)
      const rows = slot.tape.wanted && !this.#shedsRows
      if (rows || slot.feed.wanted) this.#show(slot, market, prints.text(row), receiveTime, origin)
      if (!rows && slot.tape.wanted) slot.skip()
    } else this.repeats += 1 // the store keeps it if it is one from before the tape began
    this.trades += 1
    this.#added(this.#batcher.addPrint(market, prints, row, receiveTime, ORIGINS.indexOf(origin)))
  }

  #touch(slot: MarketSlot): void {
    slot.touched = true
    this.#touched.push(slot)
  }

  /** Trades that follow each other with the same stamps are told as one figure with their number. */
  #measure(
    probe: VenueProbe,
    receivedAt: number,
    time: number,
    { micros, pushed }: Prints,
    row: number,
  ): void {
    const fraction = micros[row] ?? -1
    const match = fraction < 0 ? time : time + fraction / 1_000
    const sent = pushed[row] ?? Number.NaN
    const run = this.#run
    if (run.match === match && run.probe === probe && run.receivedAt === receivedAt) {
      if (run.pushed === sent || (Number.isNaN(run.pushed) && Number.isNaN(sent))) {
        run.trades += 1
        return
      }
    }
    this.#endRun()
    run.probe = probe
    run.receivedAt = receivedAt
    run.match = match
    run.pushed = sent
    run.trades = 1
  }

  #endRun(): void {
    const { probe, receivedAt, match, pushed, trades } = this.#run
    if (trades > 0)
      probe?.trade(receivedAt, match, Number.isNaN(pushed) ? undefined : pushed, trades)
    this.#run.trades = 0
  }

  #show(
    slot: MarketSlot,
    market: MarketId,
    { extra, ...print }: PrintText,
    receiveTime: EpochMs,
    origin: TradeOrigin,
  ): void {
    const { id, price, qty, side, time } = print
    const trade: Trade = {
      ...{ market, id, price, qty, side },
      exchangeTime: time as EpochMs,
      ...(extra?.micros === undefined ? {} : { exchangeMicros: extra.micros }),
      receiveTime,
      matches: extra?.matches ?? 1,
      origin,
    }
    if (slot.tape.wanted && !this.#shedsRows) slot.show(trade)
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
    this.#endRun()
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
