/**
 * Exact decimals as text. A venue's `"0.35280000"` means mantissa 3528 at scale 4; a number of JSON
 * may print in exponent form (`9.2e-07`). Nothing here goes through a double.
 */
export interface Decimal {
  /** Whole number without trailing decimal zeros: 3528 for 0.3528. */
  readonly mantissa: bigint
  /** Digits behind the point, 0 or more. */
  readonly scale: number
}

const FORM = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/

/** Reads decimal text; `undefined` if it is no finite decimal number. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return undefined
  let digits = whole + fraction
  let scale = fraction.length - Number(exponent)
  if (scale < 0) {
    digits += '0'.repeat(-scale)
    scale = 0
  }
  while (scale > 0 && digits.endsWith('0')) {
    digits = digits.slice(0, -1)
    scale -= 1
  }
  const value = BigInt(digits === '' ? '0' : digits)
  if (value === 0n) return { mantissa: 0n, scale: 0 }
  return { mantissa: sign === '-' ? -value : value, scale }
}

/** Plain decimal text, no exponent, no trailing zeros: the canonical spelling. */
export function formatDecimal({ mantissa, scale }: Decimal): string {
  const negative = mantissa < 0n
  const digits = (negative ? -mantissa : mantissa).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale)
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** Digits behind the point that a step such as tick size `0.0100` needs: 2. */
export const decimalsOf = (step: string): number | undefined => parseDecimal(step)?.scale

/** Digits that show a price to about six figures, where the venue does not tell its step. */
export const decimalsToShow = (price: number | null): number =>
  price === null || price <= 0 ? 2 : Math.min(10, Math.max(0, 5 - Math.floor(Math.log10(price))))
