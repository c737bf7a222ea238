import { DecimalBuilder } from '../../shared/domain/decimal-column.ts'
import { IdBuilder } from '../../shared/domain/id-column.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Prints } from '../../shared/domain/prints.ts'
import { ORIGINS, type TradeBatch, type TradeOrigin } from '../../shared/domain/trade.ts'

/** One trade on its way into the columns. Times in epoch milliseconds. */
export interface BatchRow {
  readonly market: MarketId
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly buy: boolean
  readonly exchangeTime: number
  /** 0–999, or -1 where the venue gives milliseconds only. */
  readonly exchangeMicros: number
  readonly receiveTime: number
  readonly matches: number
  readonly origin: TradeOrigin
}

const ORIGIN_INDEX = { stream: 0, snapshot: 1, backfill: 2 } as const satisfies Record<
  TradeOrigin,
  number
>
if (ORIGINS.some((origin, index) => ORIGIN_INDEX[origin] !== index))
  throw new Error('ORIGINS and ORIGIN_INDEX disagree')

/** Gathers trades into columns until somebody takes them. Holds no clock and no timer. */
export class Batcher {
  #capacity: number
  #count = 0
  #markets: MarketId[] = []
  #marketIndex = new Map<MarketId, number>()
  readonly #id: IdBuilder
  readonly #price: DecimalBuilder
  readonly #qty: DecimalBuilder
  #market: Uint32Array
  #side: Uint8Array
  #exchangeTime: Float64Array
  #exchangeMicros: Int16Array
  #receiveTime: Float64Array
  #matches: Uint32Array
  #origin: Uint8Array

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#id = new IdBuilder(capacity)
    this.#price = new DecimalBuilder(capacity)
    this.#qty = new DecimalBuilder(capacity)
    this.#market = new Uint32Array(capacity)
    this.#side = new Uint8Array(capacity)
    this.#exchangeTime = new Float64Array(capacity)
    this.#exchangeMicros = new Int16Array(capacity)
    this.#receiveTime = new Float64Array(capacity)
    this.#matches = new Uint32Array(capacity)
    this.#origin = new Uint8Array(capacity)
  }

  get count(): number {
    return this.#count
  }

  /** Adds a row; true when the batch is full and must be taken before the next one. */
  add(row: BatchRow): boolean {
    const at = this.#count
    if (at >= this.#capacity) throw new RangeError('the batch is full: take it first')
    this.#id.set(at, row.id)
    this.#price.set(at, row.price)
    this.#qty.set(at, row.qty)
    this.#market[at] = this.#indexOf(row.market)
    this.#side[at] = row.buy ? 0 : 1
    this.#exchangeTime[at] = row.exchangeTime
    this.#exchangeMicros[at] = row.exchangeMicros
    this.#receiveTime[at] = row.receiveTime
    this.#matches[at] = row.matches
    this.#origin[at] = ORIGIN_INDEX[row.origin]
    this.#count = at + 1
    return this.#count === this.#capacity
  }

  /** Rows that still find room. */
  get room(): number {
    return this.#capacity - this.#count
  }

  /**
   * Adds rows of a venue's prints, no more than there is room for: the first `count` of `rows` say which,
   * and of `origins` (indices into ORIGINS) where each of them came from. True as `add`.
   */
  addPrints(
    market: MarketId,
    prints: Prints,
    rows: Uint32Array,
    origins: Uint8Array,
    count: number,
    receiveTime: number,
  ): boolean {
    const at = this.#count
    if (count > this.room) throw new RangeError('the batch is full: take it first')
    const index = this.#indexOf(market)
    const { id, price, qty, side, time, micros, matches } = prints
    for (let each = 0; each < count; each += 1) {
      const [row, to] = [rows[each] ?? 0, at + each]
      this.#id.copy(to, id, row)
      this.#price.copy(to, price, row)
      this.#qty.copy(to, qty, row)
      this.#market[to] = index
      this.#side[to] = side[row] ?? 0
      this.#exchangeTime[to] = time[row] ?? Number.NaN
      this.#exchangeMicros[to] = micros[row] ?? -1
      this.#receiveTime[to] = receiveTime
      this.#matches[to] = matches[row] ?? 1
      this.#origin[to] = origins[each] ?? 0
    }
    this.#count = at + count
    return this.#count === this.#capacity
  }

  /** Hands the rows over and starts anew; null when there are none. */
  take(): TradeBatch | null {
    const count = this.#count
    if (count === 0) return null
    const batch: TradeBatch = {
      count,
      markets: this.#markets,
      id: this.#id.take(count),
      price: this.#price.take(count),
      qty: this.#qty.take(count),
      market: this.#market.slice(0, count),
      side: this.#side.slice(0, count),
      exchangeTime: this.#exchangeTime.slice(0, count),
      exchangeMicros: this.#exchangeMicros.slice(0, count),
      receiveTime: this.#receiveTime.slice(0, count),
      matches: this.#matches.slice(0, count),
      origin: this.#origin.slice(0, count),
    }
    this.#count = 0
    this.#markets = []
    this.#marketIndex = new Map()
    return batch
  }

  #indexOf(market: MarketId): number {
    const known = this.#marketIndex.get(market)
    if (known !== undefined) return known
    const index = this.#markets.push(market) - 1
    this.#marketIndex.set(market, index)
    return index
  }
}
