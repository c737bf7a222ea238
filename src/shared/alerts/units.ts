import { formatDecimal, parseDecimal } from '../domain/decimal.ts'

const MS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]

const DURATION = /^(-?[\d.]+)(ms|[smhd])$/i

/** `5m`, `1.5h`, `250ms` in milliseconds; `undefined` for other text and for parts of a millisecond. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text)
  const unit = match?.[2]?.toLowerCase()
  const factor = MS.find(([name]) => name === unit)?.[1]
  if (match?.[1] === undefined || factor === undefined) return undefined
  // Not a product of doubles: 1.1s is 1100 ms.
  const decimal = parseDecimal(match[1])
  if (decimal === undefined) return undefined
  const scale = 10n ** BigInt(decimal.scale)
  const scaled = decimal.mantissa * BigInt(factor)
  return scaled % scale === 0n ? Number(scaled / scale) : undefined
}

/** Whole milliseconds in the largest unit that divides them: 90,000 is `90s`. */
export function formatDuration(ms: number): string {
  const [unit, factor] = MS.find(([, each]) => ms !== 0 && ms % each === 0) ?? ['ms', 1]
  return `${plainNumber(ms / factor)}${unit}`
}

/** Decimal text that is read as the same number, without exponent unless it would be very long. */
export function plainNumber(value: number): string {
  const text = String(value)
  const size = Math.abs(value)
  if (!text.includes('e') || size < 1e-18 || size > 1e30) return text
  const decimal = parseDecimal(text)
  return decimal === undefined ? text : formatDecimal(decimal)
}
