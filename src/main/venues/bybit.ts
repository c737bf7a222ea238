import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import {
  arrayBar,
  dayOf,
  handOver,
  type MarketRow,
  marketsOf,
  minuteBars,
  oldestFirst,
} from './rest-rows.ts'
import type {
  FrameLayout,
  FrameSink,
  RestSpec,
  RestTrade,
  ServerTime,
  StreamSpec,
  Venue,
} from './venue.ts'
import * as wire from './wire.ts'

// Protocol facts and what is unverified: docs/venues/bybit.md.
const id = 'bybit' as VenueId
const { text } = wire
const TOPIC = 'publicTrade.'

const request = (op: string, symbols: readonly string[], n: number): string =>
  JSON.stringify({ req_id: String(n), op, args: symbols.map((s) => `${TOPIC}${s}`) })

const matchOf = (row: unknown) => ({
  symbol: wire.need(row, 's'),
  id: wire.tradeId(row, 'i'),
  price: wire.decimal(row, 'p'),
  qty: wire.decimal(row, 'v'),
  side: wire.sideOf(text(row, 'S'), 'Buy', 'Sell'),
  time: wire.millis(row, 'T'),
})

/**
 * One answer per request. One bad topic loses the whole batch. "Already subscribed" comes as an
 * error too, but that topic is safe: it is what was asked for.
 */
function readAnswer(message: unknown, out: FrameSink): void {
  const requestId = text(message, 'req_id')
  const reason = text(message, 'ret_msg')
  const symbol = /publicTrade\.([^\s,\]]+)/.exec(reason)?.[1]
  const named = symbol === undefined ? undefined : [symbol]
  if (text(message, 'success') === 'true') out.accepted(requestId)
  else if (/already subscribed/i.test(reason)) out.accepted(requestId, named)
  else out.refused(reason, named, requestId || undefined)
}

/** `type` is always "snapshot" here; the rows are live all the same. */
const readerOf =
  (order: 'time' | 'sent'): StreamSpec['read'] =>
  (frame, out) => {
    const message: unknown = JSON.parse(frame)
    if (text(message, 'topic').startsWith(TOPIC)) {
      const pushed = wire.millis(message, 'ts')
      const hand = (trade: ReturnType<typeof matchOf>) =>
        handOver(out, trade.symbol, trade, { pushed })
      return oldestFirst(wire.listOf(message, 'data'), order, matchOf, hand)
    }
    switch (text(message, 'op')) {
      case 'ping': // a pong still says `ping` here
      case 'pong':
        return out.pong()
      case 'subscribe':
      case 'unsubscribe':
        return readAnswer(message, out)
    }
  }

const rowsOf = (order: 'time' | 'sent', frame: string, ...rows: readonly string[]) =>
  rows.map((each): FrameLayout => ({ frame, rows: { each, order } }))

const SPOT_ROW =
  '{"i":"<id>","T":<time:ms>,"p":"<price>","v":"<qty>","S":"<side:Buy|Sell>","s":"<symbol>","BT":<bool>'

/** The keys stand in the order of either category's documents; `RPI` and `seq` came in 2025. */
const layoutsOf = (order: 'time' | 'sent'): readonly FrameLayout[] => [
  ...rowsOf(
    order,
    '{"topic":"publicTrade.<text>","ts":<pushed:ms>,"type":"snapshot","data":[<rows>]}',
    `${SPOT_ROW},"RPI":<bool>,"seq":<number>}`,
    `${SPOT_ROW.replace('"BT"', '"L":"<text>","BT"')},"RPI":<bool>,"seq":<number>}`,
    `${SPOT_ROW}}`,
  ),
  ...rowsOf(
    order,
    '{"topic":"publicTrade.<text>","type":"snapshot","ts":<pushed:ms>,"data":[<rows>]}',
    '{"T":<time:ms>,"s":"<symbol>","S":"<side:Buy|Sell>","v":"<qty>","p":"<price>","L":"<text>","i":"<id>","BT":<bool>,"RPI":<bool>,"seq":<number>}',
  ),
]

/** REST answers are wrapped; a code other than 0 is an error, whatever the HTTP status. */
function resultOf(body: unknown): unknown {
  const code = wire.need(body, 'retCode')
  if (code !== '0') throw new wire.WireError(`error ${code}: ${text(body, 'retMsg')}`)
  return wire.inner(body, 'result')
}

