import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import { TOPIC } from './bybit-rows.ts'
import type { House, Session } from './dialect.ts'
import { isRecord, isStrings, parseJson } from './dialect.ts'

const IDLE_MS = 600_000
const MOST_ARGS_LENGTH = 21_000

/** What differs between the spot socket and that of contracts. */
export interface SocketRules {
  /** Whether `ret_msg` of an answer repeats the op; else it is empty. */
  readonly acks: boolean
  /** Topics in one request. */
  readonly mostArgs: number
  /** Whether an unknown market has a text of its own. */
  readonly invalidSymbol: boolean
}

/** A UUID made from the socket's number. */
const connIdOf = (connection: Connection): string => {
  const hex = connection.id.toString(16).padStart(12, '0')
  return `2324d924-aa4d-45b0-a858-${hex}`
}

/** One client of a public socket. */
export class BybitSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #connId: string
  readonly #rules: SocketRules
  readonly #topics = new Set<string>()
  readonly #cancel: () => void
  #heard: number
  #length = 0

  constructor(house: House, connection: Connection, rules: SocketRules) {
    this.#house = house
    this.#rules = rules
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
    this.#answer(true, this.#rules.acks ? 'subscribe' : '', reqId, 'subscribe')
    for (const topic of args) {
      this.#topics.add(topic)
      const listing = this.#listing(topic)
      if (listing !== undefined) this.#house.subscriptions.add(TOPIC, listing, this.#connection)
    }
  }

  #refusal(args: unknown): string | undefined {
    if (!isStrings(args) || args.length === 0) return 'error:invalid args'
    if (args.length > this.#rules.mostArgs) return 'args size >10'
    if (this.#length + args.join('').length > MOST_ARGS_LENGTH) return 'args length >21000'
    for (const topic of args) {
      if (this.#topics.has(topic)) return `error:already subscribed,topic:${topic}`
      if (this.#listing(topic) !== undefined && topic.startsWith(`${TOPIC}.`)) continue
      // Both texts have been seen for topics that do not exist, the second one on spot.
      const formed = /^publicTrade\.[A-Z0-9]+$/.test(topic)
      return formed && this.#rules.invalidSymbol
        ? `Invalid symbol :[${topic}]`
        : `error:handler not found,topic:${topic}`
    }
    return undefined
  }

  #unsubscribe(args: unknown, reqId: string | undefined): void {
    for (const topic of isStrings(args) ? args : []) {
      this.#topics.delete(topic)
      const listing = this.#listing(topic)
      if (listing !== undefined) this.#house.subscriptions.remove(TOPIC, listing, this.#connection)
    }
    this.#answer(true, this.#rules.acks ? 'unsubscribe' : '', reqId, 'unsubscribe')
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
