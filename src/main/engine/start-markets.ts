import type { VenueId } from '../../shared/domain/market.ts'

const TETHER = ['BTC-USDT', 'ETH-USDT', 'SOL-USDT']

/**
 * What a new installation watches until its user says otherwise: the busiest markets of a few venues
 * that are served in most places. The others connect when a market of theirs is added.
 */
const PRESETS: Readonly<Record<string, readonly string[]>> = {
  binance: TETHER,
  okx: TETHER,
  bybit: TETHER,
  coinbase: ['BTC-USD', 'ETH-USD'],
  kraken: ['BTC-USD'],
}

export const startMarkets = (venues: readonly VenueId[]): readonly string[] =>
  venues.flatMap((venue) => (PRESETS[venue] ?? []).map((symbol) => `${venue}:${symbol}`))
