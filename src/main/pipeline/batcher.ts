import { DecimalBuilder, decimalAt } from '../../shared/domain/decimal-column.ts'
import { IdBuilder, idAt } from '../../shared/domain/id-column.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Prints } from '../../shared/domain/prints.ts'
import { ORIGINS, type TradeBatch, type TradeOrigin } from '../../shared/domain/trade.ts'
import { type BatchMemory, batchMemory, firstRows } from './batch-memory.ts'

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
  #rows: BatchMemory

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#rows = batchMemory(capacity)
    this.#id = new IdBuilder(0)
    this.#price = new DecimalBuilder(0)
    this.#qty = new DecimalBuilder(0)
    this.#build()
  }

  /** Lets the builders write into the memory of the batch. */
  #build(): void {
    this.#id.over(this.#rows.id)
    this.#price.over(this.#rows.price, this.#rows.priceScale)
    this.#qty.over(this.#rows.qty, this.#rows.qtyScale)
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
    this.#rows.market[at] = this.#indexOf(row.market)
    this.#rows.side[at] = row.buy ? 0 : 1
    this.#rows.exchangeTime[at] = row.exchangeTime
    this.#rows.exchangeMicros[at] = row.exchangeMicros
    this.#rows.receiveTime[at] = row.receiveTime
    this.#rows.matches[at] = row.matches
    this.#rows.origin[at] = ORIGIN_INDEX[row.origin]
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
    const to = this.#rows
    for (let each = 0; each < count; each += 1) {
      const [row, put] = [rows[each] ?? 0, at + each]
      this.#id.copy(put, id, row)
      this.#price.copy(put, price, row)
      this.#qty.copy(put, qty, row)
      to.market[put] = index
      to.side[put] = side[row] ?? 0
      to.exchangeTime[put] = time[row] ?? Number.NaN
      to.exchangeMicros[put] = micros[row] ?? -1
      to.receiveTime[put] = receiveTime
      to.matches[put] = matches[row] ?? 1
      to.origin[put] = origins[each] ?? 0
    }
    this.#count = at + count
    return this.#count === this.#capacity
  }

  /** Hands the rows over and starts anew; null when there are none. */
  take(): TradeBatch | null {
    const count = this.#count
    if (count === 0) return null
    const rows = firstRows(this.#rows, count)
    const batch: TradeBatch = {
      count,
      markets: this.#markets,
      id: this.#id.takeOver(rows.id, count),
      price: this.#price.takeOver(rows.price, rows.priceScale),
      qty: this.#qty.takeOver(rows.qty, rows.qtyScale),
      market: rows.market,
      side: rows.side,
      exchangeTime: rows.exchangeTime,
      exchangeMicros: rows.exchangeMicros,
      receiveTime: rows.receiveTime,
      matches: rows.matches,
      origin: rows.origin,
    }
    if (rows.side.buffer === this.#rows.side.buffer) {
      this.#rows = batchMemory(this.#capacity)
      this.#build()
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

/** The other rows of a batch, in their order; null when none are left. Slow: for the rare case. */
export function withoutRows(batch: TradeBatch, left: ReadonlySet<number>): TradeBatch | null {
  const rest = new Batcher(Math.max(batch.count - left.size, 1))
  for (let row = 0; row < batch.count; row += 1) {
    const market = batch.markets[batch.market[row] ?? 0]
    if (left.has(row) || market === undefined) continue
    rest.add({
      market,
      id: idAt(batch.id, row),
      price: decimalAt(batch.price, row),
      qty: decimalAt(batch.qty, row),
      buy: batch.side[row] === 0,
      exchangeTime: batch.exchangeTime[row] ?? Number.NaN,
      exchangeMicros: batch.exchangeMicros[row] ?? -1,
      receiveTime: batch.receiveTime[row] ?? Number.NaN,
      matches: batch.matches[row] ?? 1,
      origin: ORIGINS[batch.origin[row] ?? 0] ?? 'backfill',
    })
  }
  return rest.take()
}
