import {
  type DecimalColumn,
  MOST_SCALE,
  POWERS_OF_TEN,
} from '../../shared/domain/decimal-column.ts'
import { BlockError } from './block-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { gatherBytes, gatherDoubles } from './gathered-rows.ts'
import { readIntegers, readNarrow, writeIntegers } from './integer-column.ts'

/** First byte of a section of decimals, added up. */
const ONE_SCALE = 0
const SCALE_A_ROW = 1
const WITH_TEXTS = 2

const NO_PLACES: readonly number[] = []

let mantissas = new Float64Array(4_096)
let scales = new Uint8Array(4_096)

/**
 * Writes decimals. All rows get the largest scale among them, so that prices differ by whole ticks;
 * where a mantissa would no longer be exact then, every row keeps its own scale.
 */
export function writeDecimals(
  out: ByteWriter,
  column: DecimalColumn,
  rows: Uint32Array | null,
  count: number,
): void {
  if (mantissas.length < count) {
    mantissas = new Float64Array(2 * count)
    scales = new Uint8Array(2 * count)
  }
  const scale = gather(column, rows, count)
  const texts = column.texts.size > 0 ? placesOfTexts(count) : NO_PLACES
  const exact = rescale(count, scale)
  out.byte((exact ? ONE_SCALE : SCALE_A_ROW) + (texts.length > 0 ? WITH_TEXTS : 0))
  if (exact) out.byte(scale)
  else writeScales(out, column, rows, count)
  writeIntegers(out, mantissas, count)
  if (texts.length > 0) writeTexts(out, texts, column, rows)
}

/** Fills mantissas and scales; gives the largest scale. */
function gather(column: DecimalColumn, rows: Uint32Array | null, count: number): number {
  const { mantissa, scale } = column
  let most = 0
  for (let at = 0; at < count; at += 1) {
    const row = rows === null ? at : (rows[at] ?? 0)
    const digits = scale[row] ?? 0
    mantissas[at] = mantissa[row] ?? 0
    scales[at] = digits
    if (digits > most) most = digits
  }
  return most
}

/** Places (not rows of the column) whose decimal is text; a zero stands for it. */
function placesOfTexts(count: number): readonly number[] {
  const places: number[] = []
  for (let at = 0; at < count; at += 1) {
    if (!Number.isNaN(mantissas[at] ?? 0)) continue
    mantissas[at] = 0
    scales[at] = 0
    places.push(at)
  }
  return places
}

/** Brings all mantissas to one scale; false when one would not stay exact. */
function rescale(count: number, most: number): boolean {
  if (most > MOST_SCALE) return false
  let beyond = false
  for (let at = 0; at < count; at += 1) {
    const value = (mantissas[at] ?? 0) * (POWERS_OF_TEN[most - (scales[at] ?? 0)] ?? 0)
    if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) beyond = true
    mantissas[at] = value
  }
  return !beyond
}

function writeScales(
  out: ByteWriter,
  column: DecimalColumn,
  rows: Uint32Array | null,
  count: number,
): void {
  gatherBytes(mantissas, column.scale, rows, count)
  writeIntegers(out, mantissas, count)
  gatherDoubles(mantissas, column.mantissa, rows, count)
  for (let at = 0; at < count; at += 1) if (Number.isNaN(mantissas[at] ?? 0)) mantissas[at] = 0
}

/** Their number; for each the distance to the place before, twice the length plus 1 if wide, the units. */
function writeTexts(
  out: ByteWriter,
  places: readonly number[],
  { texts }: DecimalColumn,
  rows: Uint32Array | null,
): void {
  out.varint(places.length)
  let before = 0
  for (const place of places) {
    const text = texts.get(rows === null ? place : (rows[place] ?? 0)) ?? ''
    out.varint(place - before)
    before = place
    let wide = 0
    for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0xff) wide = 1
    out.varint(2 * text.length + wide)
    for (let at = 0; at < text.length; at += 1) {
      out.byte(text.charCodeAt(at) & 0xff)
      if (wide === 1) out.byte(text.charCodeAt(at) >> 8)
    }
  }
}

/** Reads `count` decimals back; those that had fewer digits than others have zeros behind them. */
export function readDecimals(from: ByteReader, count: number): DecimalColumn {
  const form = from.byte()
  if (form > SCALE_A_ROW + WITH_TEXTS) throw new BlockError(`Decimals in form ${form}, not known`)
  const scale = new Uint8Array(count)
  if ((form & SCALE_A_ROW) === 0) {
    const common = from.byte()
    if (common > MOST_SCALE) throw new BlockError(`Decimals of scale ${common}`)
    scale.fill(common)
  } else readNarrow(from, scale, 0, 255)
  const mantissa = new Float64Array(count)
  readIntegers(from, mantissa, count)
  const texts = new Map<number, string>()
  if ((form & WITH_TEXTS) !== 0)
    for (const [place, text] of textsOf(from, count)) {
      mantissa[place] = Number.NaN
      scale[place] = 0
      texts.set(place, text)
    }
  return { mantissa, scale, texts }
}

function* textsOf(from: ByteReader, count: number): Generator<readonly [number, string]> {
  const { bytes } = from
  let place = 0
  for (let left = from.varint(); left > 0; left -= 1) {
    place += from.varint()
    if (place >= count) throw new BlockError('A text for a row that is not there')
    const length = from.varint()
    const wide = length % 2
    const units = (length - wide) / 2
    let at = from.skip(units * (1 + wide))
    let text = ''
    for (let unit = 0; unit < units; unit += 1) {
      const lower = bytes[at++] ?? 0
      text += String.fromCharCode(wide === 1 ? lower | ((bytes[at++] ?? 0) << 8) : lower)
    }
    yield [place, text]
  }
}
