import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { arrayBar, dayOf, handOver, marketsOf, minuteBars, oldestFirst } from './rest-rows.ts'
import type { FrameSink, RestTrade, Venue } from './venue.ts'
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

/** `trades` joins the matches of one taker order at one price: `tradeId` is the last of `count`. */
const tradeOf = (
  row: unknown,
): RestTrade & { readonly symbol: string; readonly matches: number } => ({
  symbol: wire.need(row, 'instId'),
  id: wire.tradeId(row, 'tradeId'),
  price: wire.decimal(row, 'px'),
  qty: wire.decimal(row, 'sz'),
  side: wire.sideOf(text(row, 'side'), 'buy', 'sell'),
  time: wire.millis(row, 'ts'),
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

export const okx: Venue = {
  id,
  label: 'OKX',
  docs: 'https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-trades-channel',
  spell: (base, quote) => `${base}-${quote}`,
  stream: {
    url: 'wss://ws.okx.com:8443/ws/v5/public',
    subscribe: (symbols, n) => request('subscribe', symbols, n),
    unsubscribe: (symbols, n) => request('unsubscribe', symbols, n),
    ping: { everyMs: 20_000, frame: () => 'ping' },
    limits: { symbolsPerRequest: 100, requestPauseMs: 500, silenceMs: 25_000 },
    acknowledges: 'symbol',
    ids: 'contiguous',
    read(frame, out) {
      if (frame === 'pong') return out.pong()
      const message: unknown = JSON.parse(frame)
      switch (text(message, 'event')) {
        case '':
          if (text(message, 'arg', 'channel') === 'trades')
            oldestFirst(wire.listOf(message, 'data'), 'time', tradeOf, (trade) =>
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
  },
  rest: {
    base: 'https://www.okx.com',
    budget: { weight: 10, perMs: 2_000 },
    serverTime: {
      weight: 1,
      path: () => '/api/v5/public/time',
      read: (body) => ({ time: epochMs(wire.millis(dataOf(body)[0], 'ts')), resolutionMs: 1 }),
    },
    instruments: {
      weight: 1,
      path: () => '/api/v5/public/instruments?instType=SPOT',
      read: (body) =>
        marketsOf(id, dataOf(body), (row) =>
          text(row, 'state') !== 'live'
            ? undefined
            : {
                base: text(row, 'baseCcy'),
                quote: text(row, 'quoteCcy'),
                venueSymbol: text(row, 'instId'),
                tickSize: text(row, 'tickSz'),
                lotSize: text(row, 'lotSz'),
              },
        ),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `/api/v5/market/ticker?instId=${encodeURIComponent(symbol)}`,
      read: (body) =>
        dayOf(dataOf(body)[0], {
          last: 'last',
          open: 'open24h',
          high: 'high24h',
          low: 'low24h',
          volume: 'vol24h',
          quoteVolume: 'volCcy24h',
        }),
    },
    minutes: {
      weight: 1,
      rows: 300,
      // `after` means older than, `before` newer than; both exclude their own bar.
      path: ({ symbol, from, to }) =>
        `/api/v5/market/candles?instId=${encodeURIComponent(symbol)}&bar=1m&after=${to}&before=${from - 1}&limit=300`,
      read: (body, input) => minuteBars(dataOf(body), input, arrayBar),
    },
  },
}
