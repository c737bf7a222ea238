import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { downward, endOf } from './history-pages.ts'
import { handOver, marketsOf, minuteBars } from './rest-rows.ts'
import type { FrameLayout, FrameSink, RestTrade, Venue } from './venue.ts'
import * as wire from './wire.ts'

// Coinbase Exchange, not Advanced Trade. Protocol facts and what is unverified: docs/venues/coinbase.md.
const id = 'coinbase' as VenueId
const { text, num } = wire

// `heartbeat` comes every second for each product: without it a quiet market is a silent socket.
const request = (type: string, product_ids: readonly string[]): string =>
  JSON.stringify({ type, product_ids, channels: ['matches', 'heartbeat'] })

/** `side` is the maker's, in the stream and in REST: when it says sell, the taker bought. */
function matchOf(row: unknown): Required<Omit<RestTrade, 'seq' | 'matches'>> {
  const { ms, micros } = wire.rfc3339(row, 'time')
  return {
    id: wire.tradeId(row, 'trade_id'),
    price: wire.decimal(row, 'price'),
    qty: wire.decimal(row, 'size'),
    side: wire.sideOf(text(row, 'side'), 'sell', 'buy'),
    time: ms,
    micros,
  }
}

function readMatch(message: unknown, out: FrameSink, snapshot: boolean): void {
  const match = matchOf(message)
  const { micros } = match
  const extra = snapshot ? { micros, snapshot } : { micros }
  handOver(out, wire.need(message, 'product_id'), match, extra)
}

/** `last_trade_id` may be ahead of the matches that are still on their way. */
function readHeartbeat(message: unknown, out: FrameSink): void {
  const { ms } = wire.rfc3339(message, 'time')
  const newest = Number(wire.tradeId(message, 'last_trade_id'))
  if (!Number.isSafeInteger(newest)) throw new wire.WireError('no number at last_trade_id')
  if (newest > 0) out.newest(wire.need(message, 'product_id'), newest, ms)
}

/** Answers carry no request id: the list of all that is subscribed now, or the product that is not. */
function readError(message: unknown, out: FrameSink): void {
  const said = text(message, 'reason')
  const product = /^(\S+) is (?:not a valid product|delisted)/.exec(said)?.[1]
  const reason = [text(message, 'message'), said].filter((part) => part !== '').join(': ')
  out.refused(reason, product === undefined ? undefined : [product])
}

function subscribedProducts(message: unknown): readonly string[] {
  const matches = wire
    .listOf(message, 'channels')
    .find((channel) => text(channel, 'name') === 'matches')
  return wire.rows(matches, 'product_ids').map((product) => text(product))
}

/** Bars open on the minute; `end` is kept below `to` because it is inclusive and 300 is the most. */
const utc = (time: number): string => new Date(time).toISOString()

const LAYOUTS: readonly FrameLayout[] = [
  {
    frame:
      '{"type":"match","trade_id":<id>,"maker_order_id":"<text>","taker_order_id":"<text>","side":"<side:sell|buy>","size":"<qty>","price":"<price>","product_id":"<symbol>","sequence":<number>,"time":"<time:rfc3339>"}',
  },
]

export const coinbase: Venue = {
  id,
  label: 'Coinbase',
  docs: 'https://docs.cdp.coinbase.com/exchange/websocket-feed/channels',
  spell: (base, quote) => `${base}-${quote}`,
  stream: {
    url: 'wss://ws-feed.exchange.coinbase.com',
    subscribe: (symbols) => request('subscribe', symbols),
    unsubscribe: (symbols) => request('unsubscribe', symbols),
    ping: null,
    limits: {
      symbolsPerRequest: 100,
      requestPauseMs: 200,
      silenceMs: 10_000,
      subscribeWithinMs: 5_000,
      messages: [{ count: 100, perMs: 1_000 }],
      connects: { count: 8, perMs: 1_000 },
    },
    acknowledges: 'request', // by the list of all that is subscribed; no request id comes back
    ids: 'contiguous',
    read(frame, out) {
      const message: unknown = JSON.parse(frame)
      switch (text(message, 'type')) {
        case 'match':
          return readMatch(message, out, false)
        case 'last_match': // replayed on subscribe
          return readMatch(message, out, true)
        case 'heartbeat':
          return readHeartbeat(message, out)
        case 'subscriptions':
          return out.accepted('', subscribedProducts(message))
        case 'error':
          return readError(message, out)
      }
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://api.exchange.coinbase.com',
    budget: { weight: 8, perMs: 1_000 },
    serverTime: {
      weight: 1,
      path: () => '/time',
      read: (body) => {
        const { ms, micros, digits } = wire.rfc3339(body, 'iso')
        return digits > 3
          ? { time: epochMs(ms), micros, resolutionMs: 0.001 }
          : { time: epochMs(ms), resolutionMs: 1 }
      },
    },
    instruments: {
      weight: 1,
      path: () => '/products',
      read: (body) =>
        marketsOf(id, wire.listOf(body), (row) =>
          text(row, 'status') !== 'online' || text(row, 'trading_disabled') === 'true'
            ? undefined
            : {
                base: text(row, 'base_currency'),
                quote: text(row, 'quote_currency'),
                venueSymbol: text(row, 'id'),
                tickSize: text(row, 'quote_increment'),
                lotSize: text(row, 'base_increment'),
              },
        ),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `/products/${encodeURIComponent(symbol)}/stats`,
      read: (body) => ({
        last: num(body, 'last'),
        open: num(body, 'open'),
        high: num(body, 'high'),
        low: num(body, 'low'),
        volume: num(body, 'volume'),
      }),
    },
    minutes: {
      weight: 1,
      rows: 300,
      path: ({ symbol, from, to }) =>
        `/products/${encodeURIComponent(symbol)}/candles?granularity=60&start=${utc(from)}&end=${utc(to - 1_000)}`,
      read: (body, input) =>
        minuteBars(wire.listOf(body), input, (row) => ({
          openTime: epochMs(num(row, '0') * 1_000), // low before high
          low: num(row, '1'),
          high: num(row, '2'),
          open: num(row, '3'),
          close: num(row, '4'),
          volume: num(row, '5'),
        })),
    },
    trades: {
      recent: {
        weight: 1,
        rows: 1_000,
        path: ({ symbol }) => `/products/${encodeURIComponent(symbol)}/trades?limit=1000`,
        read: (body) => wire.listOf(body).map(matchOf),
      },
      history: {
        retentionMs: null,
        page: {
          weight: 1,
          rows: 1_000,
          // `after` means older than this id. A hole of which only the time is known is reached from now.
          path: (page) => {
            const end = endOf(page)
            const older = end === undefined ? '' : `&after=${end}`
            return `/products/${encodeURIComponent(page.symbol)}/trades?limit=1000${older}`
          },
          read: (body, page) => downward(wire.listOf(body).map(matchOf), page),
        },
      },
    },
  },
}
