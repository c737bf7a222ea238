import type { VenueId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import {
  aggregateOf,
  barOf,
  eitherWay,
  marketOf,
  readDay,
  readFrame,
  requestsFor,
} from './binance.ts'
import { startOf, upward } from './history-pages.ts'
import { marketsOf, minuteBars } from './rest-rows.ts'
import type { Venue } from './venue.ts'
import * as wire from './wire.ts'

// Protocol facts and what is unverified: docs/venues/binanceusdm.md.
const id = 'binanceusdm' as VenueId

/** Aggregates, because their ids are the only ones that REST tells without a key. */
const AGGREGATES = '/fapi/v1/aggTrades?limit=1000&symbol='

/** The documents print the market before the id, the service sends it behind. */
const LAYOUTS = [
  '{"e":"aggTrade","E":<pushed:ms|us>,"s":"<symbol>","a":<id>,"p":"<price>","q":"<qty>","f":<first>,"l":<last>,"T":<time:ms|us>,"m":<side:false|true>}',
  '{"e":"aggTrade","E":<pushed:ms|us>,"a":<id>,"s":"<symbol>","p":"<price>","q":"<qty>","f":<first>,"l":<last>,"T":<time:ms|us>,"m":<side:false|true>}',
].flatMap(eitherWay)

export const binanceUsdm: Venue = {
  id,
  label: 'Binance USD-M',
  docs: 'https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams',
  spell: (base, quote) => `${base}${quote}`,
  archives: [
    { name: 'aggTrades', columns: ['id', 'price', 'qty', 'first', 'last', 'time', 'buyerMaker'] },
  ],
  stream: {
    url: 'wss://fstream.binance.com/ws',
    ...requestsFor('aggTrade'),
    ping: { everyMs: 60_000, frame: 'protocol' }, // the server's own comes every three minutes only
    limits: {
      symbolsPerRequest: 100,
      requestPauseMs: 250,
      silenceMs: 200_000,
      symbolsPerSocket: 200,
      messages: [{ count: 4, perMs: 1_000 }],
      connects: { count: 300, perMs: 300_000 },
      lifetimeMs: 86_400_000,
    },
    acknowledges: 'unverified',
    ids: 'contiguous', // `f` is one more than the `l` before
    numbers: 'seq',
    read: readFrame,
    layouts: LAYOUTS,
  },
  rest: {
    base: 'https://fapi.binance.com',
    budget: { weight: 1_000, perMs: 60_000 },
    serverTime: {
      weight: 1,
      path: () => '/fapi/v1/time',
      read: (body) => ({ time: epochMs(wire.millis(body, 'serverTime')), resolutionMs: 1 }),
    },
    instruments: {
      weight: 1,
      path: () => '/fapi/v1/exchangeInfo',
      read: (body) =>
        marketsOf(id, wire.listOf(body, 'symbols'), (row) => {
          const market = marketOf(row)
          const perpetual = wire.text(row, 'contractType') === 'PERPETUAL'
          return market !== undefined && perpetual ? { ...market, kind: 'perpetual' } : undefined
        }),
    },
    day: {
      weight: 1,
      path: ({ symbol }) => `/fapi/v1/ticker/24hr?symbol=${encodeURIComponent(symbol)}`,
      read: readDay,
    },
    minutes: {
      weight: 5,
      rows: 1_000,
      path: ({ symbol, from, to }) =>
        `/fapi/v1/klines?symbol=${encodeURIComponent(symbol)}&interval=1m&startTime=${from}&endTime=${to - 1}&limit=1000`,
      read: (body, input) => minuteBars(wire.listOf(body), input, barOf),
    },
    trades: {
      recent: {
        weight: 20,
        rows: 1_000,
        path: ({ symbol }) => `${AGGREGATES}${encodeURIComponent(symbol)}`,
        read: (body) => wire.listOf(body).map(aggregateOf),
      },
      history: {
        retentionMs: null,
        page: {
          weight: 20,
          rows: 1_000,
          path: (page) => {
            const from = startOf(page, 'id')
            const where = from === undefined ? `startTime=${page.after.time}` : `fromId=${from}`
            return `${AGGREGATES}${encodeURIComponent(page.symbol)}&${where}`
          },
          read: (body, page) => upward(wire.listOf(body).map(aggregateOf), page, 'id'),
        },
      },
    },
  },
}
