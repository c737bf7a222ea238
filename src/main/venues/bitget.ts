import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import {
  arrayBar,
  byAge,
  dayOf,
  handOver,
  marketsOf,
  minuteBars,
  oldestFirst,
  stepOf,
} from './rest-rows.ts'
import type {
  FrameLayout,
  FrameSink,
  HistoryPage,
  KnownPoint,
  RestTrade,
  TradePage,
  Venue,
} from './venue.ts'
import * as wire from './wire.ts'

// Stream v3 (UTA), REST v2. Protocol facts and what is unverified: docs/venues/bitget.md.
const id = 'bitget' as VenueId
const { text } = wire
const SECOND = 1_000
const DAY = 86_400 * SECOND
const SPOT = '/api/v2/spot'

const request = (op: string, symbols: readonly string[]): string =>
  JSON.stringify({
    op,
    args: symbols.map((symbol) => ({ instType: 'spot', topic: 'publicTrade', symbol })),
  })

/** Rows come newest first. Only an `update` is live; the first frame of a topic is history. */
function readTrades(message: unknown, out: FrameSink): void {
  const symbol = wire.need(message, 'arg', 'symbol')
  const pushed = wire.millis(message, 'ts')
  const history = text(message, 'action') !== 'update'
  const read = (row: unknown): RestTrade => ({
    id: wire.digits(row, 'i'),
    price: wire.decimal(row, 'p'),
    qty: wire.decimal(row, 'v'),
    side: wire.sideOf(text(row, 'S'), 'buy', 'sell'),
    time: wire.millis(row, 'T'),
  })
  oldestFirst(wire.listOf(message, 'data'), 'time', read, (trade) =>
    handOver(out, symbol, trade, history ? { pushed, snapshot: true } : { pushed }),
  )
}

/** Errors that end with the connection, not with a market: too many requests, over the limit. */
const PASSING = ['30006', '30007']

/** An error names its market only inside its text. No answer carries a request id. */
function readError(message: unknown, out: FrameSink): void {
  const reason = `${text(message, 'code')} ${text(message, 'msg')}`.trim()
  const symbol = /(?:symbol|instId):([^\s,]+)/.exec(text(message, 'msg'))?.[1]
  if (PASSING.includes(text(message, 'code'))) out.closing(reason)
  else out.refused(reason, symbol === undefined ? undefined : [symbol])
}

/** REST answers are wrapped; a code other than 00000 is an error, whatever the HTTP status. */
function dataOf(body: unknown): object {
  const code = wire.need(body, 'code')
  if (code !== '00000') throw new wire.WireError(`error ${code}: ${text(body, 'msg')}`)
  return wire.inner(body, 'data') ?? {}
}

/** `fills` has milliseconds and a small side, `fills-history` whole seconds and a capitalised one. */
const tradesOf = (body: unknown): readonly RestTrade[] =>
  wire.listOf(dataOf(body)).map((row) => ({
    id: wire.digits(row, 'tradeId'),
    price: wire.decimal(row, 'price'),
    qty: wire.decimal(row, 'size'),
    side: wire.sideOf(text(row, 'side').toLowerCase(), 'buy', 'sell'),
    time: wire.millis(row, 'ts'),
  }))

/** Where only a time is known, rows beyond it show that the hole's end was reached. */
const slack = ({ id }: KnownPoint): number => (id === undefined ? 60 * SECOND : 0)

/** What one page asks for: ids below `below` in [from, to], 7 days at most. A cursor is `to,below`. */
function windowOf({ after, before, cursor }: HistoryPage) {
  const whole = (time: number): number => Math.floor(time / SECOND) * SECOND // as times are there
  const start = whole(after.time) - slack(after)
  const last = whole(before.time) + SECOND + slack(before)
  const [to = last, below = before.id ?? ''] = cursor?.split(',') ?? []
  return { start, from: Math.max(start, Number(to) - 7 * DAY), to, below: below || undefined }
}

function historyPath(input: HistoryPage): string {
  const { from, to, below } = windowOf(input)
  const end = below === undefined ? '' : `&idLessThan=${encodeURIComponent(below)}`
  return `${SPOT}/market/fills-history?symbol=${encodeURIComponent(input.symbol)}&startTime=${from}&endTime=${to}&limit=1000${end}`
}

/**
 * Backward by id; a window that brings nothing older makes place for the seven days before it. A trade
 * with a higher id than the known one was not made before it, whatever its whole second says.
 */
