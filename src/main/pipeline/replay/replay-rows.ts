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
  /** Where each comes from, for whoever wants its texts: a row of one of `sources`. */
  readonly sources: readonly ReplayColumns[]
  readonly source: Uint32Array
  readonly row: Uint32Array
}

const SNAPSHOT = ORIGINS.indexOf('snapshot')
const BACKFILL = ORIGINS.indexOf('backfill')

export const NO_ROWS: ReplayRows = roomFor(0, [])

/** Rows to be written into. */
export function roomFor(count: number, sources: readonly ReplayColumns[]): ReplayRows {
  return {
    count,
    at: new Float64Array(count),
    time: new Float64Array(count),
    price: new Float64Array(count),
    qty: new Float64Array(count),
    side: new Uint8Array(count),
    late: new Uint8Array(count),
    id: new Float64Array(count),
    sources,
    source: new Uint32Array(count),
    row: new Uint32Array(count),
  }
}

/**
 * A page of the tape as rows with `at` = match time. Left out is what is folded into nothing live: history that
 * a venue replayed and that filled nothing, and what has no number for a price or a quantity.
 */
export function readPage(page: ReplayColumns, inverse: boolean): ReplayRows {
  const rows = roomFor(page.count, [page])
  const { exchangeTime, origin, side } = page
  let count = 0
  for (let row = 0; row < page.count; row += 1) {
    if (origin[row] === SNAPSHOT) continue
    const price = doubleAt(page.price, row)
    const qty = inverse ? doubleAt(page.qty, row) / price : doubleAt(page.qty, row)
    if (!Number.isFinite(price) || !Number.isFinite(qty)) continue
    rows.time[count] = exchangeTime[row] ?? 0
    rows.price[count] = price
    rows.qty[count] = qty
    rows.side[count] = side[row] ?? 0
    rows.late[count] = origin[row] === BACKFILL ? 1 : 0
    rows.id[count] = idKey(page.id, row)
    rows.row[count] = row
    count += 1
  }
  return { ...rows, at: rows.time, count }
}

/** Rows [from, to); their numbers are shared, not copied. */
export const sliceRows = (rows: ReplayRows, from: number, to: number): ReplayRows =>
  from === 0 && to === rows.count
    ? rows
    : {
        count: to - from,
        at: rows.at.subarray(from, to),
        time: rows.time.subarray(from, to),
        price: rows.price.subarray(from, to),
        qty: rows.qty.subarray(from, to),
        side: rows.side.subarray(from, to),
        late: rows.late.subarray(from, to),
        id: rows.id.subarray(from, to),
        sources: rows.sources,
        source: rows.source.subarray(from, to),
        row: rows.row.subarray(from, to),
      }

/**
 * Rows of two lists as one: number i is that of `order[i]` among those of `a` and then those of `b`. Sources that
 * no row comes from any more are let go.
 */
export function gatherRows(a: ReplayRows, b: ReplayRows, order: ArrayLike<number>): ReplayRows {
  const rows = roomFor(order.length, [])
  const { count } = a
  gather(rows.at, a.at, b.at, count, order)
  gather(rows.time, a.time, b.time, count, order)
  gather(rows.price, a.price, b.price, count, order)
  gather(rows.qty, a.qty, b.qty, count, order)
  gather(rows.id, a.id, b.id, count, order)
  gatherBytes(rows.side, a.side, b.side, count, order)
  gatherBytes(rows.late, a.late, b.late, count, order)
  gatherWords(rows.row, a.row, b.row, count, order)
  return { ...rows, sources: gatherSources(rows.source, a, b, order) }
}

// One function a kind of array: the compiler makes each of them quick.
function gather(
  to: Float64Array,
  a: Float64Array,
  b: Float64Array,
  count: number,
  order: ArrayLike<number>,
): void {
  for (let i = 0; i < to.length; i += 1) {
    const j = order[i] ?? 0
    to[i] = (j < count ? a[j] : b[j - count]) ?? 0
  }
}

function gatherBytes(
  to: Uint8Array,
  a: Uint8Array,
  b: Uint8Array,
  count: number,
  order: ArrayLike<number>,
): void {
  for (let i = 0; i < to.length; i += 1) {
    const j = order[i] ?? 0
    to[i] = (j < count ? a[j] : b[j - count]) ?? 0
  }
}

function gatherWords(
  to: Uint32Array,
  a: Uint32Array,
  b: Uint32Array,
  count: number,
  order: ArrayLike<number>,
): void {
  for (let i = 0; i < to.length; i += 1) {
    const j = order[i] ?? 0
    to[i] = (j < count ? a[j] : b[j - count]) ?? 0
  }
}

function gatherSources(
  to: Uint32Array,
  a: ReplayRows,
  b: ReplayRows,
  order: ArrayLike<number>,
): readonly ReplayColumns[] {
  const sources: ReplayColumns[] = []
  const placeOf = new Int32Array(a.sources.length + b.sources.length).fill(-1)
  for (let i = 0; i < to.length; i += 1) {
    const j = order[i] ?? 0
    const first = j < a.count
    const source = (first ? a.source[j] : b.source[j - a.count]) ?? 0
    const at = first ? source : a.sources.length + source
    let place = placeOf[at] ?? -1
    if (place < 0) {
      const columns = (first ? a : b).sources[source]
      place = sources.length
      placeOf[at] = place
      if (columns !== undefined) sources.push(columns)
    }
    to[i] = place
  }
  return sources
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
