import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { handOver, marketsOf, minuteBars, oldestFirst, stepOf } from './rest-rows.ts'
import type {
  FrameLayout,
  FrameSink,
  HistoryPage,
  PongClock,
  RestTrade,
  TradePage,
  Venue,
} from './venue.ts'
import * as wire from './wire.ts'

// WebSocket v2. Protocol facts and what is unverified: docs/venues/kraken.md.
const id = 'kraken' as VenueId
const { text, num } = wire
const ROWS = 1_000

const request = (method: string, symbol: readonly string[], req_id: number): string => {
  const snapshot = method === 'subscribe' ? { snapshot: false } : {}
  return JSON.stringify({ method, params: { channel: 'trade', symbol, ...snapshot }, req_id })
}

function readTrades(message: unknown, out: FrameSink): void {
  const snapshot = text(message, 'type') !== 'update' && ({ snapshot: true } as const)
  const read = (row: unknown) => {
    const { ms: time, micros } = wire.rfc3339(row, 'timestamp')
    return {
      symbol: wire.need(row, 'symbol'),
      id: wire.digits(row, 'trade_id'),
      price: wire.decimal(row, 'price'),
      qty: wire.decimal(row, 'qty'),
      side: wire.sideOf(text(row, 'side'), 'buy', 'sell'),
      time,
      micros,
    }
  }
  oldestFirst(wire.listOf(message, 'data'), 'time', read, (trade) =>
    handOver(out, trade.symbol, trade, { micros: trade.micros, ...snapshot }),
  )
}

/** One answer per symbol; an error names it at the top level. `Already subscribed` is as good as yes. */
function readAnswer(message: unknown, out: FrameSink): void {
  const symbol = text(message, 'result', 'symbol') || text(message, 'symbol')
  const named = symbol === '' ? undefined : [symbol]
  const reason = text(message, 'error')
  const requestId = text(message, 'req_id')
  if (text(message, 'success') === 'true') out.accepted(requestId, named)
  else if (/^already subscribed/i.test(reason)) out.accepted(requestId, named)
  else if (/rate limit|msg rate|throttled|unavailable/i.test(reason)) out.closing(reason)
  else out.refused(reason, named, requestId || undefined)
}

/** The venue's clock in microseconds; its REST tells whole seconds only. */
function clockOf(message: unknown): PongClock | undefined {
  if (text(message, 'time_in') === '') return undefined
  const [inMicros = 0, outMicros = 0] = ['time_in', 'time_out'].map((key) => {
    const { ms, micros } = wire.rfc3339(message, key)
    return ms * 1_000 + micros
  })
  return { request: text(message, 'req_id'), inMicros, outMicros }
}

const ALIASES = [
  ['XBT', 'BTC'],
  ['XDG', 'DOGE'],
] as const
const toV1 = (asset: string): string => ALIASES.find(([, v2]) => v2 === asset)?.[0] ?? asset
const toV2 = (asset: string): string => ALIASES.find(([v1]) => v1 === asset)?.[1] ?? asset

/** REST spells `BTC/USD` as `XBTUSD`; what does not have that form goes out as it is. */
const pair = (symbol: string): string => {
  const known = /^[\w.]+\/[\w.]+$/.test(symbol)
  return encodeURIComponent(known ? symbol.split('/').map(toV1).join('') : symbol)
}

/** Errors come inside HTTP 200. */
function resultOf(body: unknown): unknown {
  const errors = wire.listOf(body, 'error').map((error) => text(error))
  if (errors.length > 0) throw new wire.WireError(errors.join(', '))
  return wire.inner(body, 'result')
}

/** What stands under Kraken's own name of the pair (`XXBTZUSD`): the first key that is not `last`. */
function underPair(body: unknown): unknown {
  const found = wire.entriesOf(resultOf(body)).find(([key]) => key !== 'last')
  if (found === undefined) throw new wire.WireError('an answer without a pair')
  return found[1]
}

const tradesOf = (body: unknown): readonly RestTrade[] =>
  wire.listOf(underPair(body)).map((row) => {
    const { ms, micros } = wire.epoch(row, '2')
    return {
      id: wire.digits(row, '6'),
      price: wire.decimal(row, '0'),
      qty: wire.decimal(row, '1'),
      side: wire.sideOf(text(row, '3'), 'b', 's'),
      time: ms,
      micros,
    }
  })

/** The last nanosecond before the known trade's millisecond: whether `since` is in or out is all one. */
const firstSince = ({ after }: HistoryPage): string => `${after.time - 1}999999`

