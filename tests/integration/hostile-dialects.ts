import type { Venue } from '../../src/main/venues/venue.ts'
import type { TakerSide } from '../../src/shared/domain/trade.ts'
import { fixture } from '../venues/reading.ts'

/** One match as a venue made it; `n` counts up and gives ids and times. */
export interface Print {
  readonly n: number
  /** Decimal text, to come out digit by digit. */
  readonly price: string
  readonly qty: string
  readonly side: TakerSide
}

/**
 * What a server of this venue says, from docs/venues and the fixtures alone: the readers under test have
 * no part in it.
 */
export interface HostileDialect {
  /** Sent as soon as a socket is open. */
  readonly welcome?: string
  /** Answers to a request that is JSON; empty for one that is not answered. */
  answers(request: Request): readonly (string | object)[]
  /** The venue's id of a print. */
  id(n: number): string
  /** The trade frame of the fixture with these prints in it, oldest first. */
  frame(symbol: string, prints: readonly Print[]): string
  /** A frame can hold more than one print. */
  readonly many: boolean
}

/** A request as parsed; whatever it lacks is undefined. */
type Request = Record<string, unknown>

const START = 1_790_000_000_000
export const timeOf = (n: number): number => START + n

/** A number written digit by digit as it stands here. */
const number = (text: string): unknown =>
  (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON(text)

const iso = (n: number): string => new Date(timeOf(n)).toISOString()
const plainId = (n: number): string => String(1_000_000_000 + n)

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const word = (side: TakerSide, buy: string, sell: string): string => (side === 'buy' ? buy : sell)

type Row = Record<string, unknown>

/** A documented trade frame, and the first row in it: both are copied and written over. */
function template(id: string, rowsOf: (frame: Row) => unknown): { frame: Row; row: Row } {
  const frame = JSON.parse(fixture({ id } as Venue, 'trade.json')) as Row
  const rows = rowsOf(frame)
  return { frame, row: (Array.isArray(rows) ? rows[0] : rows) as Row }
}

const one = <T>(values: readonly T[]): T => {
  const [first, ...more] = values
  if (first === undefined || more.length > 0) throw new Error('one print a frame here')
  return first
}

/** Both Binances confirm by number. */
const byNumber = ({ id }: Request) => [{ result: null, id }]

const bybitOf = (venue: string, id: (n: number) => string): HostileDialect => {
  const { frame, row } = template(venue, ({ data }) => data)
  return {
    many: true,
    id,
    answers: ({ op, req_id }) => [
      op === 'ping'
        ? { success: true, ret_msg: 'pong', conn_id: 'c', req_id, op }
        : { success: true, ret_msg: '', conn_id: 'c', req_id, op },
    ],
    frame: (s, prints) =>
      JSON.stringify({
        ...frame,
        topic: `publicTrade.${s}`,
        ts: timeOf(prints.at(-1)?.n ?? 0) + 3,
        data: prints.map(({ n, price, qty, side }) => ({
          ...{ ...row, s, i: id(n), T: timeOf(n), p: price, v: qty },
          S: word(side, 'Buy', 'Sell'),
        })),
      }),
  }
}

const binance = (): HostileDialect => {
  const { frame } = template('binance', (whole) => whole)
  return {
    many: false,
    id: plainId,
    answers: byNumber,
    frame: (s, prints) => {
      const { n, price: p, qty: q, side } = one(prints)
      const when = { E: timeOf(n) + 1, T: timeOf(n) }
      return JSON.stringify({
        ...frame,
        ...when,
        s,
        t: 1_000_000_000 + n,
        p,
        q,
        m: side === 'sell',
      })
    },
  }
}

const binanceUsdm = (): HostileDialect => {
  const { frame } = template('binanceusdm', (whole) => whole)
  return {
    many: false,
    id: plainId,
    answers: byNumber,
    frame: (s, prints) => {
      const { n, price: p, qty: q, side } = one(prints)
      const ids = { a: 1_000_000_000 + n, f: n * 2, l: n * 2 + 1 }
      const when = { E: timeOf(n) + 1, T: timeOf(n) }
      return JSON.stringify({ ...frame, ...when, ...ids, s, p, q, m: side === 'sell' })
    },
  }
}

const okx = (): HostileDialect => {
  const { frame, row } = template('okx', ({ data }) => data)
  return {
    many: true,
    id: plainId,
    answers: ({ op, id, args }) => list(args).map((arg) => ({ id, event: op, arg, connId: 'c' })),
    frame: (instId, prints) =>
      JSON.stringify({
        ...frame,
        arg: { channel: 'trades', instId },
        data: prints.map(({ n, price, qty, side }) => ({
          ...{ ...row, instId, tradeId: plainId(n), px: price, sz: qty, side },
          ts: String(timeOf(n)),
          count: '1',
        })),
      }),
  }
}

/** `side` is the maker's. */
const coinbase = (): HostileDialect => {
  const { frame } = template('coinbase', (whole) => whole)
  return {
    many: false,
    id: plainId,
    answers: ({ product_ids }) => [
      { type: 'subscriptions', channels: [{ name: 'matches', product_ids }] },
    ],
    frame: (product_id, prints) => {
      const { n, price, qty: size, side } = one(prints)
      const maker = word(side, 'sell', 'buy')
      const ids = { trade_id: 1_000_000_000 + n, product_id }
      return JSON.stringify({ ...frame, ...ids, price, size, side: maker, time: iso(n) })
    },
  }
}

const kucoin = (): HostileDialect => {
  const { frame, row } = template('kucoin', ({ data }) => data)
  return {
    many: false,
    id: plainId,
    welcome: fixture({ id: 'kucoin' } as Venue, 'welcome.json'),
    answers: ({ id, type }) => [{ id, type: type === 'ping' ? 'pong' : 'ack' }],
    frame: (symbol, prints) => {
      const { n, price, qty: size, side } = one(prints)
      const ids = { sequence: plainId(n), tradeId: plainId(n), symbol }
      const data = { ...row, ...ids, price, size, side, time: `${timeOf(n)}000000` }
      return JSON.stringify({ ...frame, topic: `/market/match:${symbol}`, data })
    },
  }
}

const htx = (): HostileDialect => {
  const { frame, row } = template('htx', ({ tick }) => (tick as Row).data)
  return {
    many: true,
    id: plainId,
    answers: ({ id, sub }) =>
      sub === undefined ? [] : [{ id, status: 'ok', subbed: sub, ts: timeOf(0) }],
    frame: (symbol, prints) => {
      const ts = timeOf(prints.at(-1)?.n ?? 0)
      const data = prints.map(({ n, price, qty, side }) => ({
        ...{ ...row, id: number(`1001825345262557${String(n).padStart(9, '0')}`) },
        ...{ tradeId: number(plainId(n)), ts: timeOf(n) },
        ...{ price: number(price), amount: number(qty), direction: side },
      }))
      const tick = { id: 100182534526, ts, data }
      return JSON.stringify({ ...frame, ch: `market.${symbol}.trade.detail`, ts, tick })
    },
  }
}

/** Says nothing to anything. */
const upbit = (): HostileDialect => {
  const { frame } = template('upbit', (whole) => whole)
  return {
    many: false,
    id: plainId,
    answers: () => [],
    frame: (code, prints) => {
      const { n, price, qty, side } = one(prints)
      const numbers = { trade_price: number(price), trade_volume: number(qty) }
      const when = { timestamp: timeOf(n) + 1, trade_timestamp: timeOf(n) }
      const ids = { code, sequential_id: number(plainId(n)) }
      const ask_bid = word(side, 'BID', 'ASK')
      return JSON.stringify({ ...frame, ...numbers, ...when, ...ids, ask_bid })
    },
  }
}

const kraken = (): HostileDialect => {
  const { frame, row } = template('kraken', ({ data }) => data)
  const times = { time_in: iso(0), time_out: iso(0) }
  return {
    many: true,
    id: plainId,
    answers: ({ method, params, req_id }) => {
      if (method === 'ping') return [{ method: 'pong', req_id, ...times }]
      return list((params as Row).symbol).map((symbol) => {
        const result = { channel: 'trade', snapshot: false, symbol }
        return { method, req_id, result, success: true, ...times }
      })
    },
    frame: (symbol, prints) => {
      const data = prints.map(({ n, price, qty, side }) => ({
        ...{ ...row, symbol, side, price: number(price), qty: number(qty) },
        ...{ trade_id: number(plainId(n)), timestamp: iso(n) },
      }))
      return JSON.stringify({ ...frame, data })
    },
  }
}

const bitget = (): HostileDialect => {
  const { frame, row } = template('bitget', ({ data }) => data)
  return {
    many: true,
    id: plainId,
    answers: ({ op, args }) => list(args).map((arg) => ({ event: op, arg, connId: 'c' })),
    frame: (symbol, prints) => {
      const arg = { instType: 'spot', topic: 'publicTrade', symbol }
      const data = prints.map(({ n, price: p, qty: v, side: S }) => ({
        ...{ ...row, i: plainId(n), L: plainId(n + 1), p, v, S, T: String(timeOf(n)) },
      }))
      // Newest first, as it sends them.
      return JSON.stringify({ ...frame, arg, data: data.reverse(), ts: timeOf(0) })
    },
  }
}

const gate = (): HostileDialect => {
  const { frame, row } = template('gate', ({ result }) => result)
  return {
    many: false,
    id: plainId,
    answers: ({ time, id, channel, event }) => {
      if (channel === 'spot.ping') return [{ time, channel: 'spot.pong', event: '', result: null }]
      return [{ time, id, channel, event, error: null, result: { status: 'success' } }]
    },
    frame: (currency_pair, prints) => {
      const { n, price, qty: amount, side } = one(prints)
      const ids = { id: 1_000_000_000 + n, id_market: n + 1, range: `${n + 1}-${n + 1}` }
      const when = { create_time_ms: `${timeOf(n)}.4578` }
      const result = { ...row, ...ids, ...when, currency_pair, price, amount, side }
      return JSON.stringify({ ...frame, time_ms: timeOf(n) + 18, result })
    },
  }
}

const deribit = (): HostileDialect => {
  const { frame, row } = template('deribit', ({ params }) => (params as Row).data)
  return {
    many: true,
    id: plainId,
    answers: ({ id, method, params }) => {
      const asked = list((params as Row | undefined)?.channels)
      const result =
        method === 'public/test' ? { version: '1.2.26' } : asked.length > 0 ? asked : 'ok'
      const [usIn, usOut] = [timeOf(0) * 1_000, timeOf(0) * 1_000 + 9]
      return [{ jsonrpc: '2.0', id, result, usIn, usOut, usDiff: 9 }]
    },
    frame: (instrument_name, prints) => {
      const data = prints.map(({ n, price, qty, side: direction }) => ({
        ...{ ...row, instrument_name, price: number(price), amount: number(qty), direction },
        ...{ trade_id: plainId(n), trade_seq: n + 1, timestamp: timeOf(n) },
      }))
      const params = { channel: `trades.${instrument_name}.100ms`, data }
      return JSON.stringify({ ...frame, params })
    },
  }
}

const hyperliquid = (): HostileDialect => {
  const { frame, row } = template('hyperliquid', ({ data }) => data)
  return {
    many: true,
    id: plainId,
    answers: ({ method, subscription }) => [
      method === 'ping'
        ? { channel: 'pong' }
        : { channel: 'subscriptionResponse', data: { method, subscription } },
    ],
    frame: (coin, prints) => {
      const data = prints.map(({ n, price: px, qty: sz, side }) => ({
        ...{ ...row, coin, px, sz, side: word(side, 'B', 'A') },
        ...{ time: timeOf(n), tid: 1_000_000_000 + n },
      }))
      return JSON.stringify({ ...frame, data })
    },
  }
}

const uuid = (n: number): string => `7f43950a-0d8d-5b31-8112-${String(n).padStart(12, '0')}`

/** By venue id. A venue that is not here has no hostile server yet: the test says so. */
export const hostileDialects: Readonly<Record<string, HostileDialect>> = {
  binance: binance(),
  binanceusdm: binanceUsdm(),
  okx: okx(),
  bybit: bybitOf('bybit', (n) => `229${String(n).padStart(16, '0')}`),
  bybitlinear: bybitOf('bybitlinear', uuid),
  coinbase: coinbase(),
  kucoin: kucoin(),
  htx: htx(),
  upbit: upbit(),
  kraken: kraken(),
  bitget: bitget(),
  gate: gate(),
  deribit: deribit(),
  hyperliquid: hyperliquid(),
}
