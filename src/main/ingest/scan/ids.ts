import type { IdBuilder } from '../../../shared/domain/id-column.ts'
import { ID, ZERO } from './bytes.ts'

const MOST_TEXT = 64
const MOST_DIGITS = 20
/** Digits that a double holds whatever they are. */
const SURE_DIGITS = 15

/**
 * A trade id of digits only, 20 at most and none of them a zero in front: a number if it is exact as a
 * double, else text, unless `exact` refuses that.
 * @returns where it ends, −1 for anything else
 */
export function scanDigits(
  bytes: Uint8Array,
  from: number,
  ids: IdBuilder,
  row: number,
  exact: boolean,
): number {
  let at = from
  let value = 0
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
  else copy(bytes, from, at, ids, row)
  return at
}

/** A trade id as text: letters, digits, `_` and `-`, 64 at most. */
export function scanId(bytes: Uint8Array, from: number, ids: IdBuilder, row: number): number {
  const digits = scanDigits(bytes, from, ids, row, true)
  if (digits >= 0 && ID[bytes[digits] ?? 0] === 0) return digits
  let at = from
  while (ID[bytes[at] ?? 0] === 1) at += 1
  if (at === from || at > from + MOST_TEXT) return -1
  copy(bytes, from, at, ids, row)
  return at
}

function copy(bytes: Uint8Array, from: number, to: number, ids: IdBuilder, row: number): void {
  let at = ids.room(row, to - from)
  const into = ids.bytes
  for (let n = from; n < to; n += 1) into[at++] = bytes[n] ?? 0
  ids.setEnd(row, at)
}
