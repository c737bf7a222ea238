import type { SimulatedVenue } from './simulator.ts'

/** A market as one simulated venue lists it. Steps are powers of ten. */
export interface Listing {
  readonly index: number
  /** Canonical: `BTC-USDT`. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  /** The venue's spelling: `BTCUSDT`, `BTC-USDT`. */
  readonly venueSymbol: string
  /** Price step is 10^-priceDecimals, quantity step 10^-lotDecimals. */
  readonly priceDecimals: number
  readonly lotDecimals: number
  /** Id of the first match that the tape holds. */
  readonly firstId: bigint
}

/** Price of one unit in USDT when the live tape begins, and how lively the asset is (1 = bitcoin). */
export interface Asset {
  readonly name: string
  readonly price: number
  readonly beta: number
}

export const ASSETS: readonly Asset[] = [
  { name: 'BTC', price: 91_250, beta: 1 },
  { name: 'ETH', price: 3_020, beta: 1.35 },
  { name: 'SOL', price: 138.4, beta: 1.7 },
  { name: 'XRP', price: 2.184, beta: 1.6 },
  { name: 'DOGE', price: 0.1525, beta: 1.9 },
  { name: 'ADA', price: 0.4218, beta: 1.7 },
  { name: 'LINK', price: 13.12, beta: 1.7 },
  { name: 'AVAX', price: 13.9, beta: 1.8 },
  { name: 'LTC', price: 84.6, beta: 1.4 },
  { name: 'TON', price: 1.623, beta: 1.6 },
  { name: 'DOT', price: 2.317, beta: 1.7 },
]

/** [price decimals, lot decimals] of each venue, by how such markets are usually listed. */
type Steps = Readonly<Record<SimulatedVenue, readonly [number, number]>>
const STEPS: Readonly<Record<string, Steps>> = {
  'BTC-USDT': { binance: [2, 5], okx: [1, 8], bybit: [2, 6] },
  'ETH-USDT': { binance: [2, 4], okx: [2, 6], bybit: [2, 5] },
  'SOL-USDT': { binance: [2, 3], okx: [2, 6], bybit: [2, 4] },
  'XRP-USDT': { binance: [4, 1], okx: [4, 4], bybit: [4, 2] },
  'DOGE-USDT': { binance: [5, 0], okx: [5, 2], bybit: [5, 1] },
  'ADA-USDT': { binance: [4, 1], okx: [4, 4], bybit: [4, 2] },
  'LINK-USDT': { binance: [2, 2], okx: [3, 4], bybit: [3, 3] },
  'AVAX-USDT': { binance: [2, 2], okx: [3, 4], bybit: [3, 3] },
  'LTC-USDT': { binance: [2, 3], okx: [2, 5], bybit: [2, 4] },
  'TON-USDT': { binance: [3, 2], okx: [3, 4], bybit: [3, 2] },
  'DOT-USDT': { binance: [3, 2], okx: [3, 4], bybit: [3, 3] },
  'ETH-BTC': { binance: [5, 4], okx: [5, 6], bybit: [6, 4] },
}

/** Canonical symbols, most traded first. */
export const SYMBOLS: readonly string[] = Object.keys(STEPS)

/** How a venue spells a market. */
export const venueSpelling = (venue: SimulatedVenue, base: string, quote: string): string =>
  venue === 'okx' ? `${base}-${quote}` : `${base}${quote}`

/**
 * Where ids begin. Bybit spot ids have 19 digits with a prefix of the market (as captured), the
 * others are contiguous numbers of the size that busy markets have reached.
 */
export function firstIdOf(venue: SimulatedVenue, index: number): bigint {
  if (venue === 'bybit') return BigInt(2_290 + index) * 10n ** 15n + 50_000_000n
  if (venue === 'okx') return 842_000_000n - BigInt(index) * 31_000_000n
  return 5_341_000_000n - BigInt(index) * 370_000_000n
}

/** The markets of one venue. Throws on a symbol that the simulator does not know. */
export function listingsOf(
  venue: SimulatedVenue,
  symbols: readonly string[] = SYMBOLS,
): readonly Listing[] {
  return symbols.map((symbol, index) => {
    const steps = STEPS[symbol]?.[venue]
    const [base, quote] = symbol.split('-')
    if (steps === undefined || base === undefined || quote === undefined)
      throw new Error(`The simulator lists no market "${symbol}"; it has ${SYMBOLS.join(', ')}.`)
    return {
      index,
      symbol,
      base,
      quote,
      venueSymbol: venueSpelling(venue, base, quote),
      priceDecimals: steps[0],
      lotDecimals: steps[1],
      firstId: firstIdOf(venue, index),
    }
  })
}
