import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import { SlidingWindow } from '../window.ts'
import type { House, Session } from './dialect.ts'
import { isRecord, isStrings, parseJson } from './dialect.ts'

const LIFETIME_MS = 24 * 3_600_000

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY']

/** What differs between the spot streams and those of contracts. */
export interface StreamRules {
  readonly pingMs: number
  /** How long a ping may stay without its pong. */
  readonly pongDeadlineMs: number
  readonly messagesPerSecond: number
  readonly mostStreams: number
  /** Whether `timeUnit=MICROSECOND` is known. */
  readonly micros: boolean
}

/** Handshakes on `/ws`, `/ws/<stream>…` and `/stream`. */
export const isStreamPath = ({ pathname }: URL): boolean =>
  pathname === '/stream' || pathname === '/stream/' || /^\/ws(\/|$)/.test(pathname)

/** The venue's notice of maintenance, wrapped where the socket wants its events so. */
export function announceShutdown(house: House, connection: Connection): void {
  const event = `{"e":"serverShutdown","E":${house.nowMs()}}`
  const combined = connection.format.startsWith('combined')
  connection.reply(combined ? `{"stream":"!serverShutdown","data":${event}}` : event)
}

const formatOf = (combined: boolean, micros: boolean): string =>
  `${combined ? 'combined' : 'raw'},${micros ? 'us' : 'ms'}`

/** One client of the market streams. */
export class BinanceSession implements Session {
  readonly #house: House
  readonly #rules: StreamRules
  readonly #connection: Connection
  readonly #window: SlidingWindow
  readonly #names = new Set<string>()
  readonly #micros: boolean
  readonly #cancels: (() => void)[]
  #combined: boolean
  #unanswered: { payload: string; forget: () => void }[] = []

