import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { startOf, upward } from './history-pages.ts'
import { arrayBar, dayOf, handOver, type MarketRow, marketsOf, minuteBars } from './rest-rows.ts'
import type {
  DaySeed,
  FrameLayout,
  FrameSink,
  MinuteBar,
  RestTrade,
  StreamSpec,
  Venue,
} from './venue.ts'
import * as wire from './wire.ts'

// Protocol facts and what is unverified: docs/venues/binance.md. Binance USD-M shares the readers.
const id = 'binance' as VenueId
const { text, num } = wire

/** Requests for one kind of stream: `trade` is a stream of matches, `aggTrade` of aggregates. */
export const requestsFor = (kind: string): Pick<StreamSpec, 'subscribe' | 'unsubscribe'> => {
  const request = (method: string, symbols: readonly string[], n: number): string =>
    JSON.stringify({ method, params: symbols.map((s) => `${s.toLowerCase()}@${kind}`), id: n })
  return {
    subscribe: (symbols, n) => request('SUBSCRIBE', symbols, n),
    unsubscribe: (symbols, n) => request('UNSUBSCRIBE', symbols, n),
  }
}

/** `m` says that the buyer was the maker, so that the taker sold. */
const tradeOf = (row: unknown, words = { id: 't', p: 'p', q: 'q', time: 'T', maker: 'm' }) => {
  const { ms, micros } = wire.instant(row, words.time)
  return {
    id: wire.tradeId(row, words.id),
    price: wire.decimal(row, words.p),
    qty: wire.decimal(row, words.q),
    side: wire.sideOf(text(row, words.maker), 'false', 'true'),
    time: ms,
    ...(micros !== undefined && { micros }),
  }
}

/** The matches of one taker order at one price: counted by the matches' ids, not by its own. */
export function aggregateOf(row: unknown): RestTrade & { readonly matches: number } {
  const [first, seq] = [num(row, 'f'), num(row, 'l')]
  const matches = seq - first + 1
  if (!Number.isSafeInteger(matches) || !Number.isSafeInteger(seq) || matches < 1 || first < 0)
    throw new wire.WireError(`first and last trade ids do not make a count: ${matches}`)
  return { ...tradeOf(row, { id: 'a', p: 'p', q: 'q', time: 'T', maker: 'm' }), matches, seq }
}

const restTradeOf = (row: unknown): RestTrade =>
  tradeOf(row, { id: 'id', p: 'price', q: 'qty', time: 'time', maker: 'isBuyerMaker' })

export const readFrame: StreamSpec['read'] = (frame, out) => {
  const message: unknown = JSON.parse(frame)
  const event = wire.inner(message, 'data') ?? message // `/stream` wraps, `/ws` does not
  const kind = text(event, 'e')
  if (kind === '') return readAnswer(message, out)
  if (kind === 'serverShutdown') return out.closing('the server announced its shutdown')
  if (kind !== 'trade' && kind !== 'aggTrade') return
  const pushed = wire.instant(event, 'E').ms
  const { id, price, qty, side, time, ...extra } =
    kind === 'trade' ? tradeOf(event) : aggregateOf(event)
  handOver(out, wire.need(event, 's'), { id, price, qty, side, time }, { pushed, ...extra })
}

/** A frame as `/ws` sends it, and in the wrap of `/stream`. */
export const eitherWay = (frame: string): readonly FrameLayout[] => [
  { frame },
  { frame: `{"stream":"<text>","data":${frame}}` },
]

const LAYOUTS = [
  '{"e":"trade","E":<pushed:ms|us>,"s":"<symbol>","t":<id>,"p":"<price>","q":"<qty>","T":<time:ms|us>,"m":<side:false|true>,"M":<bool>}',
  '{"e":"aggTrade","E":<pushed:ms|us>,"s":"<symbol>","a":<id>,"p":"<price>","q":"<qty>","f":<first>,"l":<last>,"T":<time:ms|us>,"m":<side:false|true>,"M":<bool>}',
].flatMap(eitherWay)

/** Answers to requests carry `id` and no event; errors come nested, the documents print them flat. */
function readAnswer(message: unknown, out: FrameSink): void {
  const error = wire.inner(message, 'error') ?? message
  const requestId = text(message, 'id')
  const reason = `${text(error, 'code')} ${text(error, 'msg')}`.trim()
  if (reason !== '') out.refused(reason, undefined, requestId || undefined)
  else if (requestId !== '') out.accepted(requestId)
}

