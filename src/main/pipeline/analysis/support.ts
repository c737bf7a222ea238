import type { Reading } from './written-numbers.ts'

/** Beyond the point, a number may be rounded or cut by this share of the figure at most. */
const SHARE = 0.001
/** A plain 0 says that it would be 0 with two decimals, too. */
const ZERO_STEP = 0.01
/** Of doubles: 1.005 is a little less than that. */
const DUST = 1e-9

/**
 * Whether a number as it is written says what a figure is. It does when the figure, rounded to its last written digit, is
 * this number. A larger number may also be rounded to its last digit that is not 0, or cut after its last one, as long as it
 * is within 0.1 % of the figure: 61,200 or 61,204 for 61,204.7. Both without sign.
 */
export function isSupported({ value, step }: Reading, figure: number): boolean {
  const size = Math.abs(figure)
  if (!Number.isFinite(value) || !Number.isFinite(size)) return false
  const off = Math.abs(value - size)
  const dust = Math.max(size, value) * DUST
  if (value === 0) return off <= Math.min(step, ZERO_STEP) / 2
  if (off <= step / 2 + dust) return true
  const share = size * SHARE
  const rounded = Math.min(roundness(value, step) / 2, share)
  const cut = value < size ? Math.min(step, share) : 0
  return off <= rounded + dust || (off < cut && cut > 0)
}

/** What the last digit that is not 0 counts. */
function roundness(value: number, step: number): number {
  let unit = step
  // Whole numbers only: zeros behind a point were written on purpose.
  while (unit >= 1 && value % (unit * 10) === 0 && unit < value) unit *= 10
  return unit
}

/** A number of a field as it is written in JSON, sign included, against its figure. */
export function isFieldSupported(value: number, figure: number | null): boolean {
  if (figure === null || !Number.isFinite(value)) return false
  const step = 10 ** -decimalsOf(value)
  const agree = value === 0 || Math.sign(value) === Math.sign(figure)
  return agree && isSupported({ value: Math.abs(value), step }, figure)
}

function decimalsOf(value: number): number {
  const [digits = '', exponent = '0'] = String(Math.abs(value)).split('e')
  const point = digits.indexOf('.')
  return Math.max((point < 0 ? 0 : digits.length - point - 1) - Number(exponent), 0)
}
