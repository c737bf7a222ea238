import type { VenueId } from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import { marketsOf, minuteBars, stepOf } from './rest-rows.ts'
import type { FrameLayout, FrameSink, HistoryPage, RestTrade, TradePage, Venue } from './venue.ts'
import * as wire from './wire.ts'

// Spot v4. Protocol facts and what is unverified: docs/venues/gate.md.
const id = 'gate' as VenueId
const { text, num } = wire
const SPOT = '/api/v4/spot'

const seconds = (time: number): number => Math.floor(time / 1_000)

/** A request is refused when its `time` is a minute away from the server's. */
const request = (event: string, payload: readonly string[], n: number, now: EpochMs): string =>
  JSON.stringify({ time: seconds(now), id: n, channel: 'spot.trades', event, payload })

/**
 * `id` counts over all markets and jumps; the market's own number is the sequence, and stands in REST
 * under another name. The time has decimals of a millisecond.
 */
function matchOf(row: unknown, sequence: string): RestTrade {
  const { ms, micros, digits } = wire.epoch(row, 'create_time_ms')
  return {
    id: wire.tradeId(row, 'id'),
    price: wire.decimal(row, 'price'),
    qty: wire.decimal(row, 'amount'),
    side: wire.sideOf(text(row, 'side'), 'buy', 'sell'),
    time: ms,
    seq: wire.count(row, sequence),
    ...(digits > 0 && { micros }),
  }
}

/** `range` names the first and the last match of the print; where the two disagree it is right. */
function readTrade(message: unknown, out: FrameSink): void {
  const row = wire.inner(message, 'result')
  const { id: trade, price, qty, side, time, micros, seq = 0 } = matchOf(row, 'id_market')
  const [first = seq, last = seq] =
    /^(\d{1,15})-(\d{1,15})$/.exec(text(row, 'range'))?.slice(1).map(Number) ?? []
  if (last < first) throw new wire.WireError(`a range that ends before it begins: ${first}-${last}`)
  out.trade(wire.need(row, 'currency_pair'), trade, price, qty, side, time, {
    ...(micros !== undefined && { micros }),
    pushed: wire.millis(message, 'time_ms'),
    seq: last,
    matches: last - first + 1,
  })
}

/** A request was taken when `error` is null or absent. The pair stands inside its text only. */
function readAnswer(message: unknown, out: FrameSink): void {
  const error = wire.inner(message, 'error')
  const reason = `${text(error, 'code')} ${text(error, 'message')}`.trim()
  const pair = /unknown currency pair:?\s{1,3}([^\s,]+)/i.exec(reason)?.[1]
  const requestId = text(message, 'id')
  if (error === undefined && text(message, 'result', 'status') === 'success')
    out.accepted(requestId)
  else if (text(error, 'code') === '3')
    out.closing(reason) // the server's own fault
  else out.refused(reason, pair === undefined ? undefined : [pair], requestId || undefined)
}

const tradesOf = (body: unknown): readonly RestTrade[] =>
  wire.listOf(body).map((row) => matchOf(row, 'sequence_id'))

const tradesPath = (symbol: string): string =>
  `${SPOT}/trades?currency_pair=${encodeURIComponent(symbol)}&limit=1000`

/** Newest first, in whole seconds. A cursor is `to,page`. */
const placeOf = ({ before, cursor }: HistoryPage): readonly [to: number, page: number] => {
  const [to = seconds(before.time) + 1, page = 1] = cursor?.split(',').map(Number) ?? []
  return [to, page]
}

/** More pages than any second has trades; there an answer that ignores `page` is given up. */
const MOST_PAGES = 100

/**
 * Goes on from the second of the oldest trade, which can have more; pages are turned only while all of
 * a page lies in one second, so that no market is too busy for the depth that pages may have.
 */
function readHistory(body: unknown, input: HistoryPage): TradePage {
  const trades = tradesOf(body)
  const oldest = trades.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0))[0]
  const { seq, time } = input.after
  const reached = seq === undefined ? (oldest?.time ?? 0) < time : (oldest?.seq ?? 0) <= seq
  if (oldest === undefined || reached) return { trades }
  const [to, page] = placeOf(input)
  const end = seconds(oldest.time) + 1
  if (end < to) return { trades, next: `${end},1` }
  return page < MOST_PAGES ? { trades, next: `${to},${page + 1}` } : { trades }
}

