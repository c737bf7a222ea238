import type { MarketList } from '../listings.ts'
import { steppedMarkets } from './stepped-markets.ts'

const spell = (base: string, quote: string): string => `${base}-${quote}`

/** Spot markets of OKX. Contiguous ids of the size that busy markets have reached. */
export const okxMarkets: MarketList = {
  all: steppedMarkets(
    {
      'BTC-USDT': [1, 8],
      'ETH-USDT': [2, 6],
      'SOL-USDT': [2, 6],
      'XRP-USDT': [4, 4],
      'DOGE-USDT': [5, 2],
      'ADA-USDT': [4, 4],
      'LINK-USDT': [3, 4],
      'AVAX-USDT': [3, 4],
      'LTC-USDT': [2, 5],
      'TON-USDT': [3, 4],
      'DOT-USDT': [3, 4],
      'ETH-BTC': [5, 6],
    },
    spell,
  ),
  firstId: (index) => 842_000_000n - BigInt(index) * 31_000_000n,
  spell,
}
