import { fixedText, paddedText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row } from '../trade-frame.ts'

/** Spot prints prices and quantities with eight decimals, contracts with their own. */
const SPOT_DECIMALS = 8
export const leastDecimals = ({ kind }: Listing): number => (kind === 'spot' ? SPOT_DECIMALS : 0)

/** One match as Binance spells it. */
export function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    price: paddedText(match.ticks, listing.priceDecimals, leastDecimals(listing)),
    qty: paddedText(match.lots, listing.lotDecimals, leastDecimals(listing)),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Matches of one taker order at one price. */
export function groups(matches: readonly Match[]): readonly (readonly Match[])[] {
  const found: Match[][] = []
  for (const match of matches) {
    const last = found.at(-1)
    if (last?.[0]?.group === match.group) last.push(match)
    else found.push([match])
  }
  return found
}

/** Aggregate ids count up by one per market from here. */
export const FIRST_AGGREGATE = 3_100_000_000

/** A group as one print; its id is the aggregate's. */
export function aggregate(listing: Listing, group: readonly Match[]): Row {
  const first = group[0]
  const lots = group.reduce((sum, match) => sum + match.lots, 0)
  return {
    id: String(FIRST_AGGREGATE + (first?.group ?? 0)),
    price: paddedText(first?.ticks ?? 0, listing.priceDecimals, leastDecimals(listing)),
    qty: paddedText(lots, listing.lotDecimals, leastDecimals(listing)),
    buy: first?.buy ?? false,
    micros: first?.micros ?? 0,
    matches: group.length,
  }
}

/** Product of price and quantity steps as Binance prints it. */
export const quoteText = (quote: bigint, listing: Listing): string => {
  const decimals = listing.priceDecimals + listing.lotDecimals
  return decimals > SPOT_DECIMALS
    ? fixedText(quote / 10n ** BigInt(decimals - SPOT_DECIMALS), SPOT_DECIMALS)
    : paddedText(quote, decimals, leastDecimals(listing))
}
