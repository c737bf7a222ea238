import {
  decimalText,
  MARKETS,
  type SyntheticMarket,
  type SyntheticTrade,
  uuid,
} from '../harness/synthetic.ts'
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
  result: { list },
  time: Date.now(),
})

/** Nineteen digits: more than a double holds. They rise. */
const spotId = ({ market, id }: SyntheticTrade): string =>
  `2290000${String(market * 10_000_000_000 + id).padStart(12, '0')}`

/** What differs between the spot socket and that of linear contracts. */
interface Category {
  readonly venue: string
  readonly category: string
  readonly perpetual: boolean
  idOf(trade: SyntheticTrade, random: () => number): string
  /** Fields of a row that only this one has. */
  readonly more: string
}

/** The matches of one order share a frame, 1.82 in the mean. */
const speaking = ({ venue, category, perpetual, idOf, more }: Category): Dialect => ({
  venue,
  wsPath: `/v5/public/${category}`,
  bursts: true,
  symbol,
  name: ({ base, quote }) => `${base}-${quote}${perpetual ? '-PERP' : ''}`,
  frame(trades, random) {
    const name = SYMBOLS[trades[0]?.market ?? 0]
    const rows = trades.map((trade) => {
      const { market, id, ticks, lots, buy } = trade
      const { priceDecimals = 0, lotDecimals = 0 } = MARKETS[market] ?? {}
      const figures = `"p":"${decimalText(ticks, priceDecimals)}","v":"${short(lots, lotDecimals)}"`
      return `{"i":"${idOf(trade, random)}","T":${STAMP},${figures},"S":"${buy ? 'Buy' : 'Sell'}","s":"${name}",${more}"BT":false,"RPI":false,"seq":${id + 61_000_000_000}}`
    })
    return `{"topic":"${TOPIC}${name}","ts":${STAMP},"type":"snapshot","data":[${rows.join(',')}]}`
  },
  requests,
  answer,
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
        return wrapped(MARKETS.map((market) => instrument(market, perpetual)))
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
})

// Ten topics a request, no more.
const requests: Dialect['requests'] = (symbols) =>
  Array.from({ length: Math.ceil(symbols.length / 10) }, (_, i) =>
    JSON.stringify({
      req_id: String(i + 1),
      op: 'subscribe',
      args: symbols.slice(i * 10, i * 10 + 10).map((each) => `${TOPIC}${each}`),
    }),
  )

const answer: Dialect['answer'] = (text) => {
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
  const words = op === 'ping' ? { ret_msg: 'pong', op } : { ret_msg: op, req_id, op }
  return {
    replies: [JSON.stringify({ ...base, ...words })],
    symbols: op === 'subscribe' ? args.map((topic) => topic.slice(TOPIC.length)) : [],
  }
}

const instrument = (market: SyntheticMarket, perpetual: boolean): unknown => ({
  symbol: symbol(market),
  ...(perpetual && { contractType: 'LinearPerpetual' }),
  baseCoin: market.base,
  quoteCoin: market.quote,
  status: 'Trading',
  lotSizeFilter: {
    [perpetual ? 'qtyStep' : 'basePrecision']: short(1, market.lotDecimals),
  },
  priceFilter: { tickSize: short(1, market.priceDecimals) },
})

export const bybit: Dialect = speaking({
  venue: 'bybit',
  category: 'spot',
  perpetual: false,
  idOf: spotId,
  more: '',
})

/** The same frames with ids that tell nothing: sixteen bytes that nobody can make smaller. */
export const bybitLinear: Dialect = speaking({
  venue: 'bybitlinear',
  category: 'linear',
  perpetual: true,
  idOf: (_, random) => uuid(random),
  more: '"L":"PlusTick",',
})
