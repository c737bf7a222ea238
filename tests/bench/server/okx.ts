import { decimalText, MARKETS, type SyntheticMarket } from '../harness/synthetic.ts'
import { type Dialect, STAMP } from './dialect.ts'

const symbol = ({ base, quote }: SyntheticMarket): string => `${base}-${quote}`
const SYMBOLS = MARKETS.map(symbol)
const short = (steps: number, decimals: number): string => {
  const text = decimalText(steps, decimals)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
const wrapped = (data: readonly unknown[]): unknown => ({ code: '0', msg: '', data })

/** The channel `trades` of the public socket: one row a frame. */
export const okx: Dialect = {
  venue: 'okx',
  wsPath: '/ws/v5/public',
  bursts: false,
  symbol,
  name: ({ base, quote }) => `${base}-${quote}`,
  frame([trade]) {
    if (trade === undefined) throw new Error('a frame without a trade')
    const { market, id, ticks, lots, buy } = trade
    const { priceDecimals = 0, lotDecimals = 0 } = MARKETS[market] ?? {}
    const instId = SYMBOLS[market]
    const figures = `"px":"${short(ticks, priceDecimals)}","sz":"${short(lots, lotDecimals)}"`
    return `{"arg":{"channel":"trades","instId":"${instId}"},"data":[{"instId":"${instId}","tradeId":"${id}",${figures},"side":"${buy ? 'buy' : 'sell'}","ts":"${STAMP}","count":"1","source":"0","seqId":${id + 7_000_000}}]}`
  },
  requests: (symbols) => [
    JSON.stringify({
      id: '1',
      op: 'subscribe',
      args: symbols.map((instId) => ({ channel: 'trades', instId })),
    }),
  ],
  answer(text) {
    if (text === 'ping') return { replies: ['pong'], symbols: [] }
    const {
      id,
      op,
      args = [],
    } = JSON.parse(text) as {
      readonly id?: string
      readonly op: string
      readonly args?: readonly { readonly channel: string; readonly instId: string }[]
    }
    return {
      replies: args.map((arg) => JSON.stringify({ id, event: op, arg, connId: 'a4d3ae55' })),
      symbols: op === 'subscribe' ? args.map(({ instId }) => instId) : [],
    }
  },
  rest({ pathname, searchParams }) {
    switch (pathname) {
      case '/api/v5/public/time':
        return wrapped([{ ts: String(Date.now()) }])
      case '/api/v5/public/instruments':
        return wrapped(searchParams.get('instType') === 'SPOT' ? MARKETS.map(instrument) : [SWAP])
      case '/api/v5/market/ticker': {
        const market = MARKETS.find((each) => symbol(each) === searchParams.get('instId'))
        if (market === undefined) return undefined
        const price = short(market.ticks, market.priceDecimals)
        const figures = { last: price, open24h: price, high24h: price, low24h: price }
        return wrapped([
          { instId: symbol(market), ...figures, vol24h: '1000', volCcy24h: '1000000' },
        ])
      }
      case '/api/v5/market/candles':
      case '/api/v5/market/trades':
      case '/api/v5/market/history-trades':
        return wrapped([])
    }
  },
}

/** A list without a single market would be an outage to whoever asks. */
const SWAP = {
  instType: 'SWAP',
  instId: 'BTC-USDT-SWAP',
  uly: 'BTC-USDT',
  baseCcy: '',
  quoteCcy: '',
  settleCcy: 'USDT',
  ctVal: '0.01',
  ctType: 'linear',
  tickSz: '0.1',
  lotSz: '0.01',
  state: 'live',
}

const instrument = (market: SyntheticMarket): unknown => ({
  instType: 'SPOT',
  instId: symbol(market),
  baseCcy: market.base,
  quoteCcy: market.quote,
  tickSz: short(1, market.priceDecimals),
  lotSz: short(1, market.lotDecimals),
  state: 'live',
})
