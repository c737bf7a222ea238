import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import type { Dialect, House, Session } from './dialect.ts'
import { isRecord, parseJson } from './dialect.ts'
import { htxRefusal, htxRest } from './htx-rest.ts'
import { CHANNEL, encode, frameText, matchText, row } from './htx-rows.ts'

const PING_MS = 5_000
/** Pings without an answer after which the next one is a disconnect. */
const MOST_MISSED = 2
/** Two one-shot requests are so far apart. */
const REQUEST_GAP_MS = 100
const REQUEST_ROWS = 300

/** HTX spot socket: every frame of it is gzip, pings and answers too. */
export function htx(house: House): Dialect {
  return {
    wsPath: '/ws',
    channels: [CHANNEL],
    ids: 'contiguous',
    wire: 'gzip',
    connects: { most: 300, ms: 300_000 },
    shutdownNoticeMs: 0,
    accepts: ({ pathname }) => pathname === '/ws',
    open: (_url, connection) => new HtxSession(house, connection),
    encode,
    row,
    // HTX tells nothing before it closes.
    announceShutdown: () => {},
    rest: htxRest(house),
    refusal: htxRefusal(house),
  }
}

type Fields = Readonly<Record<string, unknown>>

class HtxSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #cancel: () => void
  /** Pings sent since the last that was answered. */
  #unanswered: number[] = []
  #requestedAt = Number.NEGATIVE_INFINITY

  constructor(house: House, connection: Connection) {
    this.#house = house
    this.#connection = connection
    this.#cancel = house.time.every(PING_MS, () => this.#ping())
  }

  message(text: string): void {
    const request = parseJson(text)
    if (!isRecord(request)) this.#error('not json string', undefined)
    else if (request.pong !== undefined) this.#ponged(request.pong)
    else if (request.ping !== undefined) this.#answer({ pong: request.ping })
    else if (request.sub !== undefined) this.#subscribe(request.sub, request.id)
    else if (request.unsub !== undefined) this.#unsubscribe(request.unsub, request.id)
    else if (request.req !== undefined) this.#request(request.req, request.id)
    else this.#error('invalid topic', request.id)
  }

  /** Protocol pings are answered but count for nothing. */
  pinged(payload: Buffer): void {
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    this.#cancel()
  }

  #ping(): void {
    if (this.#unanswered.length >= MOST_MISSED) {
      this.#connection.terminate()
      return
    }
    const ping = this.#house.nowMs()
    this.#unanswered.push(ping)
    this.#answer({ ping })
  }

  /** Only the number of a ping answers it, and those before it with it. */
  #ponged(value: unknown): void {
    const at = typeof value === 'number' ? this.#unanswered.indexOf(value) : -1
    this.#unanswered = this.#unanswered.slice(at + 1)
  }

  /** Reads a topic; answers with the error if it is none. */
  #market(topic: unknown, id: unknown): Listing | undefined {
    const [, symbol, channel] = /^market\.([^.]*)\.(.*)$/.exec(String(topic)) ?? []
    if (symbol === undefined || channel !== CHANNEL) {
      this.#error(`invalid topic ${topic}`, id)
      return undefined
    }
    const listing = this.#house.find(symbol)
    if (listing === undefined) this.#error(`invalid symbol ${symbol}`, id)
    return listing
  }

  #subscribe(topic: unknown, id: unknown): void {
    const listing = this.#market(topic, id)
    if (listing === undefined) return
    this.#answer({ id, status: 'ok', subbed: topic, ts: this.#house.nowMs() })
    const { subscriptions } = this.#house
    if (subscriptions.has(CHANNEL, listing, this.#connection)) return
    const last = this.#house.tape(listing).last()
    if (last !== undefined) this.#connection.reply(frameText(listing, [last], this.#house.nowMs()))
    subscriptions.add(CHANNEL, listing, this.#connection)
  }

  #unsubscribe(topic: unknown, id: unknown): void {
    const listing = this.#market(topic, id)
    if (listing === undefined) return
    const { subscriptions } = this.#house
    if (!subscriptions.has(CHANNEL, listing, this.#connection)) {
      this.#error(`unsub with not subbed topic ${topic}`, id)
      return
    }
    this.#answer({ id, status: 'ok', unsubbed: topic, ts: this.#house.nowMs() })
    subscriptions.remove(CHANNEL, listing, this.#connection)
  }

  /** The latest trades once, newest first. */
  #request(topic: unknown, id: unknown): void {
    const now = this.#house.time.monotonic()
    const early = now - this.#requestedAt < REQUEST_GAP_MS
    this.#requestedAt = now
    if (early) {
      this.#error('429 too many request', id)
      return
    }
    const listing = this.#market(topic, id)
    if (listing === undefined) return
    const tape = this.#house.tape(listing)
    const rows = tape
      .slice(tape.end - REQUEST_ROWS, tape.end)
      .map((match) => matchText(listing, match, 'tradeId'))
      .toReversed()
    const head = JSON.stringify({ id, rep: topic, status: 'ok', ts: this.#house.nowMs() })
    this.#connection.reply(`${head.slice(0, -1)},"data":[${rows.join(',')}]}`)
  }

  #error(message: string, id: unknown): void {
    const error = { 'err-code': 'bad-request', 'err-msg': message, id }
    this.#answer({ ts: this.#house.nowMs(), status: 'error', ...error })
  }

  /** `id` comes back as it was, number or text; where there was none there is none. */
  #answer(fields: Fields): void {
    this.#connection.reply(JSON.stringify(fields))
  }
}
