import { fourDigits, ID, ZERO } from './bytes.ts'
import type { Scan } from './state.ts'

const MOST_TEXT = 64
const MOST_DIGITS = 20
/** Digits that a double holds whatever they are. */
const SURE_DIGITS = 15

/**
 * A trade id of digits only, 20 at most and none of them a zero in front: a number if it is exact as a
 * double, else text, unless `exact` refuses that.
 * @returns where it ends, −1 for anything else
 */
export function scanDigits(scan: Scan, from: number, exact: boolean): number {
  const { bytes, view, row } = scan
  const ids = scan.prints.id
  let at = from
  let value = 0
  const fours = bytes.length - 4
  while (at <= fours) {
    const four = fourDigits(view, at)
    if (four < 0) break
    value = value * 10_000 + four
    at += 4
  }
  let digit = (bytes[at] ?? 0) - ZERO
  while (digit >= 0 && digit <= 9) {
    value = value * 10 + digit
    at += 1
    digit = (bytes[at] ?? 0) - ZERO
  }
  const length = at - from
  if (length === 0 || length > MOST_DIGITS || (length > 1 && bytes[from] === ZERO)) return -1
  if (length <= SURE_DIGITS || value <= Number.MAX_SAFE_INTEGER) ids.setNumber(row, value)
  else if (exact) return -1
  else {
    let into = ids.room(row, length)
    for (let n = from; n < at; n += 1) ids.bytes[into++] = bytes[n] ?? 0
    ids.setEnd(row, into)
  }
  return at
}

/** A trade id as text: letters, digits, `_` and `-`, 64 at most. */
export function scanId(scan: Scan, from: number): number {
  const digits = scanDigits(scan, from, false)
  const { bytes, row } = scan
  const ids = scan.prints.id
  if (digits >= 0 && ID[bytes[digits] ?? 0] === 0) return digits
  ids.cut(row) // more than the digits that were written belongs to it
  let into = ids.room(row, MOST_TEXT)
  const kept = ids.bytes
  let at = from
  for (const most = from + MOST_TEXT; at < most; at += 1) {
    const byte = bytes[at] ?? 0
    if (ID[byte] === 0) break
    kept[into++] = byte
  }
  if (at === from || ID[bytes[at] ?? 0] === 1) return -1
  ids.setEnd(row, into)
  return at
}
