import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { handOver, marketsOf, minuteBars } from './rest-rows.ts'
import type { FrameLayout, FrameSink, RestTrade, Venue } from './venue.ts'
import * as wire from './wire.ts'

// The classic socket, with a token. Protocol facts and what is unverified: docs/venues/kucoin.md.
const id = 'kucoin' as VenueId
const { text, num } = wire
const TOPIC = '/market/match:'

const request = (type: string, symbols: readonly string[], n: number): string =>
  JSON.stringify({
    id: String(n),
    type,
    topic: TOPIC + symbols.join(','),
    privateChannel: false,
    response: true,
  })

/** `sequence` is the id: REST has no `tradeId`, and the stream's is the same text today. */
function matchOf(row: unknown): RestTrade {
  const { ms, micros } = wire.nanos(row, 'time')
  return {
    id: wire.digits(row, 'sequence'),
    price: wire.decimal(row, 'price'),
    qty: wire.decimal(row, 'size'),
    side: wire.sideOf(text(row, 'side'), 'buy', 'sell'),
    time: ms,
    micros,
  }
}

function readMatch(message: unknown, out: FrameSink): void {
  const trade = matchOf(wire.inner(message, 'data'))
  handOver(out, wire.need(message, 'data', 'symbol'), trade, { micros: trade.micros ?? 0 })
}

/** 404 repeats the topic of its request; with several symbols in it nobody knows which one was meant. */
function readError(message: unknown, out: FrameSink): void {
  const said = text(message, 'data')
  const reason = `${text(message, 'code')} ${said}`.trim()
  const symbol = /\/market\/match:([^\s,]+)(?![^\s])/.exec(said)?.[1]
  const named = symbol === undefined ? undefined : [symbol]
  if (said === 'ping timeout') out.closing(reason)
  else out.refused(reason, named, text(message, 'id') || undefined)
}

/** REST answers are wrapped; a code other than 200000 is an error, whatever the HTTP status. */
function dataOf(body: unknown): object {
  const code = wire.need(body, 'code')
  if (code !== '200000') throw new wire.WireError(`error ${code}: ${text(body, 'msg')}`)
  return wire.inner(body, 'data') ?? {}
}

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

/** The address to open. One without TLS is refused, unless it stays on this machine (a simulator). */
function addressOf(body: unknown, connectId: string): string {
  const server = wire.listOf(dataOf(body), 'instanceServers')[0]
  const endpoint = wire.need(server, 'endpoint')
  const url = URL.parse(endpoint)
  const safe = url?.protocol === 'wss:' || (url?.protocol === 'ws:' && LOOPBACK.test(url.hostname))
  if (url === null || !safe)
    throw new wire.WireError(`no secure address to connect to: ${endpoint.slice(0, 80)}`)
  url.searchParams.set('token', wire.need(dataOf(body), 'token'))
  url.searchParams.set('connectId', connectId)
  return url.href
}

/** Keys as the engine of today sends them, and as the documents print them. */
const LAYOUTS: readonly FrameLayout[] = [
  '"makerOrderId":"<text>","takerOrderId":"<text>","price":"<price>","sequence":"<id:digits>","side":"<side:buy|sell>","size":"<qty>","symbol":"<symbol>","time":"<time:ns>","tradeId":"<text>","type":"match"',
  '"sequence":"<id:digits>","type":"match","symbol":"<symbol>","side":"<side:buy|sell>","price":"<price>","size":"<qty>","tradeId":"<text>","takerOrderId":"<text>","makerOrderId":"<text>","time":"<time:ns>"',
].map((data) => ({
  frame: `{"type":"message","topic":"/market/match:<text>","subject":"trade.l3match","data":{${data}}}`,
}))

export const kucoin: Venue = {
  id,
  label: 'KuCoin',
  docs: 'https://www.kucoin.com/docs/websocket/spot-trading/public-channels/match-execution-data',
  spell: (base, quote) => `${base}-${quote}`,
  stream: {
    url: 'wss://ws-api-spot.kucoin.com/', // stands for what the ticket answers
    ticket: {
      weight: 1,
      path: () => '/api/v1/bullet-public',
      body: () => '',
      read: (body, { connectId }) => addressOf(body, connectId),
    },
    waitsForReady: true,
    subscribe: (symbols, n) => request('subscribe', symbols, n),
    unsubscribe: (symbols, n) => request('unsubscribe', symbols, n),
    ping: { everyMs: 18_000, frame: (n) => JSON.stringify({ id: String(n), type: 'ping' }) },
    limits: {
      symbolsPerRequest: 100,
      requestPauseMs: 200,
      silenceMs: 30_000,
      symbolsPerSocket: 300,
      messages: [{ count: 100, perMs: 10_000 }],
      connects: { count: 30, perMs: 60_000 },
    },
    acknowledges: 'unverified', // an unknown symbol can be acknowledged and stay silent
    ids: 'increasing', // and skipping
    read(frame, out) {
      const message: unknown = JSON.parse(frame)
      switch (text(message, 'type')) {
        case 'message':
          if (text(message, 'topic').startsWith(TOPIC)) readMatch(message, out)
          return
        case 'welcome':
          return out.ready()
        case 'ack':
          return out.accepted(wire.need(message, 'id'))
        case 'pong':
          return out.pong()
        case 'error':
          return readError(message, out)
      }
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://api.kucoin.com',
    budget: { weight: 40, perMs: 10_000 },
    serverTime: {
      weight: 1,
      path: () => '/api/v1/timestamp',
      read: (body) => {
        dataOf(body)
        return { time: epochMs(wire.millis(body, 'data')), resolutionMs: 1 }
      },
    },
    instruments: {
      weight: 1,
      path: () => '/api/v2/symbols',
      read: (body) =>
        marketsOf(id, wire.listOf(dataOf(body)), (row) =>
          text(row, 'enableTrading') !== 'true'
            ? undefined
            : {
                base: text(row, 'baseCurrency'), // a symbol can be an old alias
                quote: text(row, 'quoteCurrency'),
                venueSymbol: text(row, 'symbol'),
                tickSize: text(row, 'priceIncrement'),
                lotSize: text(row, 'baseIncrement'),
              },
        ),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `/api/v1/market/stats?symbol=${encodeURIComponent(symbol)}`,
      read: (body) => {
        const day = dataOf(body)
        return {
          last: num(day, 'last'),
          high: num(day, 'high'),
          low: num(day, 'low'),
          volume: num(day, 'vol'),
          quoteVolume: num(day, 'volValue'),
        }
      },
    },
    minutes: {
      weight: 1,
      rows: 1_500,
      path: ({ symbol, from, to }) =>
        `/api/v1/market/candles?type=1min&symbol=${encodeURIComponent(symbol)}&startAt=${Math.floor(from / 1_000)}&endAt=${Math.ceil(to / 1_000) - 1}`,
      read: (body, input) =>
        minuteBars(wire.listOf(dataOf(body)), input, (row) => ({
          openTime: epochMs(num(row, '0') * 1_000), // close before high
          open: num(row, '1'),
          close: num(row, '2'),
          high: num(row, '3'),
          low: num(row, '4'),
          volume: num(row, '5'),
        })),
    },
    trades: {
      recent: {
        weight: 1,
        rows: 100,
        exact: true, // `time` is a number of 19 digits
        path: ({ symbol }) => `/api/v1/market/histories?symbol=${encodeURIComponent(symbol)}`,
        read: (body) => wire.listOf(dataOf(body)).map((row) => matchOf(row)),
      },
    },
  },
}
