import { type MarketId, parseMarketId } from '../../shared/domain/market.ts'
import { type EpochMs, parseInstant } from '../../shared/domain/time.ts'
import { UsageError } from './arguments.ts'

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const LONGEST_MS = 2 ** 31 - 1 // what a timer can hold: 24.8 days

/** `500ms`, `30s`, `5m`, `2h` → milliseconds. */
export function duration(option: string, text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text)
  const unit = match?.[2] as keyof typeof UNITS | undefined
  if (match?.[1] === undefined || unit === undefined)
    throw new UsageError(`--${option} ${text} is no duration; write 500ms, 30s, 5m or 2h`)
  const ms = Number(match[1]) * UNITS[unit]
  if (ms === 0 || ms > LONGEST_MS)
    throw new UsageError(`--${option} ${text} is out of range; allowed: 1ms to 596h`)
  return ms
}

/** ISO 8601 (UTC where it names no zone) or epoch milliseconds. */
export function instant(option: string, text: string): EpochMs {
  const time = parseInstant(text)
  if (time !== undefined) return time
  const hint = /^\d+$/.test(text) ? ' (epoch milliseconds have 13 digits)' : ''
  throw new UsageError(
    `--${option} ${text} is no time; write 2026-01-31T12:00:00Z or epoch milliseconds${hint}`,
  )
}

/** A TCP port; 0 means: take a free one. */
export function port(option: string, text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= 65_535))
    throw new UsageError(`--${option} ${text} is no port; allowed: 0 to 65535`)
  return value
}

/** A plain decimal number in a range. */
export function number(option: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most))
    throw new UsageError(`--${option} ${text} is out of range; allowed: ${least} to ${most}`)
  return value
}

export function market(option: string, text: string): MarketId {
  const parsed = parseMarketId(text)
  if (parsed === undefined)
    throw new UsageError(
      `--${option} ${text} is no market; write venue:BASE-QUOTE, as okx:BTC-USDT`,
    )
  return parsed.id
}

/** One word out of a few. */
export function choice<Word extends string>(
  option: string,
  text: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === text)
  if (found === undefined)
    throw new UsageError(`--${option} ${text} is not known; allowed: ${words.join(', ')}`)
  return found
}
