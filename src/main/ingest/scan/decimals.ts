import {
  type DecimalBuilder,
  MOST_SCALE,
  POWERS_OF_TEN,
} from '../../../shared/domain/decimal-column.ts'
import { isDigit, MINUS, PLUS, POINT, ZERO } from './bytes.ts'
import type { Scan } from './state.ts'

/**
 * A price or quantity above zero, written canonically. It ends before the first byte that is no part
 * of it. `bare`: it is a JSON number, which has no zeros in front.
 * @returns where it ends; −1 for one that is malformed, zero, or does not fit the column
 */
export function scanDecimal(
  { bytes, row }: Scan,
  from: number,
  column: DecimalBuilder,
  bare: boolean,
): number {
  let at = from
  let value = 0
  let scale = 0
  let digit = (bytes[at] ?? 0) - ZERO
  while (digit >= 0 && digit <= 9) {
    value = value * 10 + digit
    at += 1
    digit = (bytes[at] ?? 0) - ZERO
  }
  const whole = at - from
  if (whole === 0 || (bare && whole > 1 && bytes[from] === ZERO)) return -1
  if (digit === POINT - ZERO) {
    at += 1
    const begin = at
    let zeros = 0 // that only count when another digit follows
    digit = (bytes[at] ?? 0) - ZERO
    while (digit >= 0 && digit <= 9) {
      if (digit === 0) zeros += 1
      else {
        scale += zeros + 1
        if (scale > MOST_SCALE) return -1
        value = value * (POWERS_OF_TEN[zeros + 1] ?? Number.NaN) + digit
        zeros = 0
      }
      at += 1
      digit = (bytes[at] ?? 0) - ZERO
    }
    if (at === begin) return -1
  }
  if (value === 0 || value > Number.MAX_SAFE_INTEGER) return -1
  column.mantissa[row] = value
  column.scale[row] = scale
  return ((digit + ZERO) | 0x20) === LETTER_E ? scanExponent(bytes, at, column, row) : at
}

const LETTER_E = 101

/** The exponent behind a decimal that is in the column already: its point is moved. */
function scanExponent(
  bytes: Uint8Array,
  from: number,
  column: DecimalBuilder,
  row: number,
): number {
  const sign = bytes[from + 1]
  let at = from + (sign === MINUS || sign === PLUS ? 2 : 1)
  const begin = at
  let exponent = 0
  for (; isDigit(bytes[at] ?? 0); at += 1) exponent = exponent * 10 + (bytes[at] ?? 0) - ZERO
  if (at === begin || at > begin + 3) return -1
  let value = column.mantissa[row] ?? Number.NaN
  let scale = (column.scale[row] ?? 0) + (sign === MINUS ? exponent : -exponent)
  if (scale < -MOST_SCALE) return -1
  if (scale < 0) {
    value *= POWERS_OF_TEN[-scale] ?? Number.NaN
    scale = 0
  }
  for (; scale > 0 && value % 10 === 0; scale -= 1) value /= 10
  if (scale > MOST_SCALE || value > Number.MAX_SAFE_INTEGER) return -1
  column.mantissa[row] = value
  column.scale[row] = scale
  return at
}
