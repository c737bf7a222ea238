import { isDigit, MINUS, PLUS, POINT, ZERO } from './bytes.ts'

/** Digits that a double holds whatever they are. */
const SURE_DIGITS = 15

/**
 * A whole number without sign and without zeros in front, up to 2^53 − 1.
 * @returns where it ends, −1 for anything else
 */
export function scanWhole(
  bytes: Uint8Array,
  from: number,
  column: Float64Array,
  row: number,
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
  if (length === 0 || (length > 1 && bytes[from] === ZERO)) return -1
  if (length > SURE_DIGITS && (length > SURE_DIGITS + 1 || value > Number.MAX_SAFE_INTEGER))
    return -1
  column[row] = value
  return at
}

/** Any number of JSON, which nobody wants to know. */
export function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from
  const begin = at
  at = skipDigits(bytes, at)
  if (at === begin || (at > begin + 1 && bytes[begin] === ZERO)) return -1
  if (bytes[at] === POINT) {
    const behind = at + 1
    at = skipDigits(bytes, behind)
    if (at === behind) return -1
  }
  if (((bytes[at] ?? 0) | 0x20) !== LETTER_E) return at
  const sign = bytes[at + 1]
  const exponent = at + (sign === MINUS || sign === PLUS ? 2 : 1)
  at = skipDigits(bytes, exponent)
  return at === exponent ? -1 : at
}

const LETTER_E = 101

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from
  while (isDigit(bytes[at] ?? 0)) at += 1
  return at
}
