import type { VenueId } from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import { byAge, handOver, marketsOf, minuteBars } from './rest-rows.ts'
import type { FrameLayout, HistoryPage, RestTrade, TradePage, Venue } from './venue.ts'
import * as wire from './wire.ts'

// Protocol facts and what is unverified: docs/venues/upbit.md.
const id = 'upbit' as VenueId
const { text, num } = wire
const DAY = 86_400_000
/** Days of history; the days are those of UTC, today is 0. */
const DAYS = 7
/** Most trades of one answer. */
const TICKS = 500

/** One frame is the whole subscription. The ticket only has to be unlike others. */
const request = (codes: readonly string[], n: number, now: EpochMs): string =>
  JSON.stringify([
    { ticket: `tapedeck-${now}-${n}` },
    { type: 'trade', codes, is_only_realtime: true },
    { format: 'DEFAULT' },
  ])

/** A match from exact JSON; the fields for its market and time differ between stream and REST. */
const tradeOf = (row: unknown, timeField: string): RestTrade => ({
  id: wire.digits(row, 'sequential_id'),
  price: wire.decimal(row, 'trade_price'),
  qty: wire.decimal(row, 'trade_volume'),
  side: wire.sideOf(text(row, 'ask_bid'), 'BID', 'ASK'), // ASK: the taker sold
  time: wire.millis(row, timeField),
})

/** REST errors come as an object where a list should be. */
function listOf(body: unknown): readonly unknown[] {
  const error = wire.inner(body, 'error') ?? body
  if (text(error, 'name') !== '')
    throw new wire.WireError(`error ${text(error, 'name')}: ${text(error, 'message')}`)
  return wire.listOf(body)
}

const dayOf = (time: number): number => Math.floor(time / DAY)

/**
 * History goes backward, one day of UTC at a time. A cursor is `time/id` of the oldest trade so far,
 * or `time/` with the last millisecond of a day of which nothing is known yet.
 */
function endOf({ before, cursor }: HistoryPage): { readonly time: number; readonly id: string } {
  const [time = '', oldest = ''] = (cursor ?? `${before.time}/`).split('/')
  return { time: Number(time), id: oldest }
}

function historyPath(page: HistoryPage): string {
  const end = endOf(page)
  const time = Math.min(end.time, page.now)
  const ago = Math.min(dayOf(page.now) - dayOf(time), DAYS)
  // `to` is exclusive and has no milliseconds: the next second, unless it is another day's.
  const to = (Math.floor(time / 1_000) + 1) * 1_000
  return [
    `/v1/trades/ticks?market=${encodeURIComponent(page.symbol)}&count=${TICKS}`,
    ...(dayOf(to) === dayOf(time) ? [`to=${new Date(to).toISOString().slice(11, 19)}`] : []),
    ...(end.id === '' ? [] : [`cursor=${encodeURIComponent(end.id)}`]),
    ...(ago === 0 ? [] : [`days_ago=${ago}`]),
  ].join('&')
}

/** An empty page ends its day, and the day before may hold more; one that is no older ends it all. */
function readHistory(body: unknown, page: HistoryPage): TradePage {
  const trades = listOf(body).map((row) => tradeOf(row, 'timestamp'))
  const end = endOf(page)
  const fresh = trades.filter(({ id, time }) => id !== end.id && time <= end.time + 1_000)
  const oldest = fresh.toSorted(byAge.time)[0]
  const { after, now } = page
  if (oldest !== undefined) {
    const older = end.id === '' || oldest.time < end.time || byAge.id(oldest, end) < 0
    const reached = oldest.time < after.time || trades.some(({ id }) => id === after.id)
    return older && !reached ? { trades, next: `${oldest.time}/${oldest.id}` } : { trades }
  }
  const dayBefore = dayOf(end.time) * DAY - 1
  const held = dayBefore >= after.time && dayOf(now) - dayOf(dayBefore) <= DAYS
  const ended = trades.every(({ id }) => id === end.id)
  return held && ended ? { trades, next: `${dayBefore}/` } : { trades }
}

/** A frame of live trades, with what stands between the id and its end. */
const layout = (book: string): FrameLayout => ({
  frame: `{"type":"trade","code":"<symbol>","timestamp":<pushed:ms>,"trade_date":"<text>","trade_time":"<text>","trade_timestamp":<time:ms>,"trade_price":<price>,"trade_volume":<qty>,"ask_bid":"<side:BID|ASK>","prev_closing_price":<number>,"change":"<text>","change_price":<number>,"sequential_id":<id:digits>,${book}"stream_type":"REALTIME"}`,
})

