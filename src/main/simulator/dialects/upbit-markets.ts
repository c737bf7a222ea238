import { type MarketList, type MarketSpec, market } from '../listings.ts'

/** Quote first. */
const spell = (base: string, quote: string): string => `${quote}-${base}`

/** [price decimals, smallest units a tick] in won: the tick grows with the price. */
const WON: Readonly<Record<string, readonly [number, number]>> = {
  BTC: [0, 1_000],
  XRP: [0, 1],
  ETH: [0, 1_000],
  SOL: [0, 50],
  DOGE: [1, 1],
  ADA: [0, 1],
  LINK: [0, 10],
  AVAX: [0, 10],
  DOT: [0, 1],
}

const won: readonly MarketSpec[] = Object.entries(WON).map(([base, [priceDecimals, tickStep]]) =>
  market({ base, quote: 'KRW', venueSymbol: spell(base, 'KRW'), priceDecimals, tickStep }),
)

/** Spot markets of Upbit: in won, in tether and in bitcoin. Ids are made of the time (upbit-rows.ts). */
export const upbitMarkets: MarketList = {
  all: [
    ...won,
    market({ base: 'BTC', quote: 'USDT', venueSymbol: 'USDT-BTC' }),
    market({ base: 'ETH', quote: 'USDT', venueSymbol: 'USDT-ETH' }),
    market({ base: 'ETH', quote: 'BTC', venueSymbol: 'BTC-ETH' }),
    market({ base: 'XRP', quote: 'BTC', venueSymbol: 'BTC-XRP' }),
  ],
  firstId: () => 1n,
  spell,
  read(venueSymbol) {
    const [quote = '', base = ''] = venueSymbol.split('-')
    return quote === '' || base === '' ? null : { base, quote }
  },
}
