import type { MarketList } from '../listings.ts'
import { joinedSpelling, steppedMarkets } from './stepped-markets.ts'

/** Spot markets of Binance. Contiguous ids of the size that busy markets have reached. */
export const binanceMarkets: MarketList = {
  all: steppedMarkets(
    {
      'BTC-USDT': [2, 5],
      'ETH-USDT': [2, 4],
      'SOL-USDT': [2, 3],
      'XRP-USDT': [4, 1],
      'DOGE-USDT': [5, 0],
      'ADA-USDT': [4, 1],
      'LINK-USDT': [2, 2],
      'AVAX-USDT': [2, 2],
      'LTC-USDT': [2, 3],
      'TON-USDT': [3, 2],
      'DOT-USDT': [3, 2],
      'ETH-BTC': [5, 4],
    },
    joinedSpelling,
  ),
  firstId: (index) => 5_341_000_000n - BigInt(index) * 370_000_000n,
  spell: joinedSpelling,
}
