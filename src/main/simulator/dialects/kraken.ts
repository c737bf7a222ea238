import type { Connection } from '../connection.ts'
import { fixedText, stepText } from '../fixed-point.ts'
import { isoMicros } from '../iso-time.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row, TradeFrame } from '../trade-frame.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, isStrings, parseJson } from './dialect.ts'
import { krakenRest } from './kraken-rest.ts'

const HEARTBEAT_MS = 1_000
const IDLE_MS = 60_000
const SNAPSHOT_ROWS = 50
/** How long the last sockets get between `maintenance` and the close; the venue promises nothing. */
const SHUTDOWN_NOTICE_MS = 1_000

/** Kraken socket v2: trades and instruments. */
export function kraken(house: House): Dialect {
  return {
    wsPath: '/v2',
    channels: ['trade'],
    ids: 'contiguous',
    connects: { most: 150, ms: 600_000 },
    shutdownNoticeMs: SHUTDOWN_NOTICE_MS,
    accepts: ({ pathname }) => pathname === '/v2',
    open: (_url, connection) => new KrakenSession(house, connection),
    encode,
    row,
    announceShutdown: (connection) => connection.reply(statusText(connection, 'maintenance')),
    rest: krakenRest(house),
  }
}

/** The connection's number is above 2^53, as captured. */
const statusText = (connection: Connection, system: string): string =>
  `{"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":${13_834_774_380_200_032_777n + BigInt(connection.id)},"system":"${system}","version":"2.0.0"}]}`

type Fields = Readonly<Record<string, unknown>>

class KrakenSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #cancel: () => void
  #heard: number
  #beating = false

  constructor(house: House, connection: Connection) {
    this.#house = house
    this.#connection = connection
    this.#heard = house.time.monotonic()
    this.#cancel = house.time.every(HEARTBEAT_MS, () => this.#tick())
    connection.reply(statusText(connection, 'online'))
  }

  message(text: string): void {
    const timeIn = this.#house.nowMicros()
    this.#heard = this.#house.time.monotonic()
    const request = parseJson(text)
    if (!isRecord(request)) {
      this.#answer(timeIn, { error: 'Malformed request', success: false })
      return
    }
    const { method, params } = request
    const head = isRequestId(request.req_id) ? { req_id: request.req_id } : {}
    if (method === 'ping') this.#answer(timeIn, { method: 'pong', ...head })
    else if (method === 'subscribe' || method === 'unsubscribe')
      this.#obey(method, isRecord(params) ? params : {}, head, timeIn)
    else this.#answer(timeIn, { error: 'Unsupported method', success: false, ...head })
  }

  pinged(payload: Buffer): void {
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    this.#cancel()
  }

  /** A heartbeat each second without data, from the first subscription on. */
  #tick(): void {
    const now = this.#house.time.monotonic()
    const silent = now - this.#connection.lastPushProtocol
    if (this.#beating && silent >= HEARTBEAT_MS) this.#connection.reply('{"channel":"heartbeat"}')
    if (!this.#beating && now - this.#heard >= IDLE_MS) this.#connection.terminate()
  }

  #obey(method: 'subscribe' | 'unsubscribe', params: Fields, head: Fields, timeIn: number): void {
    const { channel, symbol } = params
    if (channel === 'instrument' && method === 'subscribe') this.#instruments(head, timeIn)
    else if (channel !== 'trade')
      this.#answer(timeIn, { error: 'Unsupported channel', method, success: false, ...head })
    else if (!isStrings(symbol) || symbol.length === 0)
      this.#answer(timeIn, { error: 'Symbol(s) missing', method, success: false, ...head })
    else for (const one of symbol) this.#one(method, one, params.snapshot === true, head, timeIn)
  }

  /** Each symbol succeeds or fails by itself. */
  #one(
    method: 'subscribe' | 'unsubscribe',
    symbol: string,
    snapshot: boolean,
    head: Fields,
    timeIn: number,
  ): void {
    const listing = this.#house.find(symbol)
    if (listing === undefined) {
      const error = `Currency pair not supported ${symbol}`
      this.#answer(timeIn, { error, method, ...head, success: false, symbol })
      return
    }
    const { subscriptions } = this.#house
    const subscribe = method === 'subscribe'
    const result = { channel: 'trade', ...(subscribe ? { snapshot } : {}), symbol }
    this.#answer(timeIn, { method, ...head, result, success: true })
    if (!subscribe) {
      subscriptions.remove('trade', listing, this.#connection)
      return
    }
    this.#beating = true
    if (snapshot) this.#history(listing)
    subscriptions.add('trade', listing, this.#connection)
  }

  #history(listing: Listing): void {
    const tape = this.#house.tape(listing)
    const rows = tape
      .slice(tape.end - SNAPSHOT_ROWS, tape.end)
      .map((match) => rowText(listing, match))
    this.#connection.reply(`{"channel":"trade","type":"snapshot","data":[${rows.join(',')}]}`)
  }

  #instruments(head: Fields, timeIn: number): void {
    const result = { channel: 'instrument', snapshot: true }
    this.#answer(timeIn, { method: 'subscribe', ...head, result, success: true })
    this.#beating = true
    const pairs = this.#house.listings.map((listing) => {
      const texts = { symbol: listing.venueSymbol, base: listing.base, quote: listing.quote }
      const price = stepText(listing.priceDecimals)
      const qty = stepText(listing.lotDecimals)
      const steps = `"price_increment":${price},"qty_increment":${qty},"qty_min":${qty}`
      return `${JSON.stringify(texts).slice(0, -1)},"status":"online",${steps},"marginable":true}`
    })
    this.#connection.reply(
      `{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[${pairs.join(',')}]}}`,
    )
  }

  #answer(timeIn: number, fields: Fields): void {
    const times = { time_in: isoMicros(timeIn), time_out: isoMicros(this.#house.nowMicros()) }
    this.#connection.reply(JSON.stringify({ ...fields, ...times }))
  }
}

const isRequestId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value)

/** One match as Kraken spells it: as many digits as the market has. */
export function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    price: fixedText(match.ticks, listing.priceDecimals),
    qty: fixedText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Prices and quantities are JSON numbers that keep their zeros. */
function rowText(listing: Listing, match: Match, sent = row(listing, match)): string {
  const side = match.buy ? 'buy' : 'sell'
  const type = match.order % 3 === 0 ? 'limit' : 'market'
  const head = `{"symbol":"${listing.venueSymbol}","side":"${side}","price":${sent.price},"qty":${sent.qty}`
  return `${head},"ord_type":"${type}","trade_id":${sent.id},"timestamp":"${isoMicros(match.micros)}"}`
}

function encode(_channel: string, _format: string, execution: Execution): readonly TradeFrame[] {
  const { listing, matches } = execution
  const rows = matches.map((match) => row(listing, match))
  const texts = matches.map((match, index) => rowText(listing, match, rows[index]))
  const text = `{"channel":"trade","type":"update","data":[${texts.join(',')}]}`
  return [{ text, listing, rows }]
}
