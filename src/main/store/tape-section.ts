import { BlockError } from './block-error.ts'
import { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readDecimals, writeDecimals } from './decimal-section.ts'
import {
  gatherBytes,
  gatherDoubles,
  gatherShorts,
  gatherWords,
  sharedByte,
  sharedShort,
  sharedWord,
} from './gathered-rows.ts'
import { readIds, writeIds } from './id-section.ts'
import {
  readIntegers,
  readNarrow,
  writeConstant,
  writeIntegers,
  writePlanned,
} from './integer-column.ts'
import { FORM, planOf } from './integer-plan.ts'
import type { TapeColumns } from './tape-columns.ts'

/** Rows that a section may have: a count beyond is a damaged one, refused before memory is taken. */
export const MOST_ROWS = 2 ** 18

/** Form of the receive times. */
const BEHIND_EXCHANGE = 0
const BY_THEMSELVES = 1

let values = new Float64Array(4_096)
let others = new Float64Array(4_096)

/**
 * Rows of one market as bytes, not compressed: all columns, one after the other.
 *
 * @param rows Which rows of `columns`, in this order; null: the first `count`.
 * @throws RangeError for more than MOST_ROWS.
 */
export function writeSection(
  out: ByteWriter,
  columns: TapeColumns,
  rows: Uint32Array | null,
  count: number,
): void {
  if (count > MOST_ROWS) throw new RangeError(`${count} trades in one section of the tape`)
  out.varint(count)
  if (count === 0) return
  if (values.length < count) {
    values = new Float64Array(2 * count)
    others = new Float64Array(2 * count)
  }
  writeIds(out, columns.id, rows, count)
  writeTimes(out, columns, rows, count)
  writeDecimals(out, columns.price, rows, count)
  writeDecimals(out, columns.qty, rows, count)
  writeBytes(out, columns.side, rows, count)
  writeShorts(out, columns.exchangeMicros, rows, count)
  writeWords(out, columns.matches, rows, count)
  writeBytes(out, columns.origin, rows, count)
}

/**
 * Trades of one chunk share their receive time, so that it may say less than the delay does; where the
 * delay says less, that is written.
 */
function writeTimes(
  out: ByteWriter,
  columns: TapeColumns,
  rows: Uint32Array | null,
  count: number,
): void {
  gatherDoubles(values, columns.exchangeTime, rows, count)
  writeIntegers(out, values, count)
  gatherDoubles(others, columns.receiveTime, rows, count)
  const own = planOf(others, count)
  if (own.bits > 0 && own.form !== FORM.doubles) {
    for (let at = 0; at < count; at += 1) values[at] = (others[at] ?? 0) - (values[at] ?? 0)
    const behind = planOf(values, count)
    if (behind.bits < own.bits) {
      out.byte(BEHIND_EXCHANGE)
      writePlanned(out, values, count, behind)
      return
    }
  }
  out.byte(BY_THEMSELVES)
  // A plan holds until the next one is made: once more.
  writeIntegers(out, others, count)
}

function writeBytes(
  out: ByteWriter,
  source: Uint8Array,
  rows: Uint32Array | null,
  count: number,
): void {
  const shared = sharedByte(source, rows, count)
  if (shared !== undefined) {
    writeConstant(out, shared)
    return
  }
  gatherBytes(values, source, rows, count)
  writeIntegers(out, values, count)
}

function writeShorts(
  out: ByteWriter,
  source: Int16Array,
  rows: Uint32Array | null,
  count: number,
): void {
  const shared = sharedShort(source, rows, count)
  if (shared !== undefined) {
    writeConstant(out, shared)
    return
  }
  gatherShorts(values, source, rows, count)
  writeIntegers(out, values, count)
}

function writeWords(
  out: ByteWriter,
  source: Uint32Array,
  rows: Uint32Array | null,
  count: number,
): void {
  const shared = sharedWord(source, rows, count)
  if (shared !== undefined) {
    writeConstant(out, shared)
    return
  }
  gatherWords(values, source, rows, count)
  writeIntegers(out, values, count)
}

/** Reads the rows back. Throws BlockError when [from, to) is not what `writeSection` wrote. */
export function readSection(bytes: Uint8Array, from: number, to: number): TapeColumns {
  const reader = new ByteReader(bytes, from, to)
  const count = reader.varint()
  if (count > MOST_ROWS) throw new BlockError(`A section that claims ${count} trades`)
  const columns = count === 0 ? noTrades() : readColumns(reader, count)
  if (reader.at !== to) throw new BlockError('A section with bytes left over')
  return columns
}

function readColumns(reader: ByteReader, count: number): TapeColumns {
  const id = readIds(reader, count)
  const exchangeTime = new Float64Array(count)
  readIntegers(reader, exchangeTime, count)
  const receiveTime = readReceiveTimes(reader, exchangeTime)
  const price = readDecimals(reader, count)
  const qty = readDecimals(reader, count)
  const side = new Uint8Array(count)
  readNarrow(reader, side, 0, 0xff)
  const exchangeMicros = new Int16Array(count)
  readNarrow(reader, exchangeMicros, -0x8000, 0x7fff)
  const matches = new Uint32Array(count)
  readNarrow(reader, matches, 0, 0xffff_ffff)
  const origin = new Uint8Array(count)
  readNarrow(reader, origin, 0, 0xff)
  return { count, id, price, qty, side, origin, matches, exchangeTime, exchangeMicros, receiveTime }
}

function readReceiveTimes(reader: ByteReader, exchangeTime: Float64Array): Float64Array {
  const count = exchangeTime.length
  const form = reader.byte()
  if (form > BY_THEMSELVES) throw new BlockError(`Receive times in form ${form}, not known`)
  const times = new Float64Array(count)
  readIntegers(reader, times, count)
  if (form === BEHIND_EXCHANGE)
    for (let row = 0; row < count; row += 1)
      times[row] = (times[row] ?? 0) + (exchangeTime[row] ?? 0)
  return times
}

function noTrades(): TapeColumns {
  const decimals = (): TapeColumns['price'] => ({
    mantissa: new Float64Array(0),
    scale: new Uint8Array(0),
    texts: new Map(),
  })
  return {
    count: 0,
    id: { number: new Float64Array(0), bytes: new Uint8Array(0), end: new Uint32Array(0) },
    price: decimals(),
    qty: decimals(),
    side: new Uint8Array(0),
    origin: new Uint8Array(0),
    matches: new Uint32Array(0),
    exchangeTime: new Float64Array(0),
    exchangeMicros: new Int16Array(0),
    receiveTime: new Float64Array(0),
  }
}
