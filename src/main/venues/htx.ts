import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { dayOf, handOver, marketsOf, minuteBars, oldestFirst, stepOf } from './rest-rows.ts'
import type { FrameLayout, FrameSink, RestTrade, Venue } from './venue.ts'
import * as wire from './wire.ts'

// Protocol facts and what is unverified: docs/venues/htx.md.
const id = 'htx' as VenueId
const { text, num } = wire

const request = (op: string, [symbol = '']: readonly string[], n: number): string =>
  JSON.stringify({ [op]: `market.${symbol}.trade.detail`, id: String(n) })

/** A match from exact JSON. `id` has 25 digits and is never touched; `tradeId` counts the matches. */
const tradeOf = (row: unknown, idField: string): RestTrade => ({
  id: wire.digits(row, idField),
  price: wire.decimal(row, 'price'),
  qty: wire.decimal(row, 'amount'),
  side: wire.sideOf(text(row, 'direction'), 'buy', 'sell'),
  time: wire.millis(row, 'ts'),
})

/** Sent this long after its match, a trade is the old one that a new subscription may begin with. */
const OLD_MS = 30_000

function readTrades(symbol: string, message: unknown, out: FrameSink): void {
  const pushed = wire.millis(message, 'ts')
  const read = (row: unknown): RestTrade => tradeOf(row, 'tradeId')
  oldestFirst(wire.listOf(message, 'tick', 'data'), 'id', read, (trade) =>
    handOver(
      out,
      symbol,
      trade,
      pushed - trade.time > OLD_MS ? { pushed, snapshot: true } : { pushed },
    ),
  )
}

function readError(message: unknown, out: FrameSink): void {
  const said = text(message, 'err-msg')
  const request = text(message, 'id')
  if (/unsub with not subbed/i.test(said))
    out.accepted(request) // it is what was asked for
  else if (/too many request/i.test(said)) out.closing(said)
  else out.refused(`${text(message, 'err-code')}: ${said}`, undefined, request || undefined)
}

/** REST answers are wrapped; a status other than ok is an error inside HTTP 200. */
function checked(body: unknown): unknown {
  if (wire.need(body, 'status') !== 'ok')
    throw new wire.WireError(`error ${text(body, 'err-code')}: ${text(body, 'err-msg')}`)
  return body
}

const LAYOUTS: readonly FrameLayout[] = [
  {
    frame:
      '{"ch":"market.<symbol>.trade.detail","ts":<pushed:ms>,"tick":{"id":<number>,"ts":<number>,"data":[<rows>]}}',
    rows: {
      each: '{"id":<number>,"ts":<time:ms>,"tradeId":<id:digits>,"amount":<qty>,"price":<price>,"direction":"<side:buy|sell>"}',
      order: 'id',
    },
    freshMs: OLD_MS,
  },
]

export const htx: Venue = {
  id,
  label: 'HTX',
  docs: 'https://www.htx.com/en-us/opend/newApiPages/',
  spell: (base, quote) => `${base}${quote}`.toLowerCase(),
  stream: {
    url: 'wss://api.huobi.pro/ws',
    alternatives: ['wss://api-aws.huobi.pro/ws'],
    frames: 'gzip',
    subscribe: (symbols, n) => request('sub', symbols, n),
    unsubscribe: (symbols, n) => request('unsub', symbols, n),
    ping: null, // the server's own, every 5 s; two without a pong and it hangs up
    limits: { symbolsPerRequest: 1, requestPauseMs: 20, silenceMs: 15_000 },
    acknowledges: 'request',
    ids: 'contiguous', // seen on one symbol only
    read(frame, out) {
      const message = wire.parseExact(frame)
      if (text(message, 'ping') !== '') return out.reply(`{"pong":${wire.digits(message, 'ping')}}`)
      const symbol = /^market\.([^.]+)\.trade\.detail$/.exec(text(message, 'ch'))?.[1]
      if (symbol !== undefined) return readTrades(symbol, message, out)
      if (text(message, 'status') === 'error') return readError(message, out)
      if (text(message, 'subbed') !== '' || text(message, 'unsubbed') !== '')
        out.accepted(wire.need(message, 'id'))
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://api.huobi.pro',
    budget: { weight: 10, perMs: 1_000 },
    serverTime: {
      weight: 1,
      path: () => '/v1/common/timestamp',
      read: (body) => ({ time: epochMs(wire.millis(checked(body), 'data')), resolutionMs: 1 }),
    },
    instruments: {
      weight: 1,
      path: () => '/v1/common/symbols',
      read: (body) =>
        marketsOf(id, wire.listOf(checked(body), 'data'), (row) =>
          text(row, 'state') !== 'online'
            ? undefined
            : {
                base: text(row, 'base-currency'),
                quote: text(row, 'quote-currency'),
                venueSymbol: text(row, 'symbol'),
                tickSize: stepOf(row, 'price-precision'),
                lotSize: stepOf(row, 'amount-precision'),
              },
        ),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `/market/detail/merged?symbol=${encodeURIComponent(symbol)}`,
      read: (body) =>
        dayOf(wire.inner(checked(body), 'tick'), {
          last: 'close',
          open: 'open',
          high: 'high',
          low: 'low',
          volume: 'amount', // base; `vol` is quote
          quoteVolume: 'vol',
        }),
    },
    minutes: {
      weight: 1,
      rows: 2_000, // always the newest; a span further back is empty
      path: ({ symbol }) =>
        `/market/history/kline?symbol=${encodeURIComponent(symbol)}&period=1min&size=2000`,
      read: (body, input) =>
        minuteBars(wire.listOf(checked(body), 'data'), input, (row) => ({
          openTime: epochMs(num(row, 'id') * 1_000),
          open: num(row, 'open'),
          high: num(row, 'high'),
          low: num(row, 'low'),
          close: num(row, 'close'),
          volume: num(row, 'amount'),
          trades: num(row, 'count'),
        })),
    },
    trades: {
      recent: {
        weight: 1,
        rows: 2_000,
        exact: true,
        path: ({ symbol }) =>
          `/market/history/trade?symbol=${encodeURIComponent(symbol)}&size=2000`,
        read: (body) =>
          wire
            .listOf(checked(body), 'data')
            .flatMap((group) => wire.listOf(group, 'data'))
            .map((row) => tradeOf(row, 'trade-id')), // with a hyphen here
      },
    },
  },
}
