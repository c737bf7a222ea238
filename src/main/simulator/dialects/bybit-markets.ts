import type { MarketList } from '../listings.ts'
import { joinedSpelling, steppedMarkets } from './stepped-markets.ts'

/** Spot markets of Bybit. Ids of 19 digits with a prefix of the market, as captured. */
export const bybitMarkets: MarketList = {
  all: steppedMarkets(
    {
      'BTC-USDT': [2, 6],
      'ETH-USDT': [2, 5],
      'SOL-USDT': [2, 4],
      'XRP-USDT': [4, 2],
      'DOGE-USDT': [5, 1],
      'ADA-USDT': [4, 2],
      'LINK-USDT': [3, 3],
      'AVAX-USDT': [3, 3],
      'LTC-USDT': [2, 4],
      'TON-USDT': [3, 2],
      'DOT-USDT': [3, 3],
      'ETH-BTC': [6, 4],
    },
    joinedSpelling,
  ),
  firstId: (index) => BigInt(2_290 + index) * 10n ** 15n + 50_000_000n,
  spell: joinedSpelling,
}
