import { decimalText, MARKETS, type SyntheticMarket } from '../harness/synthetic.ts'
import { type Dialect, STAMP } from './dialect.ts'

const DECIMALS = 8
const symbol = ({ base, quote }: SyntheticMarket): string => `${base}${quote}`
const LOWER = MARKETS.map((market) => symbol(market).toLowerCase())
const UPPER = MARKETS.map(symbol)
const step = (decimals: number): string => decimalText(1, decimals, DECIMALS)

/** The combined stream `/stream`: one trade a frame, eight decimals. */
export const binance: Dialect = {
  venue: 'binance',
  wsPath: '/stream',
  bursts: false,
  symbol,
  name: ({ base, quote }) => `${base}-${quote}`,
  frame([trade]) {
    if (trade === undefined) throw new Error('a frame without a trade')
    const { market, id, ticks, lots, buy } = trade
    const { priceDecimals = 0, lotDecimals = 0 } = MARKETS[market] ?? {}
    const price = decimalText(ticks, priceDecimals, DECIMALS)
    const qty = decimalText(lots, lotDecimals, DECIMALS)
    return `{"stream":"${LOWER[market]}@trade","data":{"e":"trade","E":${STAMP},"s":"${UPPER[market]}","t":${id},"p":"${price}","q":"${qty}","T":${STAMP},"m":${!buy},"M":true}}`
  },
  requests: (symbols) => [
    JSON.stringify({
      method: 'SUBSCRIBE',
      params: symbols.map((each) => `${each.toLowerCase()}@trade`),
      id: 1,
    }),
  ],
  answer(text) {
    const {
      id,
      method,
      params = [],
    } = JSON.parse(text) as {
      readonly id: number | string
      readonly method: string
      readonly params?: readonly string[]
    }
    const symbols = method === 'SUBSCRIBE' ? params.map((name) => name.split('@')[0] ?? '') : []
    return {
      replies: [JSON.stringify({ result: null, id })],
      symbols: symbols.map((each) => each.toUpperCase()),
    }
  },
  rest({ pathname, searchParams }) {
    switch (pathname) {
      case '/api/v3/time':
        return { serverTime: Date.now() }
      case '/api/v3/exchangeInfo':
        return {
          symbols: MARKETS.map((market) => ({
            symbol: symbol(market),
            status: 'TRADING',
            baseAsset: market.base,
            quoteAsset: market.quote,
            filters: [
              { filterType: 'PRICE_FILTER', tickSize: step(market.priceDecimals) },
              { filterType: 'LOT_SIZE', stepSize: step(market.lotDecimals) },
            ],
          })),
        }
      case '/api/v3/ticker/24hr': {
        const market = MARKETS.find((each) => symbol(each) === searchParams.get('symbol'))
        if (market === undefined) return undefined
        const price = decimalText(market.ticks, market.priceDecimals, DECIMALS)
        const figures = { lastPrice: price, openPrice: price, highPrice: price, lowPrice: price }
        return { ...figures, volume: '1000.00000000', quoteVolume: '1000000.00000000' }
      }
      case '/api/v3/klines':
      case '/api/v3/trades':
      case '/api/v3/aggTrades':
      case '/api/v3/historicalTrades':
        return []
    }
  },
}
