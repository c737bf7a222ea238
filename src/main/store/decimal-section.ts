import {
  type DecimalColumn,
  MOST_SCALE,
  POWERS_OF_TEN,
} from '../../shared/domain/decimal-column.ts'
import { BlockError } from './block-error.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { readIntegers, readNarrow, writeIntegers } from './integer-column.ts'

/** First byte of a section of decimals, added up. */
const ONE_SCALE = 0
const SCALE_A_ROW = 1
const WITH_TEXTS = 2

let mantissas = new Float64Array(4_096)
let scales = new Float64Array(4_096)

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
    scales = new Float64Array(2 * count)
  }
  const texts = gather(column, rows, count)
  const scale = rescale(count)
  const form = scale === undefined ? SCALE_A_ROW : ONE_SCALE
  out.byte(form + (texts.length > 0 ? WITH_TEXTS : 0))
  if (scale === undefined) {
    gather(column, rows, count)
    writeIntegers(out, scales, count)
  } else out.byte(scale)
  writeIntegers(out, mantissas, count)
  if (texts.length > 0) writeTexts(out, texts, column, rows)
}

/** Places (not rows of the column) whose decimal is text; a zero stands for it. 1.5 ns a row. */
function gather(column: DecimalColumn, rows: Uint32Array | null, count: number): number[] {
  const { mantissa, scale } = column
  const texts: number[] = []
  for (let at = 0; at < count; at += 1) {
    const row = rows === null ? at : (rows[at] ?? 0)
    const value = mantissa[row] ?? 0
    mantissas[at] = value
    scales[at] = scale[row] ?? 0
    // biome-ignore lint/suspicious/noSelfCompare: NaN, without a call
    if (value !== value) {
      mantissas[at] = 0
      scales[at] = 0
      texts.push(at)
    }
  }
  return texts
}

/** Brings all mantissas to the largest scale and gives it; undefined when one would not stay exact. */
function rescale(count: number): number | undefined {
  let most = 0
  let least = 255
  for (let at = 0; at < count; at += 1) {
    const scale = scales[at] ?? 0
    if (scale > most) most = scale
    if (scale < least) least = scale
  }
  if (most > MOST_SCALE) return undefined
  if (most === least) return most
  let exact = true
  for (let at = 0; at < count; at += 1) {
    const value = (mantissas[at] ?? 0) * (POWERS_OF_TEN[most - (scales[at] ?? 0)] ?? 0)
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) exact = false
    mantissas[at] = value
  }
  return exact ? most : undefined
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
