import { type MarketList, type MarketSpec, market } from '../listings.ts'
import { steppedMarkets } from './stepped-markets.ts'

const spell = (base: string, quote: string): string => `${base}-${quote}`

/** [base, price decimals, base units in a contract]; a hundredth of a contract is the smallest quantity. */
const SWAPS: readonly (readonly [string, number, number])[] = [
  ['BTC', 1, 0.01],
  ['ETH', 2, 0.1],
  ['SOL', 2, 1],
  ['XRP', 4, 100],
  ['DOGE', 5, 1_000],
]

const swap = ([base, priceDecimals, unit]: (typeof SWAPS)[number]): MarketSpec =>
  market({
    base,
    quote: 'USDT',
    kind: 'linear',
    venueSymbol: `${spell(base, 'USDT')}-SWAP`,
    priceDecimals,
    lotDecimals: 2,
    unit,
  })

/** Spot and linear swaps of OKX. Contiguous ids of the size that busy markets have reached. */
export const okxMarkets: MarketList = {
  all: [
    ...steppedMarkets(
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
    ...SWAPS.map(swap),
  ],
  firstId: (index) => 842_000_000n - BigInt(index) * 31_000_000n,
  spell,
}
