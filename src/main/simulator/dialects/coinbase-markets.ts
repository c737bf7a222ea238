import { type MarketList, market, spotMarkets } from '../listings.ts'

const spell = (base: string, quote: string): string => `${base}-${quote}`

const BASES = 'BTC ETH SOL XRP DOGE ADA LINK AVAX LTC DOT'.split(' ')

/** Spot products of Coinbase Exchange: in dollars, a few in other currencies. Contiguous ids. */
export const coinbaseMarkets: MarketList = {
  all: [
    ...spotMarkets(BASES, 'USD', spell),
    market({ base: 'BTC', quote: 'USDT', venueSymbol: 'BTC-USDT' }),
    market({ base: 'BTC', quote: 'EUR', venueSymbol: 'BTC-EUR' }),
    market({ base: 'ETH', quote: 'BTC', venueSymbol: 'ETH-BTC' }),
  ],
  firstId: (index) => 842_310_000n - BigInt(index) * 53_000_000n,
  spell,
}
