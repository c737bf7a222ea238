import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { arrayBar, dayOf, handOver, marketsOf, minuteBars, oldestFirst } from './rest-rows.ts'
import type { FrameSink, RestTrade, ServerTime, Venue } from './venue.ts'
import * as wire from './wire.ts'

// Protocol facts and what is unverified: docs/venues/bybit.md.
const id = 'bybit' as VenueId
const { text } = wire
const TOPIC = 'publicTrade.'

const request = (op: string, symbols: readonly string[], n: number): string =>
  JSON.stringify({ req_id: String(n), op, args: symbols.map((s) => `${TOPIC}${s}`) })

/** `type` is always "snapshot" here; the rows are live all the same. */
function readTrades(message: unknown, out: FrameSink): void {
  const pushed = wire.millis(message, 'ts')
  oldestFirst(wire.listOf(message, 'data'), 'time', matchOf, (trade) =>
    handOver(out, trade.symbol, trade, { pushed }),
  )
}

const matchOf = (row: unknown): RestTrade & { readonly symbol: string } => ({
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

export const bybit: Venue = {
  id,
  label: 'Bybit',
  docs: 'https://bybit-exchange.github.io/docs/v5/websocket/public/trade',
  spell: (base, quote) => `${base}${quote}`,
  stream: {
    url: 'wss://stream.bybit.com/v5/public/spot',
    subscribe: (symbols, n) => request('subscribe', symbols, n),
    unsubscribe: (symbols, n) => request('unsubscribe', symbols, n),
    ping: { everyMs: 20_000, frame: (n) => JSON.stringify({ req_id: `ping-${n}`, op: 'ping' }) },
    limits: { symbolsPerRequest: 10, requestPauseMs: 100, silenceMs: 30_000 },
    acknowledges: 'request',
    ids: 'increasing', // the counter is shared between markets
    read(frame, out) {
      const message: unknown = JSON.parse(frame)
      if (text(message, 'topic').startsWith(TOPIC)) return readTrades(message, out)
      switch (text(message, 'op')) {
        case 'ping': // a pong still says `ping` here
        case 'pong':
          return out.pong()
        case 'subscribe':
        case 'unsubscribe':
          return readAnswer(message, out)
      }
    },
  },
  rest: {
    base: 'https://api.bybit.com',
    budget: { weight: 100, perMs: 5_000 },
    serverTime: { weight: 1, path: () => '/v5/market/time', read: readServerTime },
    instruments: {
      weight: 1,
      path: () => '/v5/market/instruments-info?category=spot',
      read: (body) =>
        marketsOf(id, wire.listOf(resultOf(body), 'list'), (row) =>
          text(row, 'status') !== 'Trading'
            ? undefined
            : {
                base: text(row, 'baseCoin'),
                quote: text(row, 'quoteCoin'),
                venueSymbol: text(row, 'symbol'),
                tickSize: text(row, 'priceFilter', 'tickSize'),
                lotSize: text(row, 'lotSizeFilter', 'basePrecision'),
              },
        ),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `/v5/market/tickers?category=spot&symbol=${encodeURIComponent(symbol)}`,
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
        `/v5/market/kline?category=spot&symbol=${encodeURIComponent(symbol)}&interval=1&start=${from}&end=${to - 1}&limit=1000`,
      read: (body, input) => minuteBars(wire.listOf(resultOf(body), 'list'), input, arrayBar),
    },
  },
}
