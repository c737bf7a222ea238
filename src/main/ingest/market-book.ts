import type { GapCause } from '../../shared/domain/ledger.ts'
import type { Market, MarketId } from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { TakerSide } from '../../shared/domain/trade.ts'
import type { KnownPoint, RestTrade, TradeExtra } from '../venues/venue.ts'
import { baseUnits } from './contract-size.ts'
import { Dedup } from './dedup.ts'
import type { FeedListener, FeedMarket } from './feed.ts'
import { type Ids, seqOf } from './hole-filter.ts'

/** A watched market and what is known of its stream. */
export interface Watched {
  market: Market
  state: FeedMarket['state']
  reason: string | undefined
  lastTradeAt: EpochMs | null
  /** Spelled, not listed: to be checked when the list comes. */
  provisional: boolean
  /** Newest trade that was handed over. */
  last: KnownPoint | null
  units: (qty: string) => string
  readonly dedup: Dedup
  /** Ids that a back-fill brought: in a memory of its own, so that many do not push the live ones out. */
  readonly refilled: Dedup
}

/**
 * The watched markets of one venue, by the venue's own symbol: hands each trade over once, whichever
 * way it came, with its quantity in base units.
 */
export class MarketBook {
  readonly #listener: FeedListener
  readonly #ids: Ids
  readonly #watched = new Map<MarketId, Watched>()
  readonly #streaming = new Map<string, Watched>()
  lastTradeAt: EpochMs | null = null
  duplicates = 0

  constructor(listener: FeedListener, ids: Ids) {
    this.#listener = listener
    this.#ids = ids
  }

  get size(): number {
    return this.#watched.size
  }

  all(): readonly Watched[] {
    return [...this.#watched.values()]
  }

  get(market: MarketId): Watched | undefined {
    return this.#watched.get(market)
  }

  streaming(symbol: string): Watched | undefined {
    return this.#streaming.get(symbol)
  }

  /** Takes a market up; one that was refused before keeps its memory. */
  watch(market: Market): Watched {
    const known = this.#watched.get(market.id)
    const watched: Watched = {
      market,
      state: 'pending',
      reason: undefined,
      lastTradeAt: known?.lastTradeAt ?? null,
      provisional: true,
      last: known?.last ?? null,
      units: baseUnits(market.contractSize) ?? ((qty) => qty),
      dedup: known?.dedup ?? new Dedup(),
      refilled: known?.refilled ?? new Dedup(),
    }
    this.#watched.set(market.id, watched)
    return watched
  }

  forget(market: MarketId): void {
    this.#watched.delete(market)
  }

  /** True if the symbol was not its own before. */
  join(watched: Watched, symbol: string): boolean {
    if (this.#streaming.get(symbol) === watched) return false
    this.#streaming.set(symbol, watched)
    return true
  }

  leave(watched: Watched, symbol: string): boolean {
    return this.#streaming.get(symbol) === watched && this.#streaming.delete(symbol)
  }

  trade(
    symbol: string,
    id: string,
    price: string,
    qty: string,
    side: TakerSide,
    time: number,
    receivedAt: number,
    extra: TradeExtra | undefined,
  ): void {
    const watched = this.#streaming.get(symbol)
    if (watched === undefined) return // unwatched meanwhile
    const units = watched.units(qty) // may throw: before the id counts as seen
    if (watched.refilled.has(id) || watched.dedup.seen(id)) {
      this.duplicates += 1
      return
    }
    watched.lastTradeAt = this.lastTradeAt = epochMs(Math.floor(receivedAt))
    if (watched.last === null || time >= watched.last.time) {
      const numbered = { id, price, qty, side, time }
      const { seq } = extra ?? {}
      watched.last = pointOf(seq === undefined ? numbered : { ...numbered, seq }, this.#ids)
    }
    this.#listener.trade(watched.market.id, id, price, units, side, time, receivedAt, extra)
  }

  /** Trades of one poll, oldest first, quantities in base units. Those known already are left out. */
  polled(
    market: MarketId,
    trades: readonly RestTrade[],
    receivedAt: number,
    snapshot: boolean,
  ): void {
    const watched = this.#watched.get(market)
    if (watched === undefined) return
    watched.state = 'confirmed'
    watched.reason = undefined
    for (const trade of trades) {
      if (watched.refilled.has(trade.id) || watched.dedup.seen(trade.id)) continue
      watched.lastTradeAt = this.lastTradeAt = epochMs(Math.floor(receivedAt))
      const { id, price, qty, side, time } = trade
      const extra = extraOf(trade, snapshot)
      this.#listener.trade(market, id, price, qty, side, time, receivedAt, extra)
    }
    const newest = trades.at(-1)
    if (newest !== undefined && newest.time >= (watched.last?.time ?? 0))
      watched.last = pointOf(newest, this.#ids)
  }

  /** Trades that a back-fill brought: a live copy that still comes is left out. */
  refilled(market: MarketId, trades: readonly RestTrade[]): void {
    const watched = this.#watched.get(market)
    if (watched !== undefined) for (const { id } of trades) watched.refilled.seen(id)
  }

  began(watched: Watched): void {
    watched.state = 'confirmed'
    this.#listener.began(watched.market.id)
  }

  broken(watched: Watched, cause: GapCause): void {
    watched.state = 'pending'
    this.#listener.broken(watched.market.id, cause)
  }

  refuse(watched: Watched, reason: string): void {
    if (watched.state === 'confirmed') this.#listener.broken(watched.market.id, 'outage')
    watched.state = 'refused'
    watched.reason = reason
    this.#listener.changed()
  }
}

/** A trade as one end of a hole. */
export function pointOf(trade: RestTrade, ids: Ids): KnownPoint {
  const seq = seqOf(trade, ids)
  return { time: epochMs(trade.time), id: trade.id, ...(seq !== undefined && { seq }) }
}

function extraOf(trade: RestTrade, snapshot: boolean): TradeExtra | undefined {
  const { micros, seq, matches } = trade
  const plain = micros === undefined && seq === undefined && matches === undefined
  if (plain && !snapshot) return undefined
  return {
    ...(micros !== undefined && { micros }),
    ...(seq !== undefined && { seq }),
    ...(matches !== undefined && { matches }),
    ...(snapshot && { snapshot }),
  }
}
