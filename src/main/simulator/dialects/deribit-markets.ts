import { type Listing, type MarketList, type MarketSpec, market } from '../listings.ts'

/** [price decimals, price step, quantity decimals, quantity step] */
type Steps = readonly [number, number, number, number]

const spec = (
  kind: MarketSpec['kind'],
  base: string,
  quote: string,
  venueSymbol: string,
  [priceDecimals, tickStep, lotDecimals, lotStep]: Steps,
): MarketSpec =>
  market({ base, quote, kind, venueSymbol, priceDecimals, tickStep, lotDecimals, lotStep })

const inverse = (base: string, steps: Steps): MarketSpec =>
  spec('inverse', base, 'USD', `${base}-PERPETUAL`, steps)

const linear = (base: string, steps: Steps): MarketSpec =>
  spec('linear', base, 'USDC', `${base}_USDC-PERPETUAL`, steps)

const spell = (base: string, quote: string): string => `${base}_${quote}`

const spot = (base: string, quote: string, steps: Steps): MarketSpec =>
  spec('spot', base, quote, spell(base, quote), steps)

/** Perpetuals and spot of Deribit. Amounts of inverse ones are dollars. */
export const deribitMarkets: MarketList = {
  all: [
    inverse('BTC', [1, 5, 0, 10]),
    inverse('ETH', [2, 5, 0, 10]),
    linear('BTC', [1, 5, 4, 10]),
    linear('ETH', [2, 5, 3, 10]),
    linear('SOL', [2, 1, 1, 1]),
    linear('XRP', [4, 1, 0, 1]),
    linear('DOGE', [5, 1, 0, 100]),
    spot('BTC', 'USDC', [0, 1, 4, 1]),
    spot('ETH', 'USDC', [1, 1, 4, 1]),
    spot('BTC', 'USDT', [0, 1, 4, 1]),
    spot('ETH', 'BTC', [5, 1, 4, 1]),
  ],
  // Ids are counted by currency, see `deribitIds`.
  firstId: () => 1n,
  firstSeq: (index) => 271_252_854n - BigInt(index) * 21_000_000n,
  spell,
}

/** The currency to which an instrument belongs: what inverse ones are made of, what others are paid in. */
export const currencyOf = ({ kind, base, quote }: Listing): string =>
  kind === 'inverse' ? base : quote

/** `future` with the perpetuals, or `spot`. */
export const kindOf = ({ kind }: Listing): 'future' | 'spot' =>
  kind === 'spot' ? 'spot' : 'future'

/** What one contract stands for, in units of the amount. */
export const contractSize = ({ kind, base, lotStep, lotDecimals }: Listing): number => {
  if (kind !== 'inverse') return lotStep / 10 ** lotDecimals
  return base === 'BTC' ? 10 : 1
}
