import { formatDecimal, parseDecimal } from '../../shared/domain/decimal.ts'

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

const same = (qty: string): string => qty
