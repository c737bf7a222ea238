import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { arrayBar, dayOf, marketsOf, minuteBars } from './rest-rows.ts'
import type { FrameSink, Venue } from './venue.ts'
import * as wire from './wire.ts'

// Protocol facts and what is unverified: docs/venues/binance.md.
const id = 'binance' as VenueId
const { text, num } = wire

const request = (method: string, symbols: readonly string[], n: number): string =>
  JSON.stringify({ method, params: symbols.map((s) => `${s.toLowerCase()}@trade`), id: n })

/** `m` says that the buyer was the maker, so that the taker sold. */
function readTrade(event: unknown, out: FrameSink, idKey: 't' | 'a'): void {
  const { ms, micros } = wire.instant(event, 'T')
  out.trade(
    wire.need(event, 's'),
    wire.tradeId(event, idKey),
    wire.decimal(event, 'p'),
    wire.decimal(event, 'q'),
    wire.sideOf(text(event, 'm'), 'false', 'true'),
    ms,
    {
      pushed: wire.instant(event, 'E').ms,
      ...(micros !== undefined && { micros }),
      ...(idKey === 'a' && { matches: matchesOf(event) }),
    },
  )
}

function matchesOf(event: unknown): number {
  const matches = num(event, 'l') - num(event, 'f') + 1
  if (Number.isSafeInteger(matches) && matches >= 1) return matches
  throw new wire.WireError(`first and last trade ids do not make a count: ${matches}`)
}

const filter = (row: unknown, type: string, key: string): string =>
  text(
    wire.rows(row, 'filters').find((entry) => text(entry, 'filterType') === type),
    key,
  )

export const binance: Venue = {
  id,
  label: 'Binance',
  docs: 'https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams',
  spell: (base, quote) => `${base}${quote}`,
  stream: {
    url: 'wss://data-stream.binance.vision/ws',
    subscribe: (symbols, n) => request('SUBSCRIBE', symbols, n),
    unsubscribe: (symbols, n) => request('UNSUBSCRIBE', symbols, n),
    ping: null, // the server pings every 20 s
    limits: { symbolsPerRequest: 200, requestPauseMs: 250, silenceMs: 45_000 },
    acknowledges: 'unverified',
    ids: 'contiguous',
    read(frame, out) {
      const message: unknown = JSON.parse(frame)
      const event = wire.inner(message, 'data') ?? message // `/stream` wraps, `/ws` does not
      switch (text(event, 'e')) {
        case 'trade':
          return readTrade(event, out, 't')
        case 'aggTrade':
          return readTrade(event, out, 'a')
        case 'serverShutdown':
          return out.closing('the server announced its shutdown')
        case '':
          return readAnswer(message, out)
      }
    },
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
      read: (body) =>
        marketsOf(id, wire.listOf(body, 'symbols'), (row) =>
          text(row, 'status') !== 'TRADING'
            ? undefined
            : {
                base: text(row, 'baseAsset'),
                quote: text(row, 'quoteAsset'),
                venueSymbol: text(row, 'symbol'),
                tickSize: filter(row, 'PRICE_FILTER', 'tickSize'),
                lotSize: filter(row, 'LOT_SIZE', 'stepSize'),
              },
        ),
    },
    day: {
      weight: 2,
      path: ({ symbol }) => `/api/v3/ticker/24hr?symbol=${encodeURIComponent(symbol)}`,
      read: (body) =>
        dayOf(body, {
          last: 'lastPrice',
          open: 'openPrice',
          high: 'highPrice',
          low: 'lowPrice',
          volume: 'volume',
          quoteVolume: 'quoteVolume',
        }),
    },
    minutes: {
      weight: 2,
      rows: 1_000,
      path: ({ symbol, from, to }) =>
        `/api/v3/klines?symbol=${encodeURIComponent(symbol)}&interval=1m&startTime=${from}&endTime=${to - 1}&limit=1000`,
      read: (body, input) =>
        minuteBars(wire.listOf(body), input, (row) => ({
          ...arrayBar(row),
          trades: num(row, '8'),
        })),
    },
  },
}

/** Answers to requests carry `id` and no event; errors come nested, the documents print them flat. */
function readAnswer(message: unknown, out: FrameSink): void {
  const error = wire.inner(message, 'error') ?? message
  const requestId = text(message, 'id')
  const reason = `${text(error, 'code')} ${text(error, 'msg')}`.trim()
  if (reason !== '') out.refused(reason, undefined, requestId || undefined)
  else if (requestId !== '') out.accepted(requestId)
}
