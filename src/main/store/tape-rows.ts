import { DecimalBuilder, decimalAt } from '../../shared/domain/decimal-column.ts'
import { IdBuilder, idAt } from '../../shared/domain/id-column.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { ORIGINS, SIDES, type Trade } from '../../shared/domain/trade.ts'
import { copyBytes, copyDoubles, copyShorts, copyWords } from './copied-rows.ts'
import type { TapeColumns } from './tape-columns.ts'

/** Some rows of some columns, in this order; without `rows` the first `count` of them. */
export interface ColumnPart {
  readonly columns: TapeColumns
  readonly rows: Uint32Array | null
  readonly count: number
}

/** All rows of columns. */
export const wholePart = (columns: TapeColumns): ColumnPart => ({
  columns,
  rows: null,
  count: columns.count,
})

/** The rows of all parts, one part after the other, in columns of their own. */
export function joinColumns(parts: readonly ColumnPart[]): TapeColumns {
  const count = rowsOf(parts)
  const joined = roomFor(count)
  fill(joined, parts)
  return { ...joined, count }
}

/**
 * Joins columns again and again in the same memory, for those who need no more than one of them at a time:
 * what `join` gives is true only until the next one.
 */
export class ColumnJoiner {
  #room = roomFor(0)

  join(parts: readonly ColumnPart[]): TapeColumns {
    const count = rowsOf(parts)
    if (count > MOST_HELD) return joinColumns(parts)
    if (this.#room.side.length < count) this.#room = roomFor(Math.min(MOST_HELD, 2 * count))
    const { id, price, qty } = this.#room
    // Ids with text lie in memory of another form.
    if (id.end.length > 0) this.#room = { ...this.#room, id: new IdBuilder(id.number.length) }
    price.clear()
    qty.clear()
    fill(this.#room, parts)
    return { ...this.#room, count }
  }
}

/** Rows for which memory is kept: about 2.5 MB. */
const MOST_HELD = 49_152

const rowsOf = (parts: readonly ColumnPart[]): number =>
  parts.reduce((sum, part) => sum + part.count, 0)

const roomFor = (rows: number) => ({
  id: new IdBuilder(rows),
  price: new DecimalBuilder(rows),
  qty: new DecimalBuilder(rows),
  side: new Uint8Array(rows),
  origin: new Uint8Array(rows),
  matches: new Uint32Array(rows),
  exchangeTime: new Float64Array(rows),
  exchangeMicros: new Int16Array(rows),
  receiveTime: new Float64Array(rows),
})

type Room = ReturnType<typeof roomFor>

function fill(room: Room, parts: readonly ColumnPart[]): void {
  let at = 0
  for (const part of parts) {
    copyTexts(room, part, at)
    copyNumbers(room, part, at)
    at += part.count
  }
}

function copyTexts({ id, price, qty }: Room, part: ColumnPart, at: number): void {
  copyIds(id, part, at)
  copyDecimals(price, part.columns.price, part, at)
  copyDecimals(qty, part.columns.qty, part, at)
}

function copyIds(id: IdBuilder, { columns, rows, count }: ColumnPart, at: number): void {
  const from = columns.id
  if (from.end.length === 0 && id.end.length === 0) {
    copyDoubles(id.number, from.number, rows, count, at)
  } else if (rows === null && from.end.length > 0 && count > 0) {
    const length = from.end[count - 1] ?? 0
    const begin = id.room(at, length)
    id.bytes.set(from.bytes.subarray(0, length), begin)
    id.number.set(from.number.subarray(0, count), at)
    for (let i = 0; i < count; i += 1) id.end[at + i] = begin + (from.end[i] ?? 0)
    id.used = begin + length
  } else
    for (let i = 0; i < count; i += 1) id.copy(at + i, from, rows === null ? i : (rows[i] ?? 0))
}

function copyDecimals(
  to: DecimalBuilder,
  from: TapeColumns['price'],
  { rows, count }: ColumnPart,
  at: number,
): void {
  if (from.texts.size > 0)
    for (let i = 0; i < count; i += 1) to.copy(at + i, from, rows === null ? i : (rows[i] ?? 0))
  else {
    copyDoubles(to.mantissa, from.mantissa, rows, count, at)
    copyBytes(to.scale, from.scale, rows, count, at)
  }
}

function copyNumbers(joined: Room, { columns, rows, count }: ColumnPart, at: number): void {
  copyBytes(joined.side, columns.side, rows, count, at)
  copyBytes(joined.origin, columns.origin, rows, count, at)
  copyWords(joined.matches, columns.matches, rows, count, at)
  copyDoubles(joined.exchangeTime, columns.exchangeTime, rows, count, at)
  copyShorts(joined.exchangeMicros, columns.exchangeMicros, rows, count, at)
  copyDoubles(joined.receiveTime, columns.receiveTime, rows, count, at)
}

/**
 * The order of a market's tape: by match time; within a millisecond trades with number ids first, by
 * id, then those whose ids have no order, by microsecond, time of receipt and arrival (row).
 */
export function compareRows(columns: TapeColumns, a: number, b: number): number {
  const time = (columns.exchangeTime[a] ?? 0) - (columns.exchangeTime[b] ?? 0)
  if (time !== 0) return time
  const [first, second] = [columns.id.number[a] ?? Number.NaN, columns.id.number[b] ?? Number.NaN]
  const numbers = Number(Number.isNaN(first)) - Number(Number.isNaN(second))
  if (numbers !== 0) return numbers
  if (!Number.isNaN(first)) return first - second || a - b
  return (
    (columns.exchangeMicros[a] ?? 0) - (columns.exchangeMicros[b] ?? 0) ||
    (columns.receiveTime[a] ?? 0) - (columns.receiveTime[b] ?? 0) ||
    a - b
  )
}

/** The rows of columns in the order of the tape; null when they lie in it already: 1.5 ns a row then. */
export function tapeOrder(columns: TapeColumns): Uint32Array | null {
  const { count } = columns
  const first = firstTooLate(columns)
  if (first >= count) return null
  const order = allRows(count)
  // Most rows that are not in order belong a few rows back.
  let left = MOST_STEPS_BACK * count
  for (let row = first; row < count; row += 1) {
    let at = row
    while (at > 0 && compareRows(columns, order[at - 1] ?? 0, row) > 0) {
      order[at] = order[at - 1] ?? 0
      at -= 1
    }
    order[at] = row
    left -= row - at
    if (left < 0) return sortedRows(columns)
  }
  return order
}

/** Beyond so many steps for each row sorting takes fewer. */
const MOST_STEPS_BACK = 4

/** The first row that belongs before the one before it; `count` when there is none. */
function firstTooLate(columns: TapeColumns): number {
  const { count, exchangeTime, id } = columns
  let before = exchangeTime[0] ?? 0
  for (let row = 1; row < count; row += 1) {
    const time = exchangeTime[row] ?? 0
    if (time < before) return row
    if (time === before) {
      // Text is no number, and not greater.
      const rises = (id.number[row] ?? 0) > (id.number[row - 1] ?? 0)
      if (!rises && compareRows(columns, row - 1, row) > 0) return row
    }
    before = time
  }
  return count
}

function sortedRows(columns: TapeColumns): Uint32Array {
  // An array's sort, not a typed array's: it takes runs that are in order as they are.
  const order = [...allRows(columns.count)]
  return Uint32Array.from(order.sort((a, b) => compareRows(columns, a, b)))
}

/** 0, 1, 2 … */
export function allRows(count: number): Uint32Array {
  const rows = new Uint32Array(count)
  for (let row = 0; row < count; row += 1) rows[row] = row
  return rows
}

/** Columns in the order of the tape. */
export function inTapeOrder(columns: TapeColumns): TapeColumns {
  const rows = tapeOrder(columns)
  return rows === null ? columns : joinColumns([{ columns, rows, count: rows.length }])
}

/** Rows [from, to) as columns of their own; numbers are shared, not copied. */
export function sliceColumns(columns: TapeColumns, from: number, to: number): TapeColumns {
  if (from === 0 && to === columns.count) return columns
  const { id } = columns
  const texts = id.end.length > 0
  const begin = texts && from > 0 ? (id.end[from - 1] ?? 0) : 0
  return {
    count: to - from,
    id: {
      number: id.number.subarray(from, to),
      bytes: texts ? id.bytes.subarray(begin, id.end[to - 1] ?? begin) : id.bytes,
      end: texts ? id.end.slice(from, to).map((end) => end - begin) : id.end,
    },
    price: sliceDecimals(columns.price, from, to),
    qty: sliceDecimals(columns.qty, from, to),
    side: columns.side.subarray(from, to),
    origin: columns.origin.subarray(from, to),
    matches: columns.matches.subarray(from, to),
    exchangeTime: columns.exchangeTime.subarray(from, to),
    exchangeMicros: columns.exchangeMicros.subarray(from, to),
    receiveTime: columns.receiveTime.subarray(from, to),
  }
}

function sliceDecimals(
  { mantissa, scale, texts }: TapeColumns['price'],
  from: number,
  to: number,
): TapeColumns['price'] {
  const kept = new Map<number, string>()
  for (const [row, text] of texts) if (row >= from && row < to) kept.set(row - from, text)
  return { mantissa: mantissa.subarray(from, to), scale: scale.subarray(from, to), texts: kept }
}

/** The first row, of rows in order of time, whose match time is later than `time`. */
export function rowAfter(times: Float64Array, count: number, time: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** One row as an object, with exact decimals as canonical text. */
export function tradeAt(columns: TapeColumns, row: number, market: MarketId): Trade {
  const micros = columns.exchangeMicros[row] ?? -1
  const trade: Trade = {
    market,
    id: idAt(columns.id, row),
    price: decimalAt(columns.price, row),
    qty: decimalAt(columns.qty, row),
    side: SIDES[columns.side[row] ?? 0] ?? 'buy',
    exchangeTime: epochMs(columns.exchangeTime[row] ?? 0),
    receiveTime: epochMs(columns.receiveTime[row] ?? 0),
    matches: columns.matches[row] ?? 1,
    origin: ORIGINS[columns.origin[row] ?? 0] ?? 'stream',
  }
  return micros < 0 ? trade : { ...trade, exchangeMicros: micros }
}
