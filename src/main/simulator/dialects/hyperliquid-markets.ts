import { type MarketList, type MarketSpec, market } from '../listings.ts'

/** [coin, szDecimals, price decimals] of perpetuals: five significant figures, six decimals less szDecimals. */
const PERPS: readonly (readonly [string, number, number])[] = [
  ['BTC', 5, 0],
  ['ETH', 4, 1],
  ['SOL', 2, 2],
  ['XRP', 0, 4],
  ['DOGE', 0, 5],
  ['ADA', 0, 5],
  ['LINK', 1, 3],
  ['AVAX', 2, 3],
  ['LTC', 2, 3],
  ['TON', 1, 4],
  ['DOT', 1, 4],
]

/** A spot market: how the socket and how `spotMeta` name it. */
export interface SpotCoin {
  /** What is subscribed: the pair's name, or `@` and its index. */
  readonly coin: string
  /** Place in the venue's list of pairs. */
  readonly index: number
  /** Name of the base token; coins of other chains are wrapped and have a U before their name. */
  readonly token: string
  readonly base: string
  readonly fullName: string
  readonly szDecimals: number
  readonly priceDecimals: number
}

export const SPOT_COINS: readonly SpotCoin[] = [
  {
    coin: '@142',
    index: 142,
    token: 'UBTC',
    base: 'BTC',
    fullName: 'Unit Bitcoin',
    szDecimals: 5,
    priceDecimals: 0,
  },
  {
    coin: '@151',
    index: 151,
    token: 'UETH',
    base: 'ETH',
    fullName: 'Unit Ethereum',
    szDecimals: 4,
    priceDecimals: 1,
  },
  {
    coin: '@156',
    index: 156,
    token: 'USOL',
    base: 'SOL',
    fullName: 'Unit Solana',
    szDecimals: 3,
    priceDecimals: 2,
  },
  {
    coin: 'PURR/USDC',
    index: 0,
    token: 'PURR',
    base: 'PURR',
    fullName: 'Purr',
    szDecimals: 0,
    priceDecimals: 5,
  },
]

const perp = ([base, lotDecimals, priceDecimals]: (typeof PERPS)[number]): MarketSpec =>
  market({ base, quote: 'USDC', kind: 'linear', venueSymbol: base, lotDecimals, priceDecimals })

const spot = ({ base, coin, szDecimals, priceDecimals }: SpotCoin): MarketSpec =>
  market({ base, quote: 'USDC', venueSymbol: coin, lotDecimals: szDecimals, priceDecimals })

/** Perpetuals and spot of Hyperliquid. Ids are drawn, so `firstId` is for nothing. */
export const hyperliquidMarkets: MarketList = {
  all: [...PERPS.map(perp), ...SPOT_COINS.map(spot)],
  firstId: () => 1n,
  spell: (base, quote) =>
    SPOT_COINS.find((known) => known.base === base && quote === 'USDC')?.coin ?? `${base}/${quote}`,
}
