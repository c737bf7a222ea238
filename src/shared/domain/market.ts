import type { Branded } from './brand.ts'

/** An exchange with one protocol and one symbol space: `okx`. Lower case, letters and digits. */
export type VenueId = Branded<string, 'VenueId'>

/** The canonical name of a market: `okx:BTC-USDT`. */
export type MarketId = Branded<string, 'MarketId'>

export interface Market {
  readonly id: MarketId
  readonly venue: VenueId
  /** Canonical symbol, `BASE-QUOTE`, upper case. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  /** The venue's own spelling, as its stream and REST want it: `BTCUSDT`. */
  readonly venueSymbol: string
  /** Smallest price step as decimal text; '' when the venue does not tell. */
  readonly tickSize: string
  /** Smallest quantity step as decimal text; '' when the venue does not tell. */
  readonly lotSize: string
}

const ID = /^([a-z][a-z0-9]*):([^\s:]+-[^\s:-]+)$/

export const marketId = (venue: VenueId, base: string, quote: string): MarketId =>
  `${venue}:${base}-${quote}` as MarketId

/**
 * Reads `venue:BASE-QUOTE`; the venue is lowered, the symbol raised. `undefined` if the text does
 * not have that form; whether the market exists is for the venue's instrument list to say.
 */
export function parseMarketId(
  text: string,
): { readonly id: MarketId; readonly venue: VenueId; readonly symbol: string } | undefined {
  const colon = text.indexOf(':')
  const spelled =
    colon < 0
      ? text
      : `${text.slice(0, colon).toLowerCase()}:${text.slice(colon + 1).toUpperCase()}`
  const match = ID.exec(spelled.trim())
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  return { id: match[0] as MarketId, venue: match[1] as VenueId, symbol: match[2] }
}