const filter = (row: unknown, type: string, key: string): string =>
  text(
    wire.rows(row, 'filters').find((entry) => text(entry, 'filterType') === type),
    key,
  )

export const marketOf = (row: unknown): MarketRow | undefined =>
  text(row, 'status') !== 'TRADING'
    ? undefined
    : {
        base: text(row, 'baseAsset'),
        quote: text(row, 'quoteAsset'),
        venueSymbol: text(row, 'symbol'),
        tickSize: filter(row, 'PRICE_FILTER', 'tickSize'),
        lotSize: filter(row, 'LOT_SIZE', 'stepSize'),
      }

export const readDay = (body: unknown): DaySeed =>
  dayOf(body, {
    last: 'lastPrice',
    open: 'openPrice',
    high: 'highPrice',
    low: 'lowPrice',
    volume: 'volume',
    quoteVolume: 'quoteVolume',
  })

export const barOf = (row: unknown): MinuteBar => ({ ...arrayBar(row), trades: num(row, '8') })

export const binance: Venue = {
  id,
  label: 'Binance',
  docs: 'https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams',
  spell: (base, quote) => `${base}${quote}`,
  archives: [
    { name: 'trades', columns: ['id', 'price', 'qty', 'amount', 'time', 'buyerMaker', 'flag'] },
    {
      name: 'aggTrades',
      // Its own number counts aggregates: a print is known by the last match in it.
      columns: ['amount', 'price', 'qty', 'first', 'last', 'time', 'buyerMaker', 'flag'],
    },
  ],
  stream: {
    url: 'wss://data-stream.binance.vision/ws',
    alternatives: ['wss://stream.binance.com:9443/ws', 'wss://stream.binance.com/ws'],
    ...requestsFor('trade'),
    ping: null, // the server pings every 20 s
    limits: {
      symbolsPerRequest: 200,
      requestPauseMs: 250,
      silenceMs: 45_000,
      symbolsPerSocket: 1_024,
      messages: [{ count: 4, perMs: 1_000 }], // 5 are allowed, pongs counted
      connects: { count: 300, perMs: 300_000 },
      lifetimeMs: 86_400_000,
    },
    acknowledges: 'unverified',
    ids: 'contiguous',
    read: readFrame,
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://data-api.binance.vision',
    budget: { weight: 3_000, perMs: 60_000 },
    serverTime: {
      weight: 1,
      path: () => '/api/v3/time',
      read: (body) => ({ time: epochMs(wire.millis(body, 'serverTime')), resolutionMs: 1 }),
    },
    instruments: {
      weight: 20,
      path: () => '/api/v3/exchangeInfo?symbolStatus=TRADING&showPermissionSets=false',
      read: (body) => marketsOf(id, wire.listOf(body, 'symbols'), marketOf),
    },
    day: {
      weight: 2,
      path: ({ symbol }) => `/api/v3/ticker/24hr?symbol=${encodeURIComponent(symbol)}`,
      read: readDay,
    },
    minutes: {
      weight: 2,
      rows: 1_000,
      path: ({ symbol, from, to }) =>
        `/api/v3/klines?symbol=${encodeURIComponent(symbol)}&interval=1m&startTime=${from}&endTime=${to - 1}&limit=1000`,
      read: (body, input) => minuteBars(wire.listOf(body), input, barOf),
    },
    trades: {
      recent: {
        weight: 25,
        rows: 1_000,
        path: ({ symbol }) => `/api/v3/trades?symbol=${encodeURIComponent(symbol)}&limit=1000`,
        read: (body) => wire.listOf(body).map(restTradeOf),
      },
      history: {
        retentionMs: null,
        page: {
          weight: 25,
          rows: 1_000,
          base: 'https://api.binance.com', // the market-data host does not have it
          path: (page) => {
            const symbol = encodeURIComponent(page.symbol)
            const from = startOf(page)
            return from === undefined
              ? `/api/v3/aggTrades?symbol=${symbol}&startTime=${page.after.time}&limit=1`
              : `/api/v3/historicalTrades?symbol=${symbol}&fromId=${from}&limit=1000`
          },
          read: (body, page) => {
            const rows = wire.listOf(body)
            if (startOf(page) !== undefined) return upward(rows.map(restTradeOf), page)
            // Only a time is known: the first aggregate from there on names the match to begin with.
            const [first] = rows.map((row) => ({ ...aggregateOf(row), from: text(row, 'f') }))
            return first === undefined || first.time >= page.before.time
              ? { trades: [] }
              : { trades: [], next: first.from }
          },
        },
      },
    },
  },
}
