import type { Database, Statement } from 'better-sqlite3'
import { decimalAt } from '../../shared/domain/decimal-column.ts'
import { idAt } from '../../shared/domain/id-column.ts'
import { ORIGINS } from '../../shared/domain/trade.ts'
import { type BarChanges, CandleTable } from './candle-table.ts'
import { LedgerTable } from './ledger-table.ts'
import { MarketTable } from './market-table.ts'
import type { PackedBatch } from './packed-batch.ts'
import type { StoreWrite, WriteResult } from './store-protocol.ts'
import {
  COLUMNS,
  encodeId,
  type MarketScale,
  packFlags,
  pushRow,
  type RowValue,
  toDouble,
  unpackFlags,
} from './trade-row.ts'

const WIDTH = COLUMNS.length
/** Rows per statement. Beyond 64 nothing is gained. */
const CHUNKS = [64, 8, 1] as const
const SNAPSHOT = ORIGINS.indexOf('snapshot')
const BACKFILL = ORIGINS.indexOf('backfill')

/** Rows ready for the database: WIDTH values each, and the doubles the bars are folded from. */
interface Rows {
  readonly values: RowValue[]
  readonly prices: number[]
  readonly qtys: number[]
}

/**
 * Writes trades and, in the same transaction, the one-minute bars that they change and what the ledger
 * says of them.
 */
export class TradeLog {
  readonly markets: MarketTable
  readonly candles: CandleTable
  readonly #ledger: LedgerTable
  readonly #db: Database
  readonly #inserts: readonly { readonly rows: number; readonly run: Statement<RowValue[]> }[]

  constructor(db: Database) {
    this.#db = db
    this.markets = new MarketTable(db)
    this.candles = new CandleTable(db)
    this.#ledger = new LedgerTable(db, this.markets)
    const row = `(${COLUMNS.map(() => '?').join(', ')})`
    this.#inserts = CHUNKS.map((rows) => ({
      rows,
      run: db.prepare(
        `INSERT OR IGNORE INTO trade (${COLUMNS.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`,
      ),
    }))
  }

  /**
   * One transaction: all of it is on the disk when this returns, or nothing is and it throws.
   * A trade whose (market, id) is there already changes nothing and is counted as a duplicate.
   */
  append(write: StoreWrite): WriteResult {
    try {
      return (
        this.#attempt(write, true) ?? this.#attempt(write, false) ?? { stored: 0, duplicates: 0 }
      )
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  /**
   * Many rows a statement tell only how many were new, and bars must count new rows only. So rows go
   * in by the chunk as long as all are new (`undefined` when one was not, and nothing is changed),
   * else one by one.
   */
  #attempt(write: StoreWrite, allNew: boolean): WriteResult | undefined {
    this.#db.exec('BEGIN IMMEDIATE')
    const bars = this.candles.changes()
    let stored = 0
    let count = 0
    for (const batch of write.batches) {
      const rows = encodeBatch(
        batch,
        batch.markets.map((market) => this.markets.ensure(market)),
      )
      const added = allNew ? this.#insertChunks(rows, bars) : this.#insertSingly(rows, bars)
      if (added === undefined) {
        this.#rollback()
        return undefined
      }
      stored += added
      count += batch.count
    }
    for (const { market, at } of write.partials)
      bars.markPartial(this.markets.ensure(market).id, at)
    bars.save()
    this.#ledger.write(write.ledger ?? [])
    this.#db.exec('COMMIT')
    return { stored, duplicates: count - stored }
  }

  #insertChunks(rows: Rows, bars: BarChanges): number | undefined {
    const count = rows.prices.length
    let done = 0
    for (const insert of this.#inserts)
      for (; count - done >= insert.rows; done += insert.rows) {
        const values = rows.values.slice(done * WIDTH, (done + insert.rows) * WIDTH)
        if (insert.run.run(...values).changes !== insert.rows) return undefined
      }
    for (let row = 0; row < count; row += 1) foldRow(rows, row, bars)
    return count
  }

  #insertSingly(rows: Rows, bars: BarChanges): number {
    const insert = this.#inserts.at(-1)?.run
    let stored = 0
    for (let row = 0; row < rows.prices.length; row += 1) {
      const values = rows.values.slice(row * WIDTH, (row + 1) * WIDTH)
      if (insert?.run(...values).changes !== 1) continue
      stored += 1
      foldRow(rows, row, bars)
    }
    return stored
  }

  #rollback(): void {
    this.markets.forget()
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
  }
}

/** Replayed history is stored but not folded: it may be any part of a bar. */
function foldRow(rows: Rows, row: number, bars: BarChanges): void {
  const at = row * WIDTH
  const { side, origin } = unpackFlags(Number(rows.values[at + 6]))
  const price = rows.prices[row] ?? Number.NaN
  const qty = rows.qtys[row] ?? Number.NaN
  if (origin === SNAPSHOT || !Number.isFinite(price) || !Number.isFinite(qty)) return
  const [market, time] = [Number(rows.values[at]), Number(rows.values[at + 1])]
  bars.fold(market, time, price, qty, side === 0, origin === BACKFILL)
}

function encodeBatch(batch: PackedBatch, markets: readonly MarketScale[]): Rows {
  const { id: ids, price: prices, qty: qtys } = batch
  const lengths = [ids.number, prices.mantissa, qtys.mantissa].map(({ length }) => length)
  if (lengths.some((length) => length !== batch.count))
    throw new RangeError('A batch with columns of different lengths')
  const rows: Rows = { values: [], prices: [], qtys: [] }
  const nth = new ArrivalOrder(markets.length)
  for (let i = 0; i < batch.count; i += 1) {
    const index = batch.market[i] ?? 0
    const market = markets[index]
    if (market === undefined)
      throw new RangeError(`A batch names market ${index} of ${markets.length}`)
    const time = batch.exchangeTime[i] ?? Number.NaN
    const id = encodeId(idAt(ids, i))
    const matches = batch.matches[i] ?? 1
    const place = typeof id === 'object' ? nth.next(index, time) : 0
    const micros = batch.exchangeMicros[i] ?? -1
    const flags = packFlags(batch.side[i] ?? 0, batch.origin[i] ?? 0, micros, matches, place)
    const received = batch.receiveTime[i] ?? Number.NaN
    const price = decimalAt(prices, i)
    const qty = decimalAt(qtys, i)
    pushRow(rows.values, market, time, received, id, price, qty, flags, matches)
    const end = rows.values.length
    rows.prices.push(toDouble(scaled(rows.values, end, 3), market.priceScale, price))
    const size = toDouble(scaled(rows.values, end, 4), market.qtyScale, qty)
    rows.qtys.push(market.inverse === 1 ? size / (rows.prices.at(-1) ?? Number.NaN) : size)
  }
  return rows
}

/** A scaled value of the row just pushed; undefined when its text is the truth. */
function scaled(values: RowValue[], end: number, column: number): number | undefined {
  const value = values[end - WIDTH + column]
  return values[end - 1] === null && typeof value === 'number' ? value : undefined
}

/** Counts trades of the same market and millisecond as they follow each other in a batch. */
class ArrivalOrder {
  readonly #time: Float64Array
  readonly #nth: Uint32Array

  constructor(markets: number) {
    this.#time = new Float64Array(markets)
    this.#nth = new Uint32Array(markets)
  }

  next(market: number, time: number): number {
    const nth = this.#time[market] === time ? (this.#nth[market] ?? 0) + 1 : 0
    this.#time[market] = time
    this.#nth[market] = nth
    return nth
  }
}
