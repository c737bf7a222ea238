import type { Market, VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { downward, endOf } from './history-pages.ts'
import {
  arrayBar,
  dayOf,
  handOver,
  type MarketRow,
  marketsOf,
  minuteBars,
  oldestFirst,
} from './rest-rows.ts'
import type { FrameLayout, FrameSink, RestCall, RestTrade, Venue } from './venue.ts'
import * as wire from './wire.ts'

// Protocol facts and what is unverified: docs/venues/okx.md.
const id = 'okx' as VenueId
const { text } = wire

const request = (op: string, symbols: readonly string[], n: number): string =>
  JSON.stringify({
    id: String(n),
    op,
    args: symbols.map((instId) => ({ channel: 'trades', instId })),
  })

/** One match of REST; a print of the stream, which joins matches, has the id of the last of `count`. */
const tradeOf = (row: unknown): RestTrade => ({
  id: wire.digits(row, 'tradeId'),
  price: wire.decimal(row, 'px'),
  qty: wire.decimal(row, 'sz'),
  side: wire.sideOf(text(row, 'side'), 'buy', 'sell'),
  time: wire.millis(row, 'ts'),
})

const printOf = (row: unknown) => ({
  ...tradeOf(row),
  symbol: wire.need(row, 'instId'),
  matches: text(row, 'count') === '' ? 1 : wire.count(row, 'count'),
})

/** Errors that end with the connection, not with the request: too many requests, internal error. */
const PASSING = ['60014', '64007']

/** An error names its market only inside its text. */
function readError(message: unknown, out: FrameSink): void {
  const reason = `${text(message, 'code')} ${text(message, 'msg')}`.trim()
  const symbol = /instId:\s*([^\s,"}]+)/.exec(text(message, 'msg'))?.[1]
  const named = symbol === undefined ? undefined : [symbol]
  if (PASSING.includes(text(message, 'code'))) out.closing(reason)
  else out.refused(reason, named, text(message, 'id') || undefined)
}

/** REST answers are wrapped; a code other than 0 is an error, whatever the HTTP status. */
function dataOf(body: unknown): readonly unknown[] {
  const code = wire.need(body, 'code')
  if (code !== '0') throw new wire.WireError(`error ${code}: ${text(body, 'msg')}`)
  return wire.listOf(body, 'data')
}

const isSwap = (symbol: string): boolean => symbol.endsWith('-SWAP')

/** What every market has; of a swap the underlying names the pair, and quantities are in contracts. */
function marketOf(row: unknown): MarketRow | undefined {
  if (text(row, 'state') !== 'live') return undefined
  const venueSymbol = text(row, 'instId')
  const market = { venueSymbol, tickSize: text(row, 'tickSz'), lotSize: text(row, 'lotSz') }
  if (!isSwap(venueSymbol))
    return { ...market, base: text(row, 'baseCcy'), quote: text(row, 'quoteCcy') }
  const [base = '', quote = ''] = text(row, 'uly').split('-')
  const inverse = text(row, 'ctType') === 'inverse'
  const contractSize = wire.decimal(row, 'ctVal')
  return {
    ...market,
    base,
    quote,
    kind: 'perpetual',
    contractSize,
    ...(inverse && { qtyUnit: 'quote' }),
  }
}

const listOf = (type: string): RestCall<void, readonly Market[]> => ({
  weight: 1,
  path: () => `/api/v5/public/instruments?instType=${type}`,
  read: (body) => marketsOf(id, dataOf(body), marketOf),
})

const LAYOUTS: readonly FrameLayout[] = [
  {
    frame: '{"arg":{"channel":"trades","instId":"<text>"},"data":[<rows>]}',
    rows: {
      each: '{"instId":"<symbol>","tradeId":"<id:digits>","px":"<price>","sz":"<qty>","side":"<side:buy|sell>","ts":"<time:ms>","count":"<matches>","source":"<text>","seqId":<number>}',
      order: 'id',
    },
  },
]

export const okx: Venue = {
  id,
  label: 'OKX',
  docs: 'https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel',
  spell: (base, quote, perpetual) => `${base}-${quote}${perpetual ? '-SWAP' : ''}`,
  stream: {
    url: 'wss://ws.okx.com:8443/ws/v5/public',
    subscribe: (symbols, n) => request('subscribe', symbols, n),
    unsubscribe: (symbols, n) => request('unsubscribe', symbols, n),
    ping: { everyMs: 20_000, frame: () => 'ping' },
    limits: {
      symbolsPerRequest: 100,
      requestPauseMs: 500,
      silenceMs: 25_000,
      subscribes: [{ count: 480, perMs: 3_600_000 }],
      connects: { count: 3, perMs: 1_000 },
    },
    acknowledges: 'symbol',
    ids: 'contiguous',
    read(frame, out) {
      if (frame === 'pong') return out.pong()
      const message: unknown = JSON.parse(frame)
      switch (text(message, 'event')) {
        case '':
          if (text(message, 'arg', 'channel') === 'trades')
            oldestFirst(wire.listOf(message, 'data'), 'id', printOf, (trade) =>
              handOver(out, trade.symbol, trade, { matches: trade.matches }),
            )
          return
        case 'subscribe':
        case 'unsubscribe':
          return out.accepted(text(message, 'id'), [wire.need(message, 'arg', 'instId')])
        case 'error':
          return readError(message, out)
        case 'notice':
          if (text(message, 'code') === '64008') out.closing('64008 service upgrade soon')
      }
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://www.okx.com',
    budget: { weight: 10, perMs: 2_000 },
    serverTime: {
      weight: 1,
      path: () => '/api/v5/public/time',
      read: (body) => ({ time: epochMs(wire.millis(dataOf(body)[0], 'ts')), resolutionMs: 1 }),
    },
    instruments: listOf('SPOT'),
    more: [listOf('SWAP')],
    day: {
      weight: 1,
      path: ({ symbol }) => `/api/v5/market/ticker?instId=${encodeURIComponent(symbol)}`,
      read: (body, { symbol }) => {
        const row = dataOf(body)[0]
        const words = { last: 'last', open: 'open24h', high: 'high24h', low: 'low24h' }
        return isSwap(symbol)
          ? dayOf(row, { ...words, volume: 'volCcy24h' }) // `vol24h` counts contracts here
          : dayOf(row, { ...words, volume: 'vol24h', quoteVolume: 'volCcy24h' })
      },
    },
    minutes: {
      weight: 1,
      rows: 300,
      // `after` means older than, `before` newer than; both exclude their own bar.
      path: ({ symbol, from, to }) =>
        `/api/v5/market/candles?instId=${encodeURIComponent(symbol)}&bar=1m&after=${to}&before=${from - 1}&limit=300`,
      read: (body, input) =>
        minuteBars(dataOf(body), input, (row) =>
          isSwap(input.symbol) ? { ...arrayBar(row), volume: wire.num(row, '6') } : arrayBar(row),
        ),
    },
    trades: {
      recent: {
        weight: 1,
        rows: 500,
        path: ({ symbol }) =>
          `/api/v5/market/trades?instId=${encodeURIComponent(symbol)}&limit=500`,
        read: (body) => dataOf(body).map(tradeOf),
      },
      history: {
        retentionMs: 90 * 86_400_000,
        page: {
          weight: 1,
          rows: 100,
          // `after` means older than: an id with type 1, a time with type 2.
          path: (page) => {
            const end = endOf(page)
            const where =
              end === undefined ? `type=2&after=${page.before.time}` : `type=1&after=${end}`
            return `/api/v5/market/history-trades?instId=${encodeURIComponent(page.symbol)}&${where}&limit=100`
          },
          read: (body, page) => downward(dataOf(body).map(tradeOf), page),
        },
      },
    },
  },
}
