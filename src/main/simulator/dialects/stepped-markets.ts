import { type MarketSpec, market } from '../listings.ts'

/** [price decimals, lot decimals] by canonical symbol. */
export type Steps = Readonly<Record<string, readonly [number, number]>>

/** Spot markets whose steps are written down one by one. */
export const steppedMarkets = (
  steps: Steps,
  spell: (base: string, quote: string) => string,
): readonly MarketSpec[] =>
  Object.entries(steps).map(([symbol, [priceDecimals, lotDecimals]]) => {
    const [base = '', quote = ''] = symbol.split('-')
    return market({ base, quote, venueSymbol: spell(base, quote), priceDecimals, lotDecimals })
  })

/** `BTCUSDT`. */
export const joinedSpelling = (base: string, quote: string): string => `${base}${quote}`
