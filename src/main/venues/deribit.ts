import { formatDecimal, parseDecimal } from '../../shared/domain/decimal.ts'
import type { Market, VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { lastOf, startOf, upward } from './history-pages.ts'
import { handOver, type MarketRow, marketsOf, minuteBars, oldestFirst } from './rest-rows.ts'
import type {
  FrameLayout,
  FrameSink,
  HistoryPage,
  MinuteBar,
  PongClock,
  RestCall,
  RestTrade,
  Venue,
} from './venue.ts'
import * as wire from './wire.ts'

// JSON-RPC, all numbers as numbers. Protocol facts and what is unverified: docs/venues/deribit.md.
const id = 'deribit' as VenueId
const { text, num } = wire
const BASE = 'https://www.deribit.com'

const request = (method: string, n: number, params: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id: n, method: `public/${method}`, params })

const channels = (symbols: readonly string[]): object => ({
  channels: symbols.map((symbol) => `trades.${symbol}.100ms`),
})

const CHANNEL = /^trades\.([^.]+)\.100ms$/

/** Ids count the matches of a currency; `trade_seq` counts those of the market. */
const tradeOf = (row: unknown): RestTrade & { readonly seq: number } => ({
  id: wire.tradeId(row, 'trade_id'),
  price: wire.decimal(row, 'price'),
  qty: wire.decimal(row, 'amount'),
  side: wire.sideOf(text(row, 'direction'), 'buy', 'sell'),
  time: wire.millis(row, 'timestamp'),
  seq: wire.count(row, 'trade_seq'),
})

function readEvent(params: object, out: FrameSink): void {
  if (text(params, 'type') === 'test_request') out.reply(request('test', 0, {}))
  const symbol = CHANNEL.exec(text(params, 'channel'))?.[1]
  if (symbol === undefined) return
  oldestFirst(wire.listOf(params, 'data'), 'id', tradeOf, (trade) =>
    handOver(out, symbol, trade, { seq: trade.seq }),
  )
}

/** Every answer tells when its request came in and when it left, in microseconds. */
function clockOf(message: unknown, n: string): PongClock {
  const [inMicros, outMicros] = [num(message, 'usIn'), num(message, 'usOut')]
  for (const micros of [inMicros, outMicros])
    if (!Number.isSafeInteger(micros) || micros < 1e15 || micros >= 1e16)
      throw new wire.WireError(`no epoch microseconds in an answer: ${micros}`)
  return { request: n, inMicros, outMicros }
}

/** A list names the channels that were taken (the others are left out silently), a version is a pong. */
function readAnswer(message: unknown, n: string, out: FrameSink): void {
  const result = wire.inner(message, 'result')
  if (Array.isArray(result)) {
    const named = result.flatMap((channel) => CHANNEL.exec(text(channel))?.[1] ?? [])
    out.accepted(n, named)
  }
  // 0 is our answer to a test request, sent without looking at the clock.
  else if (text(result, 'version') !== '') out.pong(n === '0' ? undefined : clockOf(message, n))
}

function readError(error: object, n: string, out: FrameSink): void {
  const reason = `${text(error, 'code')} ${text(error, 'message')}`
  if (text(error, 'code') === '10028')
    out.closing(reason) // too many requests: no market's fault
  else out.refused(reason, undefined, n || undefined)
}

function resultOf(body: unknown): object {
  const error = wire.inner(body, 'error')
  if (error !== undefined)
    throw new wire.WireError(`error ${text(error, 'code')}: ${text(error, 'message')}`)
  return wire.inner(body, 'result') ?? {}
}

const call = <Input, Output>(
  path: (input: Input) => string,
  read: RestCall<Input, Output>['read'],
): RestCall<Input, Output> => ({
  weight: 1,
  exact: true,
  path: (input) => `/api/v2/public/${path(input)}`,
  read,
})

const named = (symbol: string): string => `instrument_name=${encodeURIComponent(symbol)}`

/** A step as plain decimal text; as a number it may have an exponent. */
function stepAt(row: unknown, key: string): string {
  const step = parseDecimal(wire.decimal(row, key))
  return step === undefined ? '' : formatDecimal(step)
}

function marketOf(row: unknown): MarketRow | undefined {
  const venueSymbol = text(row, 'instrument_name')
  const perpetual = venueSymbol.endsWith('-PERPETUAL')
  if (text(row, 'is_active') === 'false' || (!perpetual && text(row, 'kind') !== 'spot')) return
  return {
    venueSymbol,
    base: text(row, 'base_currency'),
    quote: text(row, 'quote_currency'),
    tickSize: stepAt(row, 'tick_size'),
    lotSize: stepAt(row, 'min_trade_amount'),
    ...(perpetual && { kind: 'perpetual' }),
    ...(text(row, 'instrument_type') === 'reversed' && { qtyUnit: 'quote' }), // dollars
  }
}

const listOf = (kind: string): RestCall<void, readonly Market[]> =>
  call(
    () => `get_instruments?currency=any&kind=${kind}&expired=false`,
    (body) => marketsOf(id, wire.listOf(body, 'result'), marketOf),
  )

