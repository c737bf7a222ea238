import { type MarketList, market, spotMarkets } from '../listings.ts'
import { joinedSpelling } from './stepped-markets.ts'

const BASES = 'BTC ETH SOL XRP DOGE ADA LINK AVAX LTC TON DOT'.split(' ')

/** Spot markets of Bitget. Ids are made of the time (bitget-rows.ts), so nothing begins here. */
export const bitgetMarkets: MarketList = {
  all: [
    ...spotMarkets(BASES, 'USDT', joinedSpelling),
    market({ base: 'ETH', quote: 'BTC', venueSymbol: 'ETHBTC' }),
  ],
  firstId: () => 1n,
  spell: joinedSpelling,
}
