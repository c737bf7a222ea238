import { formatDecimal, parseDecimal } from '../../shared/domain/decimal.ts'
import { type DecimalBuilder, decimalAt, MOST_SCALE } from '../../shared/domain/decimal-column.ts'

/**
 * Quantities in contracts → in base units, exactly (decimal text, no double in between). `undefined`
 * for a contract size that is no number above zero. Without one, quantities stay as the venue sent them.
 */
export function baseUnits(contractSize: string | undefined): ((qty: string) => string) | undefined {
  if (contractSize === undefined) return same
  const size = parseDecimal(contractSize)
  if (size === undefined || size.mantissa <= 0n) return undefined
  if (size.mantissa === 1n && size.scale === 0) return same
  return (qty) => {
    const count = parseDecimal(qty)
    // The venue's reader checked the text; a text it let through must not become another number.
    if (count === undefined) throw new RangeError(`no decimal quantity: ${qty.slice(0, 40)}`)
    let mantissa = count.mantissa * size.mantissa
    let scale = count.scale + size.scale
    while (scale > 0 && mantissa % 10n === 0n) {
      mantissa /= 10n
      scale -= 1
    }
    return formatDecimal({ mantissa, scale })
  }
}

/**
 * The same for a row of a column, in place; null where quantities stay as the venue sent them. What it
 * makes throws like `baseUnits` for what is no decimal, and the row stays as it was.
 */
export function rowUnits(
  contractSize: string | undefined,
): ((column: DecimalBuilder, row: number) => void) | null {
  const text = baseUnits(contractSize)
  const size = parseDecimal(contractSize ?? '1')
  if (text === undefined || text === same || size === undefined) return null
  const factor = Number(size.mantissa)
  return (column, row) => {
    let mantissa = (column.mantissa[row] ?? Number.NaN) * factor
    let scale = (column.scale[row] ?? 0) + size.scale
    if (!Number.isSafeInteger(mantissa) || scale > MOST_SCALE) {
      column.set(row, text(decimalAt(column, row)))
      return
    }
    while (scale > 0 && mantissa % 10 === 0) {
      mantissa /= 10
      scale -= 1
    }
    column.mantissa[row] = mantissa
    column.scale[row] = scale
  }
}

const same = (qty: string): string => qty
