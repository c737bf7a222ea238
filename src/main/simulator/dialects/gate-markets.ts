import { type MarketList, market, spotMarkets } from '../listings.ts'

const spell = (base: string, quote: string): string => `${base}_${quote}`

const BASES = 'BTC ETH SOL XRP DOGE ADA LINK AVAX LTC TON DOT'.split(' ')

/** Spot markets of Gate. `id` is counted over all markets, `id_market` within one. */
export const gateMarkets: MarketList = {
  all: [
    ...spotMarkets(BASES, 'USDT', spell),
    market({ base: 'ETH', quote: 'BTC', venueSymbol: 'ETH_BTC' }),
  ],
  firstId: () => 18_309_143_071n,
  firstSeq: (index) => 213_390_902n - BigInt(index) * 17_000_000n,
  spell,
}
