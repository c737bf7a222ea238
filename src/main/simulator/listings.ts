/** Spot, or a contract that is paid for in the quote currency (linear) or in the base (inverse). */
export type MarketKind = 'spot' | 'linear' | 'inverse'

/** A market as one venue's dialect declares it. Price and quantity steps are `step` × 10^-decimals. */
export interface MarketSpec {
  /** Canonical: `BTC-USDT`, `BTC-USDT-PERP`. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly kind: MarketKind
  /** The venue's spelling: `BTCUSDT`, `BTC-USDT`, `KRW-BTC`. */
  readonly venueSymbol: string
  readonly priceDecimals: number
  readonly lotDecimals: number
  /** Prices are multiples of so many smallest units; 1 unless said otherwise (0.5 is 5 with 1 decimal). */
  readonly tickStep: number
  readonly lotStep: number
  /**
   * What a quantity of 1 stands for: base units (1 on spot, the contract's value on swaps), or quote
   * units where the contract is inverse.
   */
  readonly unit: number
}

/** A market as one simulated venue lists it. */
export interface Listing extends MarketSpec {
  readonly index: number
  /** Id of the first match that the tape holds. */
  readonly firstId: bigint
  /** Number of that match within the market. */
  readonly firstSeq: bigint
}

/** What one venue lists and how it names it; each dialect declares its own. */
export interface MarketList {
  /** Most traded first. */
  readonly all: readonly MarketSpec[]
  /** Where ids begin, by place in the list. */
  readonly firstId: (index: number) => bigint
  /** Where the number within the market begins; 1 if absent. */
  readonly firstSeq?: (index: number) => bigint
  /** The venue's spelling of a spot market, listed or not (recorded tapes name others). */
  readonly spell: (base: string, quote: string) => string
  /** Reads that spelling, where it is not base first. */
  readonly read?: (venueSymbol: string) => { readonly base: string; readonly quote: string } | null
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

/** Currencies that stand still against USDT; what is not named is worth one. */
const CURRENCIES: Readonly<Record<string, number>> = { EUR: 1.08, GBP: 1.26, KRW: 1 / 1_390 }

/** Opening price of one unit of an asset or currency in USDT. */
export const usdtValue = (name: string): number =>
  ASSETS.find((asset) => asset.name === name)?.price ?? CURRENCIES[name] ?? 1

/** Smallest steps of a quantity that are worth `usdt` at a price in the quote currency. */
export function lotsWorth(market: MarketSpec, usdt: number, price: number): number {
  const quote = usdt / usdtValue(market.quote)
  const units = market.kind === 'inverse' ? quote / market.unit : quote / price / market.unit
  return units * 10 ** market.lotDecimals
}

/** A whole number of smallest steps that the market allows, at least one step. */
export const allowed = (value: number, step: number): number =>
  Math.max(step, step === 1 ? Math.floor(value) : Math.floor(value / step) * step)

export type MarketDraft = Partial<MarketSpec> & Pick<MarketSpec, 'base' | 'quote' | 'venueSymbol'>

/**
 * A market with what is usual where the draft says nothing: spot, its canonical symbol, prices of
 * six digits, quantities in steps worth about a thousandth of a dollar.
 */
export function market(draft: MarketDraft): MarketSpec {
  const { base, quote, kind = 'spot' } = draft
  const price = usdtValue(base) / usdtValue(quote)
  const within = (value: number): number => Math.max(0, Math.min(8, value))
  return {
    symbol: `${base}-${quote}${kind === 'spot' ? '' : '-PERP'}`,
    kind,
    priceDecimals: within(5 - Math.floor(Math.log10(price))),
    lotDecimals: within(Math.ceil(Math.log10(usdtValue(base) * 1_000))),
    tickStep: 1,
    lotStep: 1,
    unit: 1,
    ...draft,
  }
}

/** Spot markets of some bases against one quote. */
export const spotMarkets = (
  bases: readonly string[],
  quote: string,
  spell: (base: string, quote: string) => string,
): readonly MarketSpec[] =>
  bases.map((base) => market({ base, quote, venueSymbol: spell(base, quote) }))

/** The markets of one venue: those of `symbols` that it has, in that order, or all. */
export function listingsOf(list: MarketList, symbols?: readonly string[]): readonly Listing[] {
  const chosen =
    symbols?.flatMap((symbol) => list.all.find((known) => known.symbol === symbol) ?? []) ??
    list.all
  return chosen.map((spec, index) => ({
    ...spec,
    index,
    firstId: list.firstId(index),
    firstSeq: list.firstSeq?.(index) ?? 1n,
  }))
}
