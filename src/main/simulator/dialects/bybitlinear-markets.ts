import { type MarketList, type MarketSpec, market } from '../listings.ts'
import { joinedSpelling } from './stepped-markets.ts'

/** [base, price decimals, price step, lot decimals] */
type Contract = readonly [string, number, number, number]

const CONTRACTS: readonly Contract[] = [
  ['BTC', 2, 10, 3],
  ['ETH', 2, 1, 2],
  ['SOL', 3, 10, 1],
  ['XRP', 4, 1, 1],
  ['DOGE', 5, 1, 0],
  ['ADA', 4, 1, 0],
  ['LINK', 3, 1, 1],
  ['AVAX', 4, 10, 1],
  ['LTC', 2, 1, 1],
  ['TON', 4, 1, 1],
  ['DOT', 4, 1, 1],
]

const perpetual = (
  [base, priceDecimals, tickStep, lotDecimals]: Contract,
  quote: string,
  venueSymbol: string,
): MarketSpec =>
  market({ base, quote, kind: 'linear', venueSymbol, priceDecimals, tickStep, lotDecimals })

/** Perpetuals of Bybit; those in USDC are named `BTCPERP`. */
export const bybitlinearMarkets: MarketList = {
  all: [
    ...CONTRACTS.map((contract) =>
      perpetual(contract, 'USDT', joinedSpelling(contract[0], 'USDT')),
    ),
    ...CONTRACTS.slice(0, 1).map((contract) => perpetual(contract, 'USDC', `${contract[0]}PERP`)),
  ],
  firstId: () => 1n,
  spell: joinedSpelling,
}
