import { decimalText, MARKETS, type SyntheticMarket, uuid } from '../harness/synthetic.ts'
import { type Dialect, STAMP } from './dialect.ts'

const TOPIC = 'publicTrade.'
const symbol = ({ base, quote }: SyntheticMarket): string => `${base}${quote}`
const SYMBOLS = MARKETS.map(symbol)
const short = (steps: number, decimals: number): string => {
  const text = decimalText(steps, decimals)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
const wrapped = (list: readonly unknown[]): unknown => ({
  retCode: 0,
  retMsg: 'OK',
  result: { category: 'spot', list },
  time: Date.now(),
})

/**
 * The public spot socket: the matches of one order share a frame, 1.82 in the mean. Ids are UUIDs,
 * which is the dearer case; those of the real spot socket have nineteen digits.
 */
export const bybit: Dialect = {
  venue: 'bybit',
  wsPath: '/v5/public/spot',
  bursts: true,
  symbol,
  frame(trades, random) {
    const name = SYMBOLS[trades[0]?.market ?? 0]
    const rows = trades.map(({ market, id, ticks, lots, buy }) => {
      const { priceDecimals = 0, lotDecimals = 0 } = MARKETS[market] ?? {}
      const figures = `"p":"${decimalText(ticks, priceDecimals)}","v":"${short(lots, lotDecimals)}"`
      return `{"i":"${uuid(random)}","T":${STAMP},${figures},"S":"${buy ? 'Buy' : 'Sell'}","s":"${name}","BT":false,"RPI":false,"seq":${id + 61_000_000_000}}`
    })
    return `{"topic":"${TOPIC}${name}","ts":${STAMP},"type":"snapshot","data":[${rows.join(',')}]}`
  },
  // Ten topics a request, no more.
  requests: (symbols) =>
    Array.from({ length: Math.ceil(symbols.length / 10) }, (_, i) =>
      JSON.stringify({
        req_id: String(i + 1),
        op: 'subscribe',
        args: symbols.slice(i * 10, i * 10 + 10).map((each) => `${TOPIC}${each}`),
      }),
    ),
  answer(text) {
    const {
      req_id,
      op,
      args = [],
    } = JSON.parse(text) as {
      readonly req_id?: string
      readonly op: string
      readonly args?: readonly string[]
    }
    const base = { success: true, conn_id: '2324d924-aa4d-45b0-a858-7b8be29ab52b' }
    return {
      replies: [
        JSON.stringify(
          op === 'ping' ? { ...base, ret_msg: 'pong', op } : { ...base, ret_msg: op, req_id, op },
        ),
      ],
      symbols: op === 'subscribe' ? args.map((topic) => topic.slice(TOPIC.length)) : [],
    }
  },
  rest({ pathname, searchParams }) {
    switch (pathname) {
      case '/v5/market/time': {
        const now = Date.now()
        return {
          retCode: 0,
          retMsg: 'OK',
          result: { timeSecond: String(Math.floor(now / 1_000)), timeNano: `${now}000000` },
          time: now,
        }
      }
      case '/v5/market/instruments-info':
        return wrapped(MARKETS.map(instrument))
      case '/v5/market/tickers': {
        const market = MARKETS.find((each) => symbol(each) === searchParams.get('symbol'))
        if (market === undefined) return undefined
        const price = decimalText(market.ticks, market.priceDecimals)
        const figures = {
          lastPrice: price,
          prevPrice24h: price,
          highPrice24h: price,
          lowPrice24h: price,
        }
        return wrapped([
          { symbol: symbol(market), ...figures, volume24h: '1000', turnover24h: '1000000' },
        ])
      }
      case '/v5/market/kline':
      case '/v5/market/recent-trade':
        return wrapped([])
    }
  },
}

const instrument = (market: SyntheticMarket): unknown => ({
  symbol: symbol(market),
  baseCoin: market.base,
  quoteCoin: market.quote,
  status: 'Trading',
  lotSizeFilter: { basePrecision: short(1, market.lotDecimals) },
  priceFilter: { tickSize: short(1, market.priceDecimals) },
})
