import { type MarketList, market, spotMarkets } from '../listings.ts'

const spell = (base: string, quote: string): string => `${base}-${quote}`

const BASES = 'BTC ETH SOL XRP DOGE ADA LINK AVAX LTC TON DOT'.split(' ')

/** Spot markets of KuCoin. Ids are the market's sequence, which skips (kucoin-rows.ts). */
export const kucoinMarkets: MarketList = {
  all: [
    ...spotMarkets(BASES, 'USDT', spell),
    market({ base: 'ETH', quote: 'BTC', venueSymbol: 'ETH-BTC' }),
  ],
  firstId: (index) => 455_391_760_226_305n - BigInt(index) * 23_000_000_000_000n,
  spell,
}
