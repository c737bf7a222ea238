import { personality } from '../../../src/main/simulator/dialects/registry.ts'
import type { SimulatedVenue } from '../../../src/main/simulator/simulator.ts'

/** The twelve exchanges. */
export const VENUES: readonly SimulatedVenue[] = [
  ...(['binance', 'okx', 'bybit', 'coinbase', 'kraken', 'bitget'] as const),
  ...(['gate', 'kucoin', 'htx', 'upbit', 'hyperliquid', 'deribit'] as const),
]

/** With the perpetuals that two of them have on an address of their own. */
export const ADDRESSES: readonly SimulatedVenue[] = [...VENUES, 'binanceusdm', 'bybitlinear']

/** The markets of an address, busiest first, as config files name them; at most so many. */
export const marketsOf = (venue: SimulatedVenue, most: number): readonly string[] =>
  personality(venue)
    .markets.all.slice(0, most)
    .map(({ symbol }) => `${venue}:${symbol}`)