/** Ascending. One nanosecond back, so that trades of the page's last instant are not passed over. */
function readHistory(body: unknown, input: HistoryPage): TradePage {
  const trades = tradesOf(body)
  const { time, id: end, seq = end === undefined ? Number.NaN : Number(end) } = input.before
  const past = (trade: RestTrade): boolean =>
    Number.isNaN(seq) ? trade.time > time : Number(trade.id) >= seq
  const next = BigInt(wire.digits(resultOf(body), 'last')) - 1n
  const further = next > BigInt(input.cursor ?? firstSince(input))
  return further && trades.length > 0 && !trades.some(past)
    ? { trades, next: String(next) }
    : { trades }
}

const LAYOUTS: readonly FrameLayout[] = [
  {
    frame: '{"channel":"trade","type":"update","data":[<rows>]}',
    rows: {
      each: '{"symbol":"<symbol>","side":"<side:buy|sell>","price":<price>,"qty":<qty>,"ord_type":"<text>","trade_id":<id:digits>,"timestamp":"<time:rfc3339>"}',
      order: 'time',
    },
  },
]

export const kraken: Venue = {
  id,
  label: 'Kraken',
  docs: 'https://docs.kraken.com/api/docs/websocket-v2/trade',
  spell: (base, quote) => `${base}/${quote}`,
  stream: {
    url: 'wss://ws.kraken.com/v2',
    subscribe: (symbols, n) => request('subscribe', symbols, n),
    unsubscribe: (symbols, n) => request('unsubscribe', symbols, n),
    ping: { everyMs: 6_000, frame: (n) => JSON.stringify({ method: 'ping', req_id: n }) },
    limits: {
      symbolsPerRequest: 100,
      requestPauseMs: 200,
      silenceMs: 10_000, // heartbeats come every second
      connects: { count: 150, perMs: 600_000 },
    },
    acknowledges: 'symbol',
    ids: 'contiguous',
    read(frame, out) {
      const message = wire.parseExact(frame) // prices and quantities are numbers
      if (text(message, 'channel') === 'trade') return readTrades(message, out)
      switch (text(message, 'method')) {
        case 'subscribe':
        case 'unsubscribe':
          return readAnswer(message, out)
        case 'pong':
          return out.pong(clockOf(message))
      }
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://api.kraken.com',
    budget: { weight: 1, perMs: 1_000 },
    serverTime: {
      weight: 1,
      path: () => '/0/public/Time',
      read: (body) => ({
        time: epochMs(wire.epoch(resultOf(body), 'unixtime').ms),
        resolutionMs: 1_000,
      }),
    },
    instruments: {
      weight: 1,
      path: () => '/0/public/AssetPairs',
      read: (body) =>
        marketsOf(id, wire.entriesOf(resultOf(body)), (entry) => {
          const row = wire.inner(entry, '1')
          const [base = '', quote = ''] = text(row, 'wsname').split('/').map(toV2)
          if (text(row, 'status') !== 'online' || quote === '') return undefined
          const tickSize = text(row, 'tick_size') || stepOf(row, 'pair_decimals')
          const lotSize = stepOf(row, 'lot_decimals')
          return { base, quote, venueSymbol: `${base}/${quote}`, tickSize, lotSize }
        }),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `/0/public/Ticker?pair=${pair(symbol)}`,
      read: (body) => {
        const ticker = underPair(body) // `o` is today's open, not that of 24 hours ago
        return {
          last: num(ticker, 'c', '0'),
          high: num(ticker, 'h', '1'),
          low: num(ticker, 'l', '1'),
          volume: num(ticker, 'v', '1'),
        }
      },
    },
    minutes: {
      weight: 1,
      rows: 720,
      path: ({ symbol, from }) =>
        `/0/public/OHLC?pair=${pair(symbol)}&interval=1&since=${Math.floor(from / 1_000) - 1}`,
      read: (body, input) =>
        minuteBars(wire.listOf(underPair(body)), input, (row) => ({
          openTime: epochMs(wire.epoch(row, '0').ms),
          open: num(row, '1'),
          high: num(row, '2'),
          low: num(row, '3'),
          close: num(row, '4'),
          volume: num(row, '6'), // after the average price
          trades: num(row, '7'),
        })),
    },
    trades: {
      recent: {
        weight: 1,
        rows: ROWS,
        exact: true,
        path: ({ symbol }) => `/0/public/Trades?pair=${pair(symbol)}&count=${ROWS}`,
        read: tradesOf,
      },
      history: {
        retentionMs: null,
        page: {
          weight: 1,
          rows: ROWS,
          exact: true,
          path: (input) =>
            `/0/public/Trades?pair=${pair(input.symbol)}&since=${input.cursor ?? firstSince(input)}&count=${ROWS}`,
          read: readHistory,
        },
      },
    },
  },
}