/** By number, and exactly; by time as long as no number is known. */
function historyPath(page: HistoryPage): string {
  const [start, last] = [startOf(page, 'seq'), lastOf(page, 'seq')]
  const from = start === undefined ? '_and_time' : ''
  const span =
    start === undefined
      ? `start_timestamp=${page.after.time}&end_timestamp=${page.before.time}`
      : `start_seq=${start}${last === undefined ? '' : `&end_seq=${last}`}`
  return `get_last_trades_by_instrument${from}?${named(page.symbol)}&${span}&count=1000&sorting=asc&include_old=true`
}

/** A chart comes as columns. */
function barsOf(result: object): readonly MinuteBar[] {
  return wire.listOf(result, 'ticks').map((_, n) => ({
    openTime: epochMs(wire.millis(result, 'ticks', String(n))),
    open: num(result, 'open', String(n)),
    high: num(result, 'high', String(n)),
    low: num(result, 'low', String(n)),
    close: num(result, 'close', String(n)),
    volume: num(result, 'volume', String(n)),
  }))
}

/** Spot has no `contracts`. What block trades and liquidations add is left to the reader. */
const LAYOUTS: readonly FrameLayout[] = ['"contracts":<number>,', ''].map((contracts) => ({
  frame:
    '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.<symbol>.100ms","data":[<rows>]}}',
  rows: {
    each: `{"timestamp":<time:ms>,"price":<price>,"amount":<qty>,"direction":"<side:buy|sell>","index_price":<number>,"instrument_name":"<text>","trade_seq":<seq>,"mark_price":<number>,"tick_direction":<number>,${contracts}"trade_id":"<id>"}`,
    order: 'id',
  },
}))

export const deribit: Venue = {
  id,
  label: 'Deribit',
  docs: 'https://docs.deribit.com/',
  spell: (base, quote, perpetual) => {
    if (!perpetual) return `${base}_${quote}`
    return quote === 'USD' ? `${base}-PERPETUAL` : `${base}_${quote}-PERPETUAL`
  },
  stream: {
    url: 'wss://www.deribit.com/ws/api/v2',
    hello: (n) => request('set_heartbeat', n, { interval: 10 }),
    subscribe: (symbols, n) => request('subscribe', n, channels(symbols)),
    unsubscribe: (symbols, n) => request('unsubscribe', n, channels(symbols)),
    ping: { everyMs: 15_000, frame: (n) => request('test', n, {}) },
    limits: {
      symbolsPerRequest: 100,
      requestPauseMs: 350,
      silenceMs: 25_000,
      symbolsPerSocket: 500,
      subscribes: [{ count: 3, perMs: 1_000 }],
      sockets: 32,
    },
    acknowledges: 'listed',
    ids: 'contiguous', // `trade_seq`
    numbers: 'seq',
    read(frame, out) {
      const message = wire.parseExact(frame)
      const params = wire.inner(message, 'params')
      if (params !== undefined) return readEvent(params, out)
      const n = text(message, 'id')
      const error = wire.inner(message, 'error')
      if (error !== undefined) return readError(error, n, out)
      if (n !== '') readAnswer(message, n, out)
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: BASE,
    budget: { weight: 5, perMs: 1_000 },
    serverTime: call(
      () => 'get_time',
      (body) => {
        num(body, 'result')
        const { inMicros, outMicros } = clockOf(body, '')
        const middle = Math.floor((inMicros + outMicros) / 2)
        const [time, micros] = [epochMs(Math.floor(middle / 1_000)), middle % 1_000]
        return { time, micros, resolutionMs: 0.001 }
      },
    ),
    instruments: listOf('future'),
    more: [listOf('spot')],
    day: call(
      ({ symbol }) => `ticker?${named(symbol)}`,
      (body) => {
        const result = resultOf(body)
        return {
          last: num(result, 'last_price'),
          high: num(result, 'stats', 'high'),
          low: num(result, 'stats', 'low'),
          volume: num(result, 'stats', 'volume'),
        }
      },
    ),
    minutes: {
      ...call(
        ({ symbol, from, to }) =>
          `get_tradingview_chart_data?${named(symbol)}&start_timestamp=${from}&end_timestamp=${to - 1}&resolution=1`,
        (body, input) => minuteBars(barsOf(resultOf(body)), input, (bar) => bar as MinuteBar),
      ),
      rows: 1_000,
    },
    trades: {
      recent: {
        ...call(
          ({ symbol }) => `get_last_trades_by_instrument?${named(symbol)}&count=1000`,
          (body) => wire.listOf(resultOf(body), 'trades').map(tradeOf),
        ),
        rows: 1_000,
      },
      history: {
        retentionMs: null,
        page: {
          ...call(historyPath, (body, page) => {
            const trades = wire.listOf(resultOf(body), 'trades').map(tradeOf)
            const more = text(body, 'result', 'has_more') === 'true'
            return more ? upward(trades, page, 'seq') : { trades }
          }),
          rows: 1_000,
        },
      },
    },
  },
}
