import type { Branded } from './brand.ts'

/** An exchange with one protocol and one symbol space: `okx`. Lower case, letters and digits. */
export type VenueId = Branded<string, 'VenueId'>

/** The canonical name of a market: `okx:BTC-USDT`. */
export type MarketId = Branded<string, 'MarketId'>

/** What is traded: the asset itself, or a perpetual contract on it. */
export type MarketKind = 'spot' | 'perpetual'

export interface Market {
  readonly id: MarketId
  readonly venue: VenueId
  /** Absent: spot. */
  readonly kind?: MarketKind
  /** Canonical symbol, upper case: `BASE-QUOTE`, of a perpetual `BASE-QUOTE-PERP`. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  /** The venue's own spelling, as its stream and REST want it: `BTCUSDT`. */
  readonly venueSymbol: string
  /** Smallest price step as decimal text; '' when the venue does not tell. */
  readonly tickSize: string
  /** Smallest quantity step as decimal text; '' when the venue does not tell. */
  readonly lotSize: string
  /**
   * Base units in one contract, decimal text, where the venue counts contracts (OKX swaps). The feed
   * multiplies exactly, so that every quantity of the tape is in base units.
   */
  readonly contractSize?: string
  /** `quote`: quantities are in quote units (Deribit's inverse contracts count dollars). */
  readonly qtyUnit?: 'base' | 'quote'
}

const ID = /^([a-z][a-z0-9]*):([^\s:]+-[^\s:-]+)$/
const PERPETUAL = '-PERP'

export const marketId = (
  venue: VenueId,
  base: string,
  quote: string,
  kind: MarketKind = 'spot',
): MarketId => `${venue}:${symbolOf(base, quote, kind)}` as MarketId

/** The canonical symbol: `BTC-USDT`, `BTC-USDT-PERP`. */
export const symbolOf = (base: string, quote: string, kind: MarketKind = 'spot'): string =>
  `${base}-${quote}${kind === 'perpetual' ? PERPETUAL : ''}`

/** The parts of a canonical symbol, raised to upper case; `undefined` if it does not have that form. */
export function parseSymbol(
  text: string,
): { readonly base: string; readonly quote: string; readonly kind: MarketKind } | undefined {
  const symbol = text.trim().toUpperCase()
  const perpetual = symbol.endsWith(PERPETUAL) && symbol.slice(0, -PERPETUAL.length).includes('-')
  const pair = perpetual ? symbol.slice(0, -PERPETUAL.length) : symbol
  const dash = pair.lastIndexOf('-')
  if (dash < 1 || dash === pair.length - 1) return undefined
  const kind = perpetual ? 'perpetual' : 'spot'
  return { base: pair.slice(0, dash), quote: pair.slice(dash + 1), kind }
}

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
