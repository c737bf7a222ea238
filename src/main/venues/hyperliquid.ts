import type { Market, VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { handOver, marketsOf, minuteBars, oldestFirst, stepOf } from './rest-rows.ts'
import type { DaySeed, FrameLayout, FrameSink, RestCall, Venue } from './venue.ts'
import * as wire from './wire.ts'

// Spot and perpetuals on one socket. Protocol facts and what is unverified: docs/venues/hyperliquid.md.
const id = 'hyperliquid' as VenueId
const { text, num } = wire
const DAY = 86_400_000

const request = (method: string, [coin = '']: readonly string[]): string =>
  JSON.stringify({ method, subscription: { type: 'trades', coin } })

/** A is the ask: the taker sold. `users` names the two parties and is not read. */
const tradeOf = (row: unknown) => ({
  symbol: wire.need(row, 'coin'),
  id: wire.tradeId(row, 'tid'),
  price: wire.decimal(row, 'px'),
  qty: wire.decimal(row, 'sz'),
  side: wire.sideOf(text(row, 'side'), 'B', 'A'),
  time: wire.millis(row, 'time'),
})

/** No answer has a request id; this one names its coin. An unsubscription confirms nothing. */
function readAnswer(data: unknown, out: FrameSink): void {
  const joined = text(data, 'method') === 'subscribe'
  out.accepted('', joined ? [wire.need(data, 'subscription', 'coin')] : [])
}

/** Errors are bare text that repeats the subscription. To have it already is what was asked for. */
function readError(message: unknown, out: FrameSink): void {
  const reason = text(message, 'data')
  const coin = /"coin":\s*"([^"\\]{1,64})"/.exec(reason)?.[1]
  if (reason.startsWith('Already subscribed') && coin !== undefined) out.accepted('', [coin])
  else out.refused(reason, coin === undefined ? undefined : [coin])
}

/** All information is asked for at one address, by the body. */
const info = <Input, Output>(
  weight: number,
  body: (input: Input) => object,
  read: RestCall<Input, Output>['read'],
): RestCall<Input, Output> => ({
  weight,
  path: () => '/info',
  body: (input) => JSON.stringify(body(input)),
  read,
})

/** Coins of a spot list are numbered; their names stand under `tokens`. */
function readSpotMarkets(body: unknown): readonly Market[] {
  const tokens = new Map(wire.listOf(body, 'tokens').map((token) => [text(token, 'index'), token]))
  return marketsOf(id, wire.listOf(body, 'universe'), (row) => {
    const [base, quote] = ['0', '1'].map((n) => tokens.get(wire.need(row, 'tokens', n)))
    return {
      base: text(base, 'name'),
      quote: text(quote, 'name'),
      venueSymbol: text(row, 'name'), // `@107`
      tickSize: '', // five significant figures
      lotSize: stepOf(base, 'szDecimals'),
    }
  })
}

const readPerpetuals = (body: unknown): readonly Market[] =>
  marketsOf(id, wire.listOf(body, 'universe'), (row) =>
    text(row, 'isDelisted') === 'true'
      ? undefined
      : {
          kind: 'perpetual',
          base: text(row, 'name'),
          quote: 'USDC',
          venueSymbol: text(row, 'name'),
          tickSize: '',
          lotSize: stepOf(row, 'szDecimals'),
        },
  )

const candles = (coin: string, interval: string, startTime: number, endTime: number) => ({
  type: 'candleSnapshot',
  req: { coin, interval, startTime, endTime },
})

const barOf = (row: unknown) => ({
  openTime: epochMs(wire.millis(row, 't')),
  open: num(row, 'o'),
  high: num(row, 'h'),
  low: num(row, 'l'),
  close: num(row, 'c'),
  volume: num(row, 'v'),
  trades: num(row, 'n'),
})

/** No call has high and low of 24 h: they are made of bars of a quarter of an hour. */
function readDay(body: unknown): DaySeed {
  const all = minuteBars(wire.listOf(body), { from: epochMs(0), to: epochMs(1e13) }, barOf)
  const newest = all.at(-1)
  if (newest === undefined) throw new wire.WireError('no bar in 24 hours')
  const bars = all.filter(({ openTime }) => openTime > newest.openTime - DAY)
  return {
    last: newest.close,
    open: bars[0]?.open ?? newest.open,
    high: Math.max(...bars.map(({ high }) => high)),
    low: Math.min(...bars.map(({ low }) => low)),
    volume: bars.reduce((sum, { volume }) => sum + volume, 0),
  }
}

const LAYOUTS: readonly FrameLayout[] = [
  {
    frame: '{"channel":"trades","data":[<rows>]}',
    rows: {
      each: '{"coin":"<symbol>","side":"<side:B|A>","px":"<price>","sz":"<qty>","time":<time:ms>,"hash":"<text>","tid":<id>,"users":["<text>","<text>"]}',
      order: 'sent',
    },
  },
]

export const hyperliquid: Venue = {
  id,
  label: 'Hyperliquid',
  docs: 'https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket',
  spell: (base, quote, perpetual) => (perpetual ? base : `${base}/${quote}`),
  stream: {
    url: 'wss://api.hyperliquid.xyz/ws',
    subscribe: (symbols) => request('subscribe', symbols),
    unsubscribe: (symbols) => request('unsubscribe', symbols),
    ping: { everyMs: 30_000, frame: () => '{"method":"ping"}' },
    limits: {
      symbolsPerRequest: 1,
      requestPauseMs: 50,
      silenceMs: 50_000,
      symbolsPerSocket: 1_000, // of all sockets together
      messages: [{ count: 2_000, perMs: 60_000 }],
      connects: { count: 30, perMs: 60_000 },
      sockets: 10,
    },
    acknowledges: 'symbol',
    listedOnly: true, // an unknown coin closes the socket
    ids: 'opaque', // a hash
    read(frame, out) {
      const message: unknown = JSON.parse(frame)
      switch (text(message, 'channel')) {
        case 'trades':
          // The first frame of a coin holds older trades, and nothing in it says so.
          return oldestFirst(wire.listOf(message, 'data'), 'sent', tradeOf, (trade) =>
            handOver(out, trade.symbol, trade),
          )
        case 'subscriptionResponse':
          return readAnswer(wire.inner(message, 'data'), out)
        case 'pong':
          return out.pong()
        case 'error':
          return readError(message, out)
      }
    },
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://api.hyperliquid.xyz',
    budget: { weight: 600, perMs: 60_000 },
    serverTime: info(
      2,
      () => ({ type: 'exchangeStatus' }),
      (body) => ({ time: epochMs(wire.millis(body, 'time')), resolutionMs: 1 }),
    ),
    instruments: info(20, () => ({ type: 'meta' }), readPerpetuals),
    more: [info(20, () => ({ type: 'spotMeta' }), readSpotMarkets)],
    day: info(
      22,
      ({ symbol, now }) => candles(symbol, '15m', (now ?? DAY) - DAY, now ?? 1e13),
      readDay,
    ),
    minutes: {
      ...info(
        37,
        ({ symbol, from, to }) => candles(symbol, '1m', from, to - 1),
        (body, input) => minuteBars(wire.listOf(body), input, barOf),
      ),
      rows: 1_000,
    },
    trades: {
      recent: {
        ...info(
          21,
          ({ symbol }) => ({ type: 'recentTrades', coin: symbol }),
          (body) => wire.listOf(body).map((row) => tradeOf(row)),
        ),
        rows: 10,
      },
    },
  },
}
