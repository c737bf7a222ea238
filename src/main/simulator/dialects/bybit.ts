import type { Connection } from '../connection.ts'
import { fixedText, shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row, TradeFrame } from '../trade-frame.ts'
import { bybitRest } from './bybit-rest.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, isStrings, parseJson } from './dialect.ts'

const IDLE_MS = 600_000
const MOST_ARGS = 10
const MOST_ARGS_LENGTH = 21_000
const MOST_ROWS = 1_024
const TOPIC = 'publicTrade'

/** Bybit v5 public spot socket. */
export function bybit(house: House): Dialect {
  return {
    wsPath: '/v5/public/spot',
    channels: [TOPIC],
    ids: 'shared',
    connects: { most: 500, ms: 300_000 },
    shutdownNoticeMs: 0,
    accepts: ({ pathname }) => pathname === '/v5/public/spot',
    open: (_url, connection) => new BybitSession(house, connection),
    encode,
    row,
    // Bybit tells nothing before it closes.
    announceShutdown: () => {},
    rest: bybitRest(house),
  }
}

/** A UUID made from the socket's number. */
const connIdOf = (connection: Connection): string => {
  const hex = connection.id.toString(16).padStart(12, '0')
  return `2324d924-aa4d-45b0-a858-${hex}`
}

class BybitSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #connId: string
  readonly #topics = new Set<string>()
  readonly #cancel: () => void
  #heard: number
  #length = 0

  constructor(house: House, connection: Connection) {
    this.#house = house
    this.#connection = connection
    this.#connId = connIdOf(connection)
    this.#heard = house.time.monotonic()
    this.#cancel = house.time.every(5_000, () => this.#checkIdle())
  }

  message(text: string): void {
    this.#heard = this.#house.time.monotonic()
    const request = parseJson(text)
    if (!isRecord(request)) {
      this.#answer(false, `Failed to decode incoming data:${text.slice(0, 100)}`, undefined, '')
      return
    }
    const { op, args, req_id: given } = request
    const reqId = typeof given === 'string' ? given : undefined
    // The pong of the spot socket keeps the op "ping" and does not repeat req_id.
    if (op === 'ping') this.#answer(true, 'pong', undefined, 'ping')
    else if (op === 'subscribe') this.#subscribe(args, reqId)
    else if (op === 'unsubscribe') this.#unsubscribe(args, reqId)
    else this.#answer(false, 'error:invalid op', reqId, typeof op === 'string' ? op : '')
  }

  pinged(payload: Buffer): void {
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    this.#cancel()
  }

  #checkIdle(): void {
    const idle =
      this.#house.time.monotonic() - Math.max(this.#heard, this.#connection.lastPushProtocol)
    if (idle > IDLE_MS) this.#connection.terminate()
  }

  /** One bad topic fails the whole request. */
  #subscribe(args: unknown, reqId: string | undefined): void {
    const refused = this.#refusal(args)
    if (refused !== undefined || !isStrings(args)) {
      this.#answer(false, refused ?? 'error:invalid args', reqId, 'subscribe')
      return
    }
    this.#length += args.join('').length
    this.#answer(true, 'subscribe', reqId, 'subscribe')
    for (const topic of args) {
      this.#topics.add(topic)
      const listing = this.#listing(topic)
      if (listing !== undefined) this.#house.subscriptions.add(TOPIC, listing, this.#connection)
    }
  }

  #refusal(args: unknown): string | undefined {
    if (!isStrings(args) || args.length === 0) return 'error:invalid args'
    if (args.length > MOST_ARGS) return 'args size >10'
    if (this.#length + args.join('').length > MOST_ARGS_LENGTH) return 'args length >21000'
    for (const topic of args) {
      if (this.#topics.has(topic)) return `error:already subscribed,topic:${topic}`
      // Both texts have been seen for topics that do not exist.
      if (!/^publicTrade\.[A-Z0-9]+$/.test(topic)) return `error:handler not found,topic:${topic}`
      if (this.#listing(topic) === undefined) return `Invalid symbol :[${topic}]`
    }
    return undefined
  }

  #unsubscribe(args: unknown, reqId: string | undefined): void {
    for (const topic of isStrings(args) ? args : []) {
      this.#topics.delete(topic)
      const listing = this.#listing(topic)
      if (listing !== undefined) this.#house.subscriptions.remove(TOPIC, listing, this.#connection)
    }
    this.#answer(true, 'unsubscribe', reqId, 'unsubscribe')
  }

  #listing(topic: string): Listing | undefined {
    return this.#house.find(topic.slice(TOPIC.length + 1))
  }

  #answer(success: boolean, message: string, reqId: string | undefined, op: string): void {
    const text = JSON.stringify({
      success,
      ret_msg: message,
      conn_id: this.#connId,
      ...(reqId === undefined ? {} : { req_id: reqId }),
      op,
    })
    // The venue's encoder escapes these as Go does.
    this.#connection.reply(text.replaceAll('>', '\\u003e').replaceAll('<', '\\u003c'))
  }
}

/** One match as Bybit spells it. */
function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    price: fixedText(match.ticks, listing.priceDecimals),
    qty: shortText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Up to 1,024 rows a message; the messages of one order share `seq`. */
function encode(_channel: string, _format: string, execution: Execution): readonly TradeFrame[] {
  const { listing, matches } = execution
  const symbol = listing.venueSymbol
  const time = Math.floor(execution.micros / 1_000)
  const pushed = Math.floor(execution.pushedMicros / 1_000)
  const side = execution.buy ? 'Buy' : 'Sell'
  const frames: TradeFrame[] = []
  for (let start = 0; start < matches.length; start += MOST_ROWS) {
    const rows = matches.slice(start, start + MOST_ROWS).map((match) => row(listing, match))
    const data = rows.map(
      ({ id, price, qty }) =>
        `{"i":"${id}","T":${time},"p":"${price}","v":"${qty}","S":"${side}","s":"${symbol}","BT":false,"RPI":false,"seq":${execution.order}}`,
    )
    const head = `{"topic":"${TOPIC}.${symbol}","ts":${pushed},"type":"snapshot","data":[`
    frames.push({ text: `${head}${data.join(',')}]}`, listing, rows })
  }
  return frames
}
