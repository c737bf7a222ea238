/** A value in steps of 10^-decimals as its digits without zeros at the end, and the exponent of the first. */
function scientific(
  units: number | bigint,
  decimals: number,
): { digits: string; exponent: number } {
  const whole = String(units)
  const digits = whole.replace(/0+$/, '')
  return { digits: digits === '' ? '0' : digits, exponent: whole.length - 1 - decimals }
}

/** `16` and `1` with exponent 1: places the point. */
function plain(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${whole}.${digits.slice(exponent + 1) || '0'}`
}

const mantissa = (digits: string): string =>
  `${digits[0]}${digits.length > 1 ? '.' : ''}${digits.slice(1)}`

/** As Python prints it: below 0.0001 with an exponent of two digits, `9.2e-07`. Whole steps, above 0. */
export function pythonText(units: number | bigint, decimals: number): string {
  const { digits, exponent } = scientific(units, decimals)
  if (exponent >= -4) return plain(digits, exponent)
  return `${mantissa(digits)}e-${String(-exponent).padStart(2, '0')}`
}

/** As Java prints it: from ten million on and below 0.001 with an exponent, `1.16539E8`, `5.0E-4`. */
export function javaText(units: number | bigint, decimals: number): string {
  const { digits, exponent } = scientific(units, decimals)
  if (digits === '0') return '0.0'
  if (exponent >= -3 && exponent < 7) return plain(digits, exponent)
  return `${mantissa(digits.padEnd(2, '0'))}E${exponent}`
}

/** An object whose values are JSON texts already: numbers keep the spelling that they were given. */
export const objectText = (fields: Readonly<Record<string, string | number>>): string =>
  `{${Object.entries(fields)
    .map(([key, value]) => `"${key}":${value}`)
    .join(',')}}`