  constructor(house: House, url: URL, connection: Connection, rules: StreamRules) {
    this.#house = house
    this.#rules = rules
    this.#window = new SlidingWindow(rules.messagesPerSecond, 1_000)
    this.#connection = connection
    this.#combined = url.pathname.startsWith('/stream')
    this.#micros = rules.micros && url.searchParams.get('timeUnit')?.toUpperCase() === 'MICROSECOND'
    connection.format = formatOf(this.#combined, this.#micros)
    const names = this.#combined
      ? (url.searchParams.get('streams') ?? '').split('/')
      : url.pathname.split('/').slice(2)
    this.#subscribe(names.filter((name) => name !== '').map((name) => decodeURIComponent(name)))
    this.#cancels = [
      house.time.every(rules.pingMs, () => this.#ping()),
      house.time.after(LIFETIME_MS, () => connection.terminate()),
    ]
  }

  message(text: string): void {
    if (!this.#counted()) return
    const request = parseJson(text.replace(/("id"\s*:\s*)(-?\d+)/, '$1"#$2"'))
    if (request === undefined) {
      this.#error(3, 'Invalid JSON: expected value at line 1 column 1', undefined)
      return
    }
    const id = isRecord(request) ? readId(request.id) : undefined
    const end = `at line 1 column ${text.length}`
    if (!isRecord(request)) this.#error(2, `Invalid request: invalid type ${end}`, undefined)
    else if (id === undefined)
      this.#error(2, 'Invalid request: request ID must be an unsigned integer', undefined)
    else if (typeof request.method !== 'string')
      this.#error(2, `Invalid request: missing field \`method\` ${end}`, id)
    else if (!METHODS.includes(request.method)) {
      const known = METHODS.map((name) => `\`${name}\``).join(', ')
      const why = `unknown variant \`${request.method}\`, expected one of ${known} ${end}`
      this.#error(2, `Invalid request: ${why}`, id)
    } else this.#obey(request.method, request.params, id)
  }

  pinged(payload: Buffer): void {
    if (this.#counted()) this.#connection.pong(payload)
  }

  ponged(payload: string): void {
    if (!this.#counted()) return
    // An unsolicited pong is allowed, but does not keep the connection.
    const answered = this.#unanswered.findIndex((ping) => ping.payload === payload)
    for (const { forget } of this.#unanswered.splice(0, answered + 1)) forget()
  }

  closed(): void {
    for (const cancel of this.#cancels) cancel()
    for (const { forget } of this.#unanswered) forget()
  }

  /** PING frames, PONG frames and messages all count. */
  #counted(): boolean {
    if (this.#window.take(this.#house.time.monotonic())) return true
    this.#connection.close(1_008, 'Too many requests')
    return false
  }

  #ping(): void {
    const { time } = this.#house
    const payload = String(this.#house.nowMs())
    const forget = time.after(this.#rules.pongDeadlineMs, () => this.#connection.terminate())
    this.#unanswered.push({ payload, forget })
    this.#connection.ping(payload)
  }

  #obey(method: string, params: unknown, id: string): void {
    if (method === 'LIST_SUBSCRIPTIONS') this.#result([...this.#names], id)
    else if (method === 'SET_PROPERTY' || method === 'GET_PROPERTY')
      this.#property(method, params, id)
    else if (!isStrings(params))
      this.#error(2, 'Invalid request: params must be a sequence of strings', id)
    else if (method === 'UNSUBSCRIBE') {
      this.#result(null, id)
      this.#unsubscribe(params)
    } else if (new Set([...this.#names, ...params]).size > this.#rules.mostStreams) {
      this.#error(4, 'Too many subscriptions', id)
      this.#connection.close(1_008, 'Invalid request')
    } else {
      // Any name is acknowledged, even of a market that does not exist.
      this.#result(null, id)
      this.#subscribe(params)
    }
  }

  #property(method: string, params: unknown, id: string): void {
    const [name, value] = Array.isArray(params) ? (params as readonly unknown[]) : []
    if (name !== 'combined') this.#error(0, 'Unknown property', id)
    else if (method === 'GET_PROPERTY') this.#result(this.#combined, id)
    else if (typeof value !== 'boolean') this.#error(1, 'Invalid value type: expected Boolean', id)
    else {
      this.#combined = value
      this.#connection.format = formatOf(value, this.#micros)
      this.#result(null, id)
    }
  }

  #subscribe(names: readonly string[]): void {
    for (const name of names) {
      this.#names.add(name)
      const stream = this.#stream(name)
      if (stream !== undefined)
        this.#house.subscriptions.add(stream.channel, stream.listing, this.#connection)
    }
  }

  #unsubscribe(names: readonly string[]): void {
    for (const name of names) {
      this.#names.delete(name)
      const stream = this.#stream(name)
      if (stream !== undefined)
        this.#house.subscriptions.remove(stream.channel, stream.listing, this.#connection)
    }
  }

  /** The stream of a name; upper case in the symbol is acknowledged and stays silent. */
  #stream(name: string): { channel: string; listing: Listing } | undefined {
    const [symbol = '', channel = ''] = name.split('@')
    if (symbol !== symbol.toLowerCase() || !['trade', 'aggTrade'].includes(channel)) return
    const listing = this.#house.find(symbol.toUpperCase())
    return listing === undefined ? undefined : { channel, listing }
  }

  #result(result: unknown, id: string): void {
    this.#connection.reply(`{"result":${JSON.stringify(result)},"id":${id}}`)
  }

  #error(code: number, msg: string, id: string | undefined): void {
    const tail = id === undefined ? '' : `,"id":${id}`
    this.#connection.reply(`{"error":${JSON.stringify({ code, msg })}${tail}}`)
  }
}

/** The id as JSON text to be echoed; `undefined` if it has none of the allowed forms. */
function readId(id: unknown): string | undefined {
  if (id === null || id === undefined) return 'null'
  if (typeof id !== 'string') return undefined
  // Whole numbers were marked before parsing, so that all 64 bits come back.
  if (/^#-?\d{1,19}$/.test(id)) return id.slice(1)
  return /^[A-Za-z0-9_-]{1,36}$/.test(id) ? JSON.stringify(id) : undefined
}
