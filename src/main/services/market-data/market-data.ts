import type { LedgerChange } from '../../../shared/domain/ledger.ts'
import type { Market, MarketId, VenueId } from '../../../shared/domain/market.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import type { TakerSide, Trade, TradeOrigin } from '../../../shared/domain/trade.ts'
import type { FeedListener } from '../../ingest/feed.ts'
import { Batcher } from '../../pipeline/batcher.ts'
import type { Continuity } from '../../pipeline/continuity.ts'
import type { Clock } from '../../ports.ts'
import type { TradeStore } from '../../store/store.ts'
import type { RestTrade, TradeExtra } from '../../venues/venue.ts'
import { MarketSlot } from './market-slot.ts'

export interface MarketDataOptions {
  readonly clock: Clock
  readonly store: Pick<TradeStore, 'append' | 'note' | 'markPartial'>
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
  /** The store had no room: all trades since the last `stored()` are lost for now. */
  refused(): void
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
  /** A live trade: when it was read here; when it was made and sent by the venue's clock. Epoch ms. */
  trade(receivedAt: number, time: number, pushed: number | undefined): void
  /** A frame with live trades is done with (see `FeedListener.folded`). */
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
  readonly #options: MarketDataOptions
  /** Slots into which the frame being read folded a trade. */
  readonly #touched = new Set<MarketSlot>()
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
      folded: (...stamps) => this.#frameFolded(probe, ...stamps),
      trade: (market, id, price, qty, side, time, receivedAt, extra) =>
        this.#trade(probe, market, id, price, qty, side, time, receivedAt, extra),
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
      this.#put(market, id, price, qty, side, time, micros ?? -1, now, matches, 'backfill')
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
    if (store.append(batch, changes)) ledger.stored()
    else {
      ledger.refused()
      store.note(ledger.drain())
    }
    this.#options.latency.flushed()
  }

  /** Hands over what the ledger has to say when no trades wait to take it along. */
  note(): void {
    if (this.#batcher.count === 0) this.flush()
  }

  #trade(
    probe: VenueProbe,
    market: MarketId,
    id: string,
    price: string,
    qty: string,
    side: TakerSide,
    time: number,
    receivedAt: number,
    extra: TradeExtra | undefined,
  ): void {
    const slot = this.slots.get(market)
    if (slot === undefined) return // no longer watched: the venue's last frames on the way
    const micros = extra?.micros ?? -1
    const matches = extra?.matches ?? 1
    const receiveTime = Math.floor(receivedAt) as EpochMs
    const { continuity } = slot
    const last = continuity.numbered ? (extra?.seq ?? Number(id)) : Number.NaN
    let origin: TradeOrigin = 'stream'
    const worth = Number(price)
    if (slot.recorded !== null && this.#isRecorded(slot, id, receivedAt)) {
      this.repeats += 1
      return
    }
    if (extra?.snapshot === true) {
      const verdict = continuity.late(time, id, last - matches + 1, last, receiveTime)
      origin = verdict === 'known' ? 'snapshot' : 'backfill'
      if (verdict !== 'known')
        slot.foldLate(
          receiveTime,
          time,
          worth,
          slot.baseUnits(worth, Number(qty)),
          side,
          verdict === 'again',
        )
      if (verdict === 'new') slot.feed.late(receiveTime, { ...extra, id, price, qty, side, time })
    } else if (continuity.live(time, id, last - matches + 1, last, receiveTime)) {
      slot.fold(receiveTime, time, worth, slot.baseUnits(worth, Number(qty)), side)
      this.#touched.add(slot)
      probe.trade(receivedAt, time + (micros < 0 ? 0 : micros / 1_000), extra?.pushed)
      if (slot.tape.wanted || slot.feed.wanted)
        this.#show(slot, extra?.seq, {
          market,
          id,
          price,
          qty,
          side,
          exchangeTime: time as EpochMs,
          ...(micros < 0 ? {} : { exchangeMicros: micros }),
          receiveTime,
          matches,
          origin,
        })
    } else this.repeats += 1 // the store keeps it if it is one from before the tape began
    this.trades += 1
    this.#put(market, id, price, qty, side, time, micros, receiveTime, matches, origin)
  }

  #show(slot: MarketSlot, seq: number | undefined, trade: Trade): void {
    if (slot.tape.wanted) slot.show(trade)
    if (slot.feed.wanted) slot.feed.push(seq === undefined ? trade : { ...trade, seq })
  }

  #put(
    market: MarketId,
    id: string,
    price: string,
    qty: string,
    side: TakerSide,
    exchangeTime: number,
    exchangeMicros: number,
    receiveTime: EpochMs,
    matches: number,
    origin: TradeOrigin,
  ): void {
    const full = this.#batcher.add({
      market,
      id,
      price,
      qty,
      buy: side === 'buy',
      exchangeTime,
      exchangeMicros,
      receiveTime,
      matches,
      origin,
    })
    if (full) this.flush()
    else
      this.#cancelFlush ??= this.#options.clock.after(this.#batchMs, () => {
        this.#cancelFlush = null
        this.flush()
      })
  }

  /** Venues replay their newest trades on subscribe, some of them without saying so. */
  #isRecorded(slot: MarketSlot, id: string, receivedAt: number): boolean {
    if (receivedAt - slot.openedAt > REPLAY_MS) slot.recorded = null
    return slot.recorded?.has(id) === true
  }

  #frameFolded(probe: VenueProbe, receivedAt: number, parsedAt: number, foldedAt: number): void {
    if (this.#touched.size === 0) return
    for (const slot of this.#touched) slot.foldedAt = foldedAt
    this.#touched.clear()
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
