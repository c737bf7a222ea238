import { type MarketList, type MarketSpec, market } from '../listings.ts'
import { joinedSpelling } from './stepped-markets.ts'

/** [quote, base, price decimals, lot decimals, price step] */
type Contract = readonly [string, string, number, number, number?]

const CONTRACTS: readonly Contract[] = [
  ['USDT', 'BTC', 2, 3, 10],
  ['USDT', 'ETH', 2, 3],
  ['USDT', 'SOL', 4, 2, 100],
  ['USDT', 'XRP', 4, 1],
  ['USDT', 'DOGE', 6, 0, 10],
  ['USDT', 'ADA', 5, 0, 10],
  ['USDT', 'LINK', 3, 2],
  ['USDT', 'AVAX', 4, 0, 10],
  ['USDT', 'LTC', 2, 3],
  ['USDT', 'TON', 4, 1],
  ['USDT', 'DOT', 3, 1],
  ['USDC', 'BTC', 1, 3],
]

const perpetual = ([quote, base, priceDecimals, lotDecimals, tickStep = 1]: Contract): MarketSpec =>
  market({
    base,
    quote,
    kind: 'linear',
    venueSymbol: joinedSpelling(base, quote),
    priceDecimals,
    lotDecimals,
    tickStep,
  })

/** Perpetuals of Binance USD-M: prices are printed with more digits than their steps have. */
export const binanceusdmMarkets: MarketList = {
  all: CONTRACTS.map(perpetual),
  firstId: (index) => 6_741_000_000n - BigInt(index) * 430_000_000n,
  spell: joinedSpelling,
}
