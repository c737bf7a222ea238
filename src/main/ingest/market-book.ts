import type { DecimalBuilder } from '../../shared/domain/decimal-column.ts'
import type { GapCause } from '../../shared/domain/ledger.ts'
import type { Market, MarketId } from '../../shared/domain/market.ts'
import { Prints } from '../../shared/domain/prints.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { KnownPoint, RestTrade, TradeExtra } from '../venues/venue.ts'
import { rowUnits } from './contract-size.ts'
import { Dedup } from './dedup.ts'
import type { FeedListener, FeedMarket } from './feed.ts'
import { type Ids, seqOf } from './hole-filter.ts'
import { NewestPrint } from './newest-print.ts'
import type { SymbolTable } from './symbol-table.ts'

const FIRST_ROWS = 64

/** A watched market and what is known of its stream. */
export interface Watched {
  market: Market
  state: FeedMarket['state']
  reason: string | undefined
  lastTradeAt: EpochMs | null
  /** Spelled, not listed: to be checked when the list comes. */
  provisional: boolean
  /** Newest trade that was handed over. */
  readonly newest: NewestPrint
  /** Of the chunk being read: the rows of its trades, so many of them. */
  rows: Uint32Array
  count: number
  /** Makes base units of contracts, where a quantity counts those. */
  units: ((column: DecimalBuilder, row: number) => void) | null
  readonly dedup: Dedup
  /** Ids that a back-fill brought: in a memory of its own, so that many do not push the live ones out. */
  refilled: Dedup | null
}

/**
 * The watched markets of one venue, by the venue's own symbol: hands each trade over once, whichever
 * way it came, with its quantity in base units.
 */
export class MarketBook {
  readonly symbols: SymbolTable
  readonly #listener: FeedListener
  readonly #ids: Ids
  readonly #refuse: (reason: string, row: string) => void
  readonly #watched = new Map<MarketId, Watched>()
  readonly #streaming = new Map<string, Watched>()
  /** The same by the symbol's number in `symbols`. */
  readonly #bySymbol: (Watched | undefined)[] = []
  /** Markets of the chunk being handed over. */
  readonly #touched: Watched[] = []
  readonly #polled = new Prints()
  lastTradeAt: EpochMs | null = null
  duplicates = 0

  /** `refuse`: is told of a row whose quantity cannot be made base units. */
  constructor(
    listener: FeedListener,
    ids: Ids,
    symbols: SymbolTable,
    refuse: (reason: string, row: string) => void,
  ) {
    this.#listener = listener
    this.#ids = ids
    this.symbols = symbols
    this.#refuse = refuse
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
      newest: known?.newest ?? new NewestPrint(this.#ids),
      rows: new Uint32Array(FIRST_ROWS),
      count: 0,
      units: rowUnits(market.contractSize),
      dedup: known?.dedup ?? new Dedup(),
      refilled: known?.refilled ?? null,
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
    this.#bySymbol[this.symbols.add(symbol)] = watched
    return true
  }

  leave(watched: Watched, symbol: string): boolean {
    if (this.#streaming.get(symbol) !== watched) return false
    this.#bySymbol[this.symbols.add(symbol)] = undefined
    return this.#streaming.delete(symbol)
  }

  /** What the frames of one chunk said was traded. The hot path: nothing is made for a trade. */
  prints(prints: Prints, receivedAt: number): void {
    const at = epochMs(Math.floor(receivedAt))
    const { symbol, time, id } = prints
    for (let row = 0; row < prints.count; row += 1) {
      const watched = this.#bySymbol[symbol[row] ?? 0]
      if (watched === undefined) continue // unwatched meanwhile
      if (watched.units !== null && !this.#inBaseUnits(watched, prints, row)) continue
      if (watched.refilled?.hasAt(id, row) === true || watched.dedup.seenAt(id, row)) {
        this.duplicates += 1
        continue
      }
      const { count } = watched
      if (count === 0) this.#touched.push(watched)
      if (count === watched.rows.length) watched.rows = grown(watched.rows)
      watched.rows[count] = row
      watched.count = count + 1
    }
    for (const watched of this.#touched) {
      watched.lastTradeAt = at
      this.lastTradeAt = at
      const { rows, count } = watched
      watched.count = 0
      this.#listener.trades(watched.market.id, prints, rows, count, receivedAt)
      const newest = newestOf(time, rows, count)
      if (!((time[newest] ?? 0) < watched.newest.time)) watched.newest.setRow(prints, newest)
    }
    this.#touched.length = 0
    this.#listener.handed?.()
  }

  /** False, and told, when that cannot be done: such a row costs itself only. */
  #inBaseUnits(watched: Watched, prints: Prints, row: number): boolean {
    try {
      watched.units?.(prints.qty, row)
      return true
    } catch (error) {
      this.#refuse(String(error), JSON.stringify(prints.text(row)))
      return false
    }
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
    const prints = this.#polled
    for (const trade of trades) {
      if (watched.refilled?.has(trade.id) === true || watched.dedup.seen(trade.id)) continue
      watched.lastTradeAt = this.lastTradeAt = epochMs(Math.floor(receivedAt))
      prints.add(0, { ...trade, extra: extraOf(trade, snapshot) })
    }
    const rows = Uint32Array.from({ length: prints.count }, (_, row) => row)
    if (rows.length > 0) this.#listener.trades(market, prints, rows, rows.length, receivedAt)
    this.#listener.handed?.()
    prints.clear()
    const newest = trades.at(-1)
    if (newest !== undefined && !(newest.time < watched.newest.time))
      watched.newest.setPoint(pointOf(newest, this.#ids))
  }

  /** Trades that a back-fill brought: a live copy that still comes is left out. */
  refilled(market: MarketId, trades: readonly RestTrade[]): void {
    const watched = this.#watched.get(market)
    if (watched === undefined) return
    watched.refilled ??= new Dedup()
    for (const { id } of trades) watched.refilled.seen(id)
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

/** The row of the latest match time, the last of several. */
function newestOf(time: Float64Array, rows: Uint32Array, count: number): number {
  let newest = rows[0] ?? 0
  for (let each = 1; each < count; each += 1) {
    const row = rows[each] ?? 0
    if ((time[row] ?? 0) >= (time[newest] ?? 0)) newest = row
  }
  return newest
}

function grown(rows: Uint32Array): Uint32Array {
  const longer = new Uint32Array(2 * rows.length)
  longer.set(rows)
  return longer
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