const LAYOUTS: readonly FrameLayout[] = [
  {
    frame:
      '{"time":<number>,"time_ms":<pushed:ms>,"channel":"spot.trades","event":"update","result":{"id":<id>,"id_market":<count>,"create_time":<number>,"create_time_ms":"<time:ms.>","side":"<side:buy|sell>","currency_pair":"<symbol>","amount":"<qty>","price":"<price>","range":"<first>-<last>"}}',
  },
]

export const gate: Venue = {
  id,
  label: 'Gate',
  docs: 'https://www.gate.com/docs/developers/apiv4/ws/en/#public-trades-channel',
  spell: (base, quote) => `${base}_${quote}`,
  stream: {
    url: 'wss://api.gateio.ws/ws/v4/',
    subscribe: (symbols, n, now) => request('subscribe', symbols, n, now),
    unsubscribe: (symbols, n, now) => request('unsubscribe', symbols, n, now),
    ping: {
      everyMs: 15_000,
      frame: (_, now) => JSON.stringify({ time: seconds(now), channel: 'spot.ping' }),
    },
    limits: { symbolsPerRequest: 50, requestPauseMs: 100, silenceMs: 25_000, sockets: 300 },
    acknowledges: 'request',
    ids: 'contiguous',
    numbers: 'seq',
    read(frame, out) {
      const message: unknown = JSON.parse(frame)
      if (text(message, 'type') === 'upgrade') return out.closing(text(message, 'msg'))
      if (text(message, 'channel') === 'spot.pong') return out.pong()
      if (text(message, 'channel') !== 'spot.trades') return
      if (text(message, 'event') === 'update') readTrade(message, out)
      else readAnswer(message, out)
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://api.gateio.ws',
    budget: { weight: 200, perMs: 10_000 },
    serverTime: {
      weight: 1,
      path: () => `${SPOT}/time`,
      read: (body) => ({ time: epochMs(wire.millis(body, 'server_time')), resolutionMs: 1 }),
    },
    instruments: {
      weight: 1,
      path: () => `${SPOT}/currency_pairs`,
      read: (body) =>
        marketsOf(id, wire.listOf(body), (row) =>
          text(row, 'trade_status') !== 'tradable'
            ? undefined
            : {
                base: text(row, 'base'),
                quote: text(row, 'quote'),
                venueSymbol: text(row, 'id'),
                tickSize: stepOf(row, 'precision'),
                lotSize: stepOf(row, 'amount_precision'),
              },
        ),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `${SPOT}/tickers?currency_pair=${encodeURIComponent(symbol)}`,
      read: (body) => {
        const ticker = wire.listOf(body)[0] // it tells the change in percent, but not the open
        return {
          last: num(ticker, 'last'),
          high: num(ticker, 'high_24h'),
          low: num(ticker, 'low_24h'),
          volume: num(ticker, 'base_volume'),
          quoteVolume: num(ticker, 'quote_volume'),
        }
      },
    },
    minutes: {
      weight: 1,
      rows: 999, // one less than may come, so that it is all one whether `to` is in or out
      path: ({ symbol, from, to }) =>
        `${SPOT}/candlesticks?currency_pair=${encodeURIComponent(symbol)}&interval=1m&from=${seconds(from)}&to=${seconds(to)}`,
      read: (body, input) =>
        minuteBars(wire.listOf(body), input, (row) => ({
          openTime: epochMs(wire.epoch(row, '0').ms),
          close: num(row, '2'), // before high; the volume before it is in quote units
          high: num(row, '3'),
          low: num(row, '4'),
          open: num(row, '5'),
          volume: num(row, '6'),
        })),
    },
    trades: {
      recent: { weight: 1, rows: 1_000, path: ({ symbol }) => tradesPath(symbol), read: tradesOf },
      history: {
        retentionMs: 30 * 86_400_000,
        page: {
          weight: 1,
          rows: 1_000,
          path(input) {
            const [to, page] = placeOf(input)
            return `${tradesPath(input.symbol)}&from=${seconds(input.after.time)}&to=${to}&page=${page}`
          },
          read: readHistory,
        },
      },
    },
  },
}
