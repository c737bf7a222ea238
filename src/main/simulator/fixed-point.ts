/**
 * Whole steps as decimal text with exactly `decimals` digits: `(-5, 2)` is not asked for, `(5, 2)`
 * is `0.05`. Numbers must be safe integers, not negative.
 */
export function fixedText(units: number | bigint, decimals: number): string {
  const digits = String(units)
  if (decimals === 0) return digits
  const padded = digits.length > decimals ? digits : digits.padStart(decimals + 1, '0')
  const point = padded.length - decimals
  return `${padded.slice(0, point)}.${padded.slice(point)}`
}

/** The same without zeros at the end: `(1500, 3)` is `1.5`. */
export function shortText(units: number | bigint, decimals: number): string {
  const text = fixedText(units, decimals)
  if (decimals === 0 || !text.endsWith('0')) return text
  let end = text.length
  while (text.charCodeAt(end - 1) === 48) end -= 1
  if (text.charCodeAt(end - 1) === 46) end -= 1
  return text.slice(0, end)
}

/** The same with at least `least` digits behind the point: `(12, 1, 8)` is `1.20000000`. */
export function paddedText(units: number | bigint, decimals: number, least: number): string {
  if (decimals >= least) return fixedText(units, decimals)
  const dot = decimals === 0 ? '.' : ''
  return fixedText(units, decimals) + dot + '0'.repeat(least - decimals)
}

/** One step as text: `2` is `0.01`, `0` is `1`. */
export const stepText = (decimals: number): string => shortText(1, decimals)

/** The same as floats are printed: short, but never without a point: `(1500, 3)` is `1.5`, `(20, 1)` is `2.0`. */
export function floatText(units: number | bigint, decimals: number): string {
  const text = shortText(units, decimals)
  return text.includes('.') ? text : `${text}.0`
}
