import { type Listing, type MarketList, market, spotMarkets } from '../listings.ts'

const spell = (base: string, quote: string): string => `${base}/${quote}`

const BASES = 'BTC ETH SOL XRP DOGE ADA LINK AVAX LTC DOT'.split(' ')

/** Spot markets of Kraken by their v2 names. Contiguous ids. */
export const krakenMarkets: MarketList = {
  all: [
    ...spotMarkets(BASES, 'USD', spell),
    market({ base: 'BTC', quote: 'USDT', venueSymbol: 'BTC/USDT' }),
    market({ base: 'BTC', quote: 'EUR', venueSymbol: 'BTC/EUR' }),
    market({ base: 'ETH', quote: 'BTC', venueSymbol: 'ETH/BTC' }),
  ],
  firstId: (index) => 87_220_000n - BigInt(index) * 5_100_000n,
  spell,
}

/** Names that the first socket version and REST still use. */
const ALIASES: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' }
/** Old assets have a letter for their kind before the name, in the names of old pairs. */
const LETTERED: Readonly<Record<string, string>> = {
  XBT: 'XXBT',
  ETH: 'XETH',
  LTC: 'XLTC',
  XRP: 'XXRP',
  USD: 'ZUSD',
  EUR: 'ZEUR',
}

/** How REST names a market: `XXBTZUSD`, `XBTUSD`, `XBT/USD`. */
export interface PairNames {
  /** Key of results. */
  readonly key: string
  readonly altname: string
  readonly wsname: string
  readonly base: string
  readonly quote: string
}

export function pairNames({ base, quote }: Listing): PairNames {
  const [one, two] = [ALIASES[base] ?? base, ALIASES[quote] ?? quote]
  const [long, longQuote] = [LETTERED[one], LETTERED[two]]
  const altname = one + two
  const lettered = long !== undefined && longQuote !== undefined
  return {
    key: lettered ? long + longQuote : altname,
    altname,
    wsname: `${one}/${two}`,
    base: long ?? one,
    quote: longQuote ?? two,
  }
}
