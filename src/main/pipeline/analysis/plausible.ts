import type { Snapshot } from '../../../shared/domain/analysis.ts'

/** How far a price may be expected to go, in quote units. */
export interface PlausibleMoves {
  /** One standard deviation of an hour: that of a minute times √60; null: nobody knows it. */
  readonly hour: number | null
  /** How far from the last price an entry may lie. */
  readonly entry: number
  /** How far from the last price a stop or a target may lie. */
  readonly level: number
}

/** Of the last price: a market that stood still may still be given levels so near. */
const ENTRY_FLOOR = 0.0025
const LEVEL_FLOOR = 0.01
const ENTRY_HOURS = 3
const ENTRY_DAYS = 0.25
const LEVEL_DAYS = 2

/**
 * Bounds by what the market did: σ is the volatility of a minute, and moves grow with the square root of time.
 * A day's move is σ√1440 or the range of the last 24 hours, whichever is larger. Entry: 3σ√60 or a quarter of a day's move,
 * at least 0.25 % of the price; stop and targets: two days' moves, at least 1 %. Null without a price.
 */
export function plausibleMoves({ figures }: Snapshot): PlausibleMoves | null {
  const { last, volatilityPercent, high24h, low24h } = figures
  if (last === null || last <= 0) return null
  const minute = volatilityPercent === null ? null : (last * volatilityPercent) / 100
  const hour = minute === null ? null : minute * Math.sqrt(60)
  const range = high24h === null || low24h === null ? 0 : high24h - low24h
  const day = Math.max((minute ?? 0) * Math.sqrt(1_440), range)
  return {
    hour,
    entry: Math.max(ENTRY_HOURS * (hour ?? 0), ENTRY_DAYS * day, ENTRY_FLOOR * last),
    level: Math.max(LEVEL_DAYS * day, LEVEL_FLOOR * last),
  }
}
