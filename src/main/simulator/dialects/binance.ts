import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import type { TradeFrame } from '../trade-frame.ts'
import { SlidingWindow } from '../window.ts'
import { binanceRest } from './binance-rest.ts'
import { aggregate, groups, row } from './binance-rows.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, isStrings, parseJson } from './dialect.ts'

const PING_MS = 20_000
const PONG_DEADLINE_MS = 60_000
const LIFETIME_MS = 24 * 3_600_000
const MESSAGES_PER_SECOND = 5
const MOST_STREAMS = 1_024
/** How long the last sockets get between `serverShutdown` and the close; the venue promises nothing. */
const SHUTDOWN_NOTICE_MS = 1_000

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY']

/** Binance spot market streams: `/ws`, `/ws/<stream>…`, `/stream`, `/stream?streams=…`. */
export function binance(house: House): Dialect {
  return {
    wsPath: '/stream',
    channels: ['trade', 'aggTrade'],
    ids: 'contiguous',
    connects: { most: 300, ms: 300_000 },
    shutdownNoticeMs: SHUTDOWN_NOTICE_MS,
    accepts: ({ pathname }) =>
      pathname === '/stream' || pathname === '/stream/' || /^\/ws(\/|$)/.test(pathname),
    open: (url, connection) => new BinanceSession(house, url, connection),
    encode,
    row,
    announceShutdown(connection) {
      const event = `{"e":"serverShutdown","E":${house.nowMs()}}`
      const combined = connection.format.startsWith('combined')
      connection.reply(combined ? `{"stream":"!serverShutdown","data":${event}}` : event)
    },
    rest: binanceRest(house),
  }
}

const formatOf = (combined: boolean, micros: boolean): string =>
  `${combined ? 'combined' : 'raw'},${micros ? 'us' : 'ms'}`

class BinanceSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #window = new SlidingWindow(MESSAGES_PER_SECOND, 1_000)
  readonly #names = new Set<string>()
  readonly #micros: boolean
  readonly #cancels: (() => void)[]
  #combined: boolean
  #unanswered: { payload: string; since: number }[] = []

  constructor(house: House, url: URL, connection: Connection) {
    this.#house = house
    this.#connection = connection
    this.#combined = url.pathname.startsWith('/stream')
    this.#micros = url.searchParams.get('timeUnit')?.toUpperCase() === 'MICROSECOND'
    connection.format = formatOf(this.#combined, this.#micros)
    const names = this.#combined
      ? (url.searchParams.get('streams') ?? '').split('/')
      : url.pathname.split('/').slice(2)
    this.#subscribe(names.filter((name) => name !== '').map((name) => decodeURIComponent(name)))
    this.#cancels = [
      house.time.every(PING_MS, () => this.#ping()),
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
    if (answered >= 0) this.#unanswered = this.#unanswered.slice(answered + 1)
  }

  closed(): void {
    for (const cancel of this.#cancels) cancel()
  }

  /** PING frames, PONG frames and messages all count. */
  #counted(): boolean {
    if (this.#window.take(this.#house.time.monotonic())) return true
    this.#connection.close(1_008, 'Too many requests')
    return false
  }

  #ping(): void {
    const now = this.#house.time.monotonic()
    const oldest = this.#unanswered[0]
    if (oldest !== undefined && now - oldest.since >= PONG_DEADLINE_MS) {
      this.#connection.terminate()
      return
    }
    const payload = String(this.#house.nowMs())
    this.#unanswered.push({ payload, since: now })
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
    } else if (new Set([...this.#names, ...params]).size > MOST_STREAMS) {
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

function encode(channel: string, format: string, execution: Execution): readonly TradeFrame[] {
  const { listing, micros, pushedMicros } = execution
  const [shape, unit] = format.split(',')
  const time = (value: number): number => (unit === 'us' ? value : Math.floor(value / 1_000))
  const symbol = listing.venueSymbol
  const prefix =
    shape === 'combined' ? `{"stream":"${symbol.toLowerCase()}@${channel}","data":` : ''
  const suffix = prefix === '' ? '' : '}'
  const head = `${prefix}{"e":"${channel}","E":${time(pushedMicros)},"s":"${symbol}",`
  const matchTime = time(micros)
  const tail = `"T":${matchTime},"m":${!execution.buy},"M":true}${suffix}`
  if (channel === 'trade')
    return execution.matches.map((match) => {
      const sent = row(listing, match)
      const text = `${head}"t":${sent.id},"p":"${sent.price}","q":"${sent.qty}",${tail}`
      return { text, listing, rows: [sent] }
    })
  return groups(execution.matches).map((group) => {
    const sent = aggregate(listing, group)
    const last = group.at(-1)?.id ?? 0n
    const ids = `"a":${sent.id},"p":"${sent.price}","q":"${sent.qty}","f":${group[0]?.id ?? last},"l":${last},`
    return { text: `${head}${ids}${tail}`, listing, rows: [sent] }
  })
}
