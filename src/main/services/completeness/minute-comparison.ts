import type { Market } from '../../../shared/domain/market.ts'

/** What is compared of one minute; volume in base units. */
export interface MinuteVolume {
  readonly openTime: number
  readonly volume: number
  readonly trades?: number
}

/** How a minute of the tape stands to the venue's own candle. */
export type Comparison =
  | { readonly t: 'equal' }
  | { readonly t: 'less'; readonly missing: number | null }
  | { readonly t: 'more' }
  | { readonly t: 'untold' }

/** Sums of doubles differ by their order of adding. */
const RELATIVE = 1e-9

/**
 * Compares by volume: equal within the error of adding up and half a lot. A minute of which the venue
 * tells no bar had no trade, if it tells later ones (`told`); else it may not have told it yet.
 */
export function compareMinute(
  tape: MinuteVolume | undefined,
  venue: MinuteVolume | undefined,
  market: Pick<Market, 'lotSize' | 'contractSize'>,
  told: boolean,
): Comparison {
  if (venue === undefined && !told) return { t: 'untold' }
  const [ours, theirs] = [tape?.volume ?? 0, venue?.volume ?? 0]
  const lot = Number(market.lotSize) * Number(market.contractSize ?? 1)
  const tolerance = RELATIVE * Math.max(ours, theirs) + (Number.isFinite(lot) ? lot / 2 : 0)
  if (Math.abs(ours - theirs) <= tolerance) return { t: 'equal' }
  if (ours > theirs) return { t: 'more' }
  const count = venue?.trades
  const missing = count === undefined ? null : count - (tape?.trades ?? 0)
  return { t: 'less', missing: missing !== null && missing > 0 ? missing : null }
}

export const minutesOf = <T extends MinuteVolume>(bars: readonly T[]): ReadonlyMap<number, T> =>
  new Map(bars.map((bar) => [bar.openTime, bar]))