const LAYOUTS = [
  layout(
    '"best_ask_price":<number>,"best_ask_size":<number>,"best_bid_price":<number>,"best_bid_size":<number>,',
  ),
  layout(''),
]

export const upbit: Venue = {
  id,
  label: 'Upbit',
  docs: 'https://global-docs.upbit.com/reference/websocket-trade',
  spell: (base, quote) => `${quote}-${base}`, // quote first
  stream: {
    url: 'wss://api.upbit.com/websocket/v1',
    subscribe: request,
    unsubscribe: request, // what is wanted now; the rest is forgotten
    replaces: true,
    ping: { everyMs: 30_000, frame: 'protocol' },
    limits: {
      symbolsPerRequest: 800,
      requestPauseMs: 250,
      silenceMs: 45_000,
      symbolsPerSocket: 800,
      messages: [
        { count: 5, perMs: 1_000 },
        { count: 100, perMs: 60_000 },
      ],
      connects: { count: 5, perMs: 1_000 },
    },
    acknowledges: 'silent',
    ids: 'opaque', // unique, but neither contiguous nor in order
    read(frame, out) {
      const message = wire.parseExact(frame)
      const error = wire.inner(message, 'error')
      if (error !== undefined)
        return out.closing(`${wire.need(error, 'name')}: ${text(error, 'message')}`)
      if (text(message, 'type') !== 'trade') return
      const trade = tradeOf(message, 'trade_timestamp')
      const pushed = wire.millis(message, 'timestamp')
      const replayed = text(message, 'stream_type') === 'SNAPSHOT'
      handOver(
        out,
        wire.need(message, 'code'),
        trade,
        replayed ? { pushed, snapshot: true } : { pushed },
      )
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://api.upbit.com',
    budget: { weight: 8, perMs: 1_000 },
    serverTime: {
      weight: 1,
      path: () => '/v1/ticker?markets=KRW-BTC', // no clock of its own: any cheap answer has a date
      read: (body, _input, { date }) => {
        wire.need(listOf(body)[0], 'market')
        return { time: epochMs(wire.httpDate(date)), resolutionMs: 1_000 }
      },
    },
    instruments: {
      weight: 1,
      path: () => '/v1/market/all?is_details=true',
      read: (body) =>
        marketsOf(id, listOf(body), (row) => {
          const [quote = '', base = ''] = text(row, 'market').split('-')
          return { base, quote, venueSymbol: text(row, 'market'), tickSize: '', lotSize: '' }
        }),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `/v1/ticker?markets=${encodeURIComponent(symbol)}`,
      // High and low are those of the UTC day, and so is the opening price, which is left out.
      read: (body) => {
        const row = listOf(body)[0]
        return {
          last: num(row, 'trade_price'),
          high: num(row, 'high_price'),
          low: num(row, 'low_price'),
          volume: num(row, 'acc_trade_volume_24h'),
          quoteVolume: num(row, 'acc_trade_price_24h'),
        }
      },
    },
    minutes: {
      weight: 1,
      rows: 200,
      path: ({ symbol, to }) =>
        `/v1/candles/minutes/1?market=${encodeURIComponent(symbol)}&to=${new Date(to).toISOString().slice(0, 19)}Z&count=200`,
      read: (body, input) =>
        minuteBars(listOf(body), input, (row) => ({
          openTime: epochMs(wire.rfc3339({ t: `${text(row, 'candle_date_time_utc')}Z` }, 't').ms),
          open: num(row, 'opening_price'),
          high: num(row, 'high_price'),
          low: num(row, 'low_price'),
          close: num(row, 'trade_price'),
          volume: num(row, 'candle_acc_trade_volume'),
        })),
    },
    trades: {
      recent: {
        weight: 1,
        rows: TICKS,
        exact: true,
        path: ({ symbol }) =>
          `/v1/trades/ticks?market=${encodeURIComponent(symbol)}&count=${TICKS}`,
        read: (body) => listOf(body).map((row) => tradeOf(row, 'timestamp')),
      },
      history: {
        retentionMs: DAYS * DAY,
        page: { weight: 1, rows: TICKS, exact: true, path: historyPath, read: readHistory },
      },
    },
  },
}
