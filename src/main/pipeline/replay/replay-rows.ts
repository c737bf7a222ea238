import { type DecimalColumn, doubleAt } from '../../../shared/domain/decimal-column.ts'
import type { IdColumn } from '../../../shared/domain/id-column.ts'
import { ORIGINS } from '../../../shared/domain/trade.ts'

/** Trades of one market as the tape has them: the columns of the store that a replay looks at. */
export interface ReplayColumns {
  readonly count: number
  readonly id: IdColumn
  readonly price: DecimalColumn
  readonly qty: DecimalColumn
  /** 0 buy, 1 sell. */
  readonly side: Uint8Array
  /** Index into ORIGINS. */
  readonly origin: Uint8Array
  readonly matches: Uint32Array
  /** Whole epoch milliseconds. */
  readonly exchangeTime: Float64Array
  readonly exchangeMicros: Int16Array
  readonly receiveTime: Float64Array
}

/**
 * `received`: as it was heard, by receipt. `exchange`: as it happened, by match time; trades that were fetched
 * afterwards stand where they belong.
 */
export type ReplayOrder = 'received' | 'exchange'

/** Trades of one market in the order of a replay, a column a field. */
export interface ReplayRows {
  readonly count: number
  /** The instant in which it is played, whole epoch ms; never goes back. */
  readonly at: Float64Array
  /** Match time, whole epoch ms. */
  readonly time: Float64Array
  readonly price: Float64Array
  /** In base units. */
  readonly qty: Float64Array
  /** 0 buy, 1 sell. */
  readonly side: Uint8Array
  /** 1: fetched afterwards. */
  readonly late: Uint8Array
  /** The id where it is a number, else a number made of it. */
  readonly id: Float64Array
  /** Where each comes from, for whoever wants its texts. */
  readonly from: readonly ReplayColumns[]
  readonly row: Uint32Array
}

const SNAPSHOT = ORIGINS.indexOf('snapshot')
const BACKFILL = ORIGINS.indexOf('backfill')

/** Rows being filled. */
export interface RowsBuilder extends ReplayRows {
  count: number
  readonly from: ReplayColumns[]
}

export const roomFor = (rows: number): RowsBuilder => ({
  count: 0,
  at: new Float64Array(rows),
  time: new Float64Array(rows),
  price: new Float64Array(rows),
  qty: new Float64Array(rows),
  side: new Uint8Array(rows),
  late: new Uint8Array(rows),
  id: new Float64Array(rows),
  from: [],
  row: new Uint32Array(rows),
})

/**
 * A page of the tape as rows with `at` = match time. Left out is what is folded into nothing live: history that
 * a venue replayed and that filled nothing, and what has no number for a price or a quantity.
 */
export function readPage(page: ReplayColumns, inverse: boolean): RowsBuilder {
  const rows = roomFor(page.count)
  const { exchangeTime, origin, side } = page
  let count = 0
  for (let row = 0; row < page.count; row += 1) {
    if (origin[row] === SNAPSHOT) continue
    const price = doubleAt(page.price, row)
    const qty = inverse ? doubleAt(page.qty, row) / price : doubleAt(page.qty, row)
    if (!Number.isFinite(price) || !Number.isFinite(qty)) continue
    const time = exchangeTime[row] ?? 0
    rows.at[count] = time
    rows.time[count] = time
    rows.price[count] = price
    rows.qty[count] = qty
    rows.side[count] = side[row] ?? 0
    rows.late[count] = origin[row] === BACKFILL ? 1 : 0
    rows.id[count] = idKey(page.id, row)
    rows.from.push(page)
    rows.row[count] = row
    count += 1
  }
  rows.count = count
  return rows
}

/** Adds row `i` of others; `at` may be another one. */
export function copyRow(to: RowsBuilder, rows: ReplayRows, i: number, at: number): void {
  const { count } = to
  to.at[count] = at
  to.time[count] = rows.time[i] ?? 0
  to.price[count] = rows.price[i] ?? 0
  to.qty[count] = rows.qty[i] ?? 0
  to.side[count] = rows.side[i] ?? 0
  to.late[count] = rows.late[i] ?? 0
  to.id[count] = rows.id[i] ?? 0
  to.row[count] = rows.row[i] ?? 0
  const from = rows.from[i]
  if (from !== undefined) to.from.push(from)
  to.count = count + 1
}

/** FNV-1a over the bytes of a text id, in the 32 bits that all machines agree on, twice. */
function idKey({ number, bytes, end }: IdColumn, row: number): number {
  const value = number[row] ?? Number.NaN
  if (!Number.isNaN(value)) return value
  let [high, low] = [0x811c9dc5, 0x9e3779b9]
  for (let i = row === 0 ? 0 : (end[row - 1] ?? 0); i < (end[row] ?? 0); i += 1) {
    high = Math.imul(high ^ (bytes[i] ?? 0), 0x01000193)
    low = Math.imul(low ^ (bytes[i] ?? 0), 0x85ebca6b)
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0)
}