function readServerTime(body: unknown): ServerTime {
  const nanos = text(resultOf(body), 'timeNano')
  if (!/^\d{19}$/.test(nanos)) return { time: epochMs(wire.millis(body, 'time')), resolutionMs: 1 }
  const [ms, micros] = [Number(nanos.slice(0, 13)), Number(nanos.slice(13, 16))]
  return { time: epochMs(ms), micros, resolutionMs: 0.001 }
}

/** What spot and linear have in common; the ids of each are its own. */
export const streamOf = (
  path: string,
  symbolsPerRequest: number,
  ids: StreamSpec['ids'],
): StreamSpec => ({
  url: `wss://stream.bybit.com/v5/public/${path}`,
  subscribe: (symbols, n) => request('subscribe', symbols, n),
  unsubscribe: (symbols, n) => request('unsubscribe', symbols, n),
  ping: { everyMs: 20_000, frame: (n) => JSON.stringify({ req_id: `ping-${n}`, op: 'ping' }) },
  limits: {
    symbolsPerRequest,
    requestPauseMs: 100,
    silenceMs: 30_000,
    symbolsPerSocket: 500, // 21,000 characters of topics
    connects: { count: 500, perMs: 300_000 },
    sockets: 1_000,
  },
  acknowledges: 'request',
  ids,
  read: readerOf(ids === 'opaque' ? 'sent' : 'time'),
  layouts: layoutsOf(ids === 'opaque' ? 'sent' : 'time'),
})

/** The REST calls of one category. `recent`: how many trades it tells. */
export const restOf = (
  category: string,
  recent: number,
  pick: (row: unknown) => MarketRow | undefined,
  venue: VenueId,
): RestSpec => ({
  base: 'https://api.bybit.com',
  budget: { weight: 100, perMs: 5_000 },
  serverTime: { weight: 1, path: () => '/v5/market/time', read: readServerTime },
  instruments: {
    weight: 1,
    path: () =>
      `/v5/market/instruments-info?category=${category}${category === 'spot' ? '' : '&limit=1000'}`,
    read: (body) =>
      marketsOf(venue, wire.listOf(resultOf(body), 'list'), (row) =>
        text(row, 'status') === 'Trading' ? pick(row) : undefined,
      ),
  },
  day: {
    weight: 1,
    path: ({ symbol }) =>
      `/v5/market/tickers?category=${category}&symbol=${encodeURIComponent(symbol)}`,
    read: (body) =>
      dayOf(wire.listOf(resultOf(body), 'list')[0], {
        last: 'lastPrice',
        open: 'prevPrice24h',
        high: 'highPrice24h',
        low: 'lowPrice24h',
        volume: 'volume24h',
        quoteVolume: 'turnover24h',
      }),
  },
  minutes: {
    weight: 1,
    rows: 1_000,
    path: ({ symbol, from, to }) =>
      `/v5/market/kline?category=${category}&symbol=${encodeURIComponent(symbol)}&interval=1&start=${from}&end=${to - 1}&limit=1000`,
    read: (body, input) => minuteBars(wire.listOf(resultOf(body), 'list'), input, arrayBar),
  },
  trades: {
    recent: {
      weight: 1,
      rows: recent,
      path: ({ symbol }) =>
        `/v5/market/recent-trade?category=${category}&symbol=${encodeURIComponent(symbol)}&limit=${recent}`,
      read: (body) => wire.listOf(resultOf(body), 'list').map(restTradeOf),
    },
  },
})

const restTradeOf = (row: unknown): RestTrade => ({
  id: wire.tradeId(row, 'execId'),
  price: wire.decimal(row, 'price'),
  qty: wire.decimal(row, 'size'),
  side: wire.sideOf(text(row, 'side'), 'Buy', 'Sell'),
  time: wire.millis(row, 'time'),
})

/** A market of either category; `lot` names the field with its quantity step. */
export const marketOf = (row: unknown, lot: string): MarketRow => ({
  base: text(row, 'baseCoin'),
  quote: text(row, 'quoteCoin'),
  venueSymbol: text(row, 'symbol'),
  tickSize: text(row, 'priceFilter', 'tickSize'),
  lotSize: text(row, 'lotSizeFilter', lot),
})

export const bybit: Venue = {
  id,
  label: 'Bybit',
  docs: 'https://bybit-exchange.github.io/docs/v5/websocket/public/trade',
  spell: (base, quote) => `${base}${quote}`,
  stream: streamOf('spot', 10, 'increasing'), // the counter is shared between markets
  rest: restOf('spot', 60, (row) => marketOf(row, 'basePrecision'), id),
}