function readHistory(body: unknown, input: HistoryPage): TradePage {
  const { after } = input
  const { start, from, to, below } = windowOf(input)
  const isBelow = (trade: RestTrade, end: string): boolean =>
    byAge.id(trade, { id: end, time: 0 }) < 0
  const isKnown = (trade: RestTrade): boolean =>
    after.id === undefined
      ? trade.time + SECOND <= after.time
      : trade.id === after.id || isBelow(trade, after.id)
  const trades = tradesOf(body).map((trade) =>
    after.id !== undefined && trade.time >= start && !isKnown(trade)
      ? { ...trade, time: Math.max(trade.time, after.time) }
      : trade,
  )
  const fresh = trades.filter((trade) => below === undefined || isBelow(trade, below))
  const oldest = fresh.sort(byAge.id)[0]
  if (oldest === undefined)
    return from > start ? { trades, next: `${from},${below ?? ''}` } : { trades }
  return isKnown(oldest) ? { trades } : { trades, next: `${to},${oldest.id}` }
}

const LAYOUTS: readonly FrameLayout[] = [
  {
    frame:
      '{"action":"update","arg":{"instType":"spot","topic":"publicTrade","symbol":"<symbol>"},"data":[<rows>],"ts":<pushed:ms>}',
    rows: {
      each: '{"i":"<id:digits>","p":"<price>","v":"<qty>","S":"<side:buy|sell>","T":"<time:ms>","L":"<text>","isRPI":"<text>"}',
      order: 'time',
    },
  },
]

export const bitget: Venue = {
  id,
  label: 'Bitget',
  docs: 'https://www.bitget.com/api-doc/uta/websocket/public/New-Trades-Channel',
  spell: (base, quote) => `${base}${quote}`,
  stream: {
    url: 'wss://ws.bitget.com/v3/ws/public',
    subscribe: (symbols) => request('subscribe', symbols),
    unsubscribe: (symbols) => request('unsubscribe', symbols),
    ping: { everyMs: 30_000, frame: () => 'ping' }, // cut off after two minutes without, trades or not
    limits: {
      symbolsPerRequest: 10,
      requestPauseMs: 200,
      silenceMs: 45_000,
      symbolsPerSocket: 50,
      messages: [{ count: 10, perMs: 1_000 }],
      subscribes: [{ count: 240, perMs: 3_600_000 }],
      connects: { count: 300, perMs: 300_000 },
      sockets: 100,
    },
    acknowledges: 'symbol',
    ids: 'increasing',
    read(frame, out) {
      if (frame === 'pong') return out.pong()
      const message: unknown = JSON.parse(frame)
      switch (text(message, 'event')) {
        case '':
          if (text(message, 'arg', 'topic') === 'publicTrade') readTrades(message, out)
          return
        case 'subscribe':
        case 'unsubscribe':
          return out.accepted('', [wire.need(message, 'arg', 'symbol')])
        case 'error':
          return readError(message, out)
      }
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://api.bitget.com',
    budget: { weight: 10, perMs: 1_000 },
    serverTime: {
      weight: 1,
      path: () => '/api/v2/public/time',
      read: (body) => ({ time: epochMs(wire.millis(dataOf(body), 'serverTime')), resolutionMs: 1 }),
    },
    instruments: {
      weight: 1,
      path: () => `${SPOT}/public/symbols`,
      read: (body) =>
        marketsOf(id, wire.listOf(dataOf(body)), (row) =>
          text(row, 'status') !== 'online'
            ? undefined
            : {
                base: text(row, 'baseCoin'),
                quote: text(row, 'quoteCoin'),
                venueSymbol: text(row, 'symbol'),
                tickSize: stepOf(row, 'pricePrecision'),
                lotSize: stepOf(row, 'quantityPrecision'),
              },
        ),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `${SPOT}/market/tickers?symbol=${encodeURIComponent(symbol)}`,
      read: (body) =>
        dayOf(wire.listOf(dataOf(body))[0], {
          last: 'lastPr',
          open: 'open',
          high: 'high24h',
          low: 'low24h',
          volume: 'baseVolume',
          quoteVolume: 'quoteVolume',
        }),
    },
    minutes: {
      weight: 1,
      rows: 999, // one less than may come, so that it is all one whether `endTime` is in or out
      path: ({ symbol, from, to }) =>
        `${SPOT}/market/candles?symbol=${encodeURIComponent(symbol)}&granularity=1min&startTime=${from}&endTime=${to}&limit=1000`,
      read: (body, input) => minuteBars(wire.listOf(dataOf(body)), input, arrayBar),
    },
    trades: {
      recent: {
        weight: 1,
        rows: 500,
        path: ({ symbol }) => `${SPOT}/market/fills?symbol=${encodeURIComponent(symbol)}&limit=500`,
        read: tradesOf,
      },
      history: {
        retentionMs: 90 * DAY,
        page: { weight: 1, rows: 1_000, path: historyPath, read: readHistory },
      },
    },
  },
}
