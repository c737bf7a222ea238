import { type MarketList, market, spotMarkets } from '../listings.ts'

const spell = (base: string, quote: string): string => `${base}${quote}`.toLowerCase()

const BASES = 'BTC ETH SOL XRP DOGE ADA LINK AVAX LTC TON DOT'.split(' ')

/** Spot markets of HTX, in small letters. Contiguous ids; `dogebtc` has prices below 0.0001. */
export const htxMarkets: MarketList = {
  all: [
    ...spotMarkets(BASES, 'USDT', spell),
    market({ base: 'ETH', quote: 'BTC', venueSymbol: 'ethbtc' }),
    market({ base: 'DOGE', quote: 'BTC', venueSymbol: 'dogebtc', priceDecimals: 10 }),
  ],
  firstId: (index) => 100_045_088_885n + BigInt(index) * 210_000_000n,
  spell,
}
