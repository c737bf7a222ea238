import type { Database } from 'better-sqlite3'
import { AlertTable } from './alert-table.ts'
import { type BarChanges, CandleTable } from './candle-table.ts'
import { foldRows } from './fold-rows.ts'
import { LedgerTable } from './ledger-table.ts'
import { type LiveMarket, LiveTape } from './live-tape.ts'
import { type MarketRow, MarketTable } from './market-table.ts'
import { joinBatches } from './packed-batch.ts'
import type { StoreWrite, WriteResult } from './store-protocol.ts'
import { writeLogRecord } from './tape-block.ts'
import type { TapeColumns } from './tape-columns.ts'

/** The rows of one market in a write: those that are new, in order of arrival. */
interface MarketRows {
  readonly market: MarketRow
  readonly live: LiveMarket
  readonly rows: Uint32Array
  readonly count: number
}

/** The new rows of a write, market by market. */
interface NewRows {
  readonly sections: readonly MarketRows[]
  readonly stored: number
}

/**
 * Writes trades and, in the same transaction, the one-minute bars that they change and what the ledger
 * says of them and what alerts made of them. The trades of a write lie in one record of the log until they are sealed.
 */
export class TradeLog {
  readonly markets: MarketTable
  readonly candles: CandleTable
  readonly tape: LiveTape
  readonly ledger: LedgerTable
  readonly alerts: AlertTable
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
    this.markets = new MarketTable(db)
    this.candles = new CandleTable(db)
    this.tape = new LiveTape(db)
    this.ledger = new LedgerTable(db, this.markets)
    this.alerts = new AlertTable(db)
  }

  /**
   * One transaction: all of it is on the disk when this returns, or nothing is and it throws.
   * A trade that is there already changes nothing and is counted as a duplicate.
   */
  append(write: StoreWrite): WriteResult {
    try {
      this.#db.exec('BEGIN IMMEDIATE')
      const bars = this.candles.changes()
      const result = this.#appendTrades(write, bars)
      for (const { market, at } of write.partials)
        bars.markPartial(this.markets.ensure(market).id, at)
      bars.save()
      this.ledger.write(write.ledger ?? [])
      this.alerts.write(write.alerts ?? [])
      this.#db.exec('COMMIT')
      bars.kept()
      return result
    } catch (error) {
      this.#rollback()
      throw error
    }
  }

  #appendTrades({ batches }: StoreWrite, bars: BarChanges): WriteResult {
    const batch = joinBatches(batches)
    if (batch === undefined) return { stored: 0, duplicates: 0 }
    const { tail } = this.tape
    const rows = batch.markets.map((market) => this.markets.ensure(market))
    const { sections, stored } = this.#newRows(batch, batch.market, rows)
    if (stored > 0) {
      for (const { market, rows, count } of sections)
        foldRows({ columns: batch, rows, count }, market, bars)
      const id = this.tape.nextLogId()
      this.tape.log.insert({
        id,
        trades: stored,
        ...timesOf(batch, sections),
        data: writeLogRecord(
          batch,
          sections.map((section) => ({ ...section, market: section.market.id })),
        ),
      })
      tail.push(
        id,
        sections.map(({ market, rows, count }) => ({
          market: market.id,
          columns: batch,
          rows,
          count,
        })),
      )
    }
    return { stored, duplicates: batch.count - stored }
  }

  /** Groups rows by market and leaves out what is on the tape already. */
  #newRows(columns: TapeColumns, market: Uint32Array, markets: readonly MarketRow[]): NewRows {
    checkColumns(columns, market, markets.length)
    const [slots, slotOf] = distinct(markets)
    const ends = new Uint32Array(slots.length)
    for (let row = 0; row < columns.count; row += 1) {
      const slot = slotOf[market[row] ?? 0] ?? 0
      ends[slot] = (ends[slot] ?? 0) + 1
    }
    const begins = new Uint32Array(slots.length)
    for (let slot = 1; slot < slots.length; slot += 1)
      begins[slot] = (begins[slot - 1] ?? 0) + (ends[slot - 1] ?? 0)
    ends.set(begins)
    const live = slots.map(({ id }) => this.tape.market(id))
    const rows = new Uint32Array(columns.count)
    // Rows of a market stand together, a chunk of the socket at a time.
    for (let row = 0; row < columns.count; ) {
      const index = market[row] ?? 0
      const slot = slotOf[index] ?? 0
      const ids = live[slot]?.ids
      let end = ends[slot] ?? 0
      for (; row < columns.count && market[row] === index; row += 1)
        if (ids?.add(columns.id, row, columns.exchangeTime[row] ?? 0) === true) {
          rows[end] = row
          end += 1
        }
      ends[slot] = end
    }
    let stored = 0
    const sections: MarketRows[] = []
    for (const [slot, each] of slots.entries()) {
      const [begin = 0, end = 0, known] = [begins[slot], ends[slot], live[slot]]
      if (end === begin || known === undefined) continue
      stored += end - begin
      sections.push({
        market: each,
        live: known,
        rows: rows.subarray(begin, end),
        count: end - begin,
      })
    }
    return { sections, stored }
  }

  /** What is remembered may not be on the disk, or no longer: it is read again when it is needed. */
  forget(): void {
    this.markets.forget()
    this.candles.forget()
    this.tape.forget()
  }

  #rollback(): void {
    this.forget()
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
  }
}

/** The same market may be named more than once: its distinct rows, and which of them each name is. */
function distinct(markets: readonly MarketRow[]): [readonly MarketRow[], Uint32Array] {
  const slots: MarketRow[] = []
  const places = new Map<number, number>()
  const slotOf = Uint32Array.from(markets, (market) => {
    const place = places.get(market.id) ?? slots.length
    if (place === slots.length) {
      places.set(market.id, place)
      slots.push(market)
    }
    return place
  })
  return [slots, slotOf]
}

function checkColumns(columns: TapeColumns, market: Uint32Array, markets: number): void {
  const { count, id, price, qty, exchangeTime, receiveTime } = columns
  for (const column of [market, id.number, price.mantissa, qty.mantissa, exchangeTime, receiveTime])
    if (column.length < count) throw new RangeError('A batch with columns of different lengths')
  for (let row = 0; row < count; row += 1) {
    const index = market[row] ?? 0
    if (index >= markets) throw new RangeError(`A batch names market ${index} of ${markets}`)
    const [time = Number.NaN, received = Number.NaN] = [exchangeTime[row], receiveTime[row]]
    if (!Number.isSafeInteger(time) || !Number.isSafeInteger(received))
      throw new RangeError(`A trade's times are not whole milliseconds: ${time}, ${received}`)
  }
}

function timesOf(
  { exchangeTime }: TapeColumns,
  sections: readonly MarketRows[],
): { readonly from: number; readonly to: number } {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const { rows } of sections)
    for (let i = 0; i < rows.length; i += 1) {
      const time = exchangeTime[rows[i] ?? 0] ?? 0
      if (time < from) from = time
      if (time > to) to = time
    }
  return { from, to }
}
