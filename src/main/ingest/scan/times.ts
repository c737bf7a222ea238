import { fourDigits, isDigit, POINT, ZERO } from './bytes.ts'
import type { Scan } from './state.ts'

const MILLIS = 13
const MICROS = 16

/**
 * Epoch milliseconds, 13 digits: four times four at once and one alone.
 * @returns where they end, −1 for anything else
 */
export function scanMillis({ bytes, view, row }: Scan, from: number, column: Float64Array): number {
  if (from + MILLIS > bytes.length) return -1
  const high = fourDigits(view, from)
  const middle = fourDigits(view, from + 4)
  const low = fourDigits(view, from + 8)
  const last = (bytes[from + 12] ?? 0) - ZERO
  if (high < 1_000 || middle < 0 || low < 0 || last < 0 || last > 9) return -1
  column[row] = high * 1e9 + (middle * 100_000 + low * 10 + last)
  return from + MILLIS
}

/** Epoch milliseconds, or microseconds of which the milliseconds go into the column. */
export function scanInstant(scan: Scan, from: number, column: Float64Array): number {
  const at = scanMillis(scan, from, column)
  const { bytes, row } = scan
  if (at < 0 || !isDigit(bytes[at] ?? 0)) return at
  const micros = threeDigits(bytes, at)
  const value = (column[row] ?? Number.NaN) * 1_000 + micros
  return micros >= 0 && value <= Number.MAX_SAFE_INTEGER ? from + MICROS : -1
}

/** The match time as milliseconds or microseconds. */
export function scanMatchInstant(scan: Scan, from: number): number {
  const { bytes, prints, row } = scan
  const at = scanInstant(scan, from, prints.time)
  if (at === from + MICROS) prints.micros[row] = threeDigits(bytes, from + MILLIS)
  return at
}

/** Epoch milliseconds with up to twelve decimals, of which three are kept. */
export function scanMatchMillis(scan: Scan, from: number): number {
  const { bytes, prints, row } = scan
  let at = scanMillis(scan, from, prints.time)
  if (at < 0 || bytes[at] !== POINT) return at
  const begin = at + 1
  let micros = 0
  for (at = begin; isDigit(bytes[at] ?? 0); at += 1)
    if (at < begin + 3) micros = micros * 10 + (bytes[at] ?? 0) - ZERO
  const digits = at - begin
  if (digits === 0 || digits > 12) return -1
  prints.micros[row] = digits === 1 ? micros * 100 : digits === 2 ? micros * 10 : micros
  return at
}

/** Epoch nanoseconds, 19 digits; what is below a microsecond is cut off. */
export function scanMatchNanos(scan: Scan, from: number): number {
  const { bytes, prints, row } = scan
  const at = scanMillis(scan, from, prints.time)
  if (at < 0) return -1
  const micros = threeDigits(bytes, at)
  if (micros < 0 || threeDigits(bytes, at + 3) < 0) return -1
  prints.micros[row] = micros
  return at + 6
}

function threeDigits(bytes: Uint8Array, at: number): number {
  const high = twoDigits(bytes, at)
  const last = (bytes[at + 2] ?? 0) - ZERO
  return high < 0 || last < 0 || last > 9 ? -1 : high * 10 + last
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const [high, low] = [(bytes[at] ?? 0) - ZERO, (bytes[at + 1] ?? 0) - ZERO]
  return high < 0 || high > 9 || low < 0 || low > 9 ? -1 : high * 10 + low
}
