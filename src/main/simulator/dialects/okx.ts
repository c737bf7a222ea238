import type { Connection } from '../connection.ts'
import { shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { Match } from '../tape.ts'
import type { Row, TradeFrame } from '../trade-frame.ts'
import { SlidingWindow } from '../window.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, parseJson } from './dialect.ts'
import { okxRest } from './okx-rest.ts'

const IDLE_MS = 30_000
const REQUESTS_PER_HOUR = 480
const HOUR_MS = 3_600_000
const MOST_BYTES = 65_536
const SHUTDOWN_NOTICE_MS = 60_000

/** Which trade channel lives on which path. */
const CHANNEL_OF: Readonly<Record<string, string>> = {
  '/ws/v5/public': 'trades',
  '/ws/v5/business': 'trades-all',
}

/** OKX v5 public and business sockets. */
export function okx(house: House): Dialect {
  return {
    wsPath: '/ws/v5/public',
    channels: ['trades', 'trades-all'],
    ids: 'contiguous',
    connects: { most: 3, ms: 1_000 },
    shutdownNoticeMs: SHUTDOWN_NOTICE_MS,
    accepts: ({ pathname }) => CHANNEL_OF[pathname] !== undefined,
    open: (url, connection) => new OkxSession(house, url.pathname, connection),
    encode,
    row,
    announceShutdown(connection) {
      const msg = 'The connection will soon be closed for a service upgrade. Please reconnect.'
      connection.reply(
        JSON.stringify({ event: 'notice', code: '64008', msg, connId: connIdOf(connection) }),
      )
    },
    rest: okxRest(house),
  }
}

/** Eight hexadecimal digits, as OKX names its connections. */
const connIdOf = (connection: Connection): string =>
  (Math.imul(connection.id, 0x9e37_79b1) >>> 0).toString(16).padStart(8, '0')

class OkxSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #connId: string
  readonly #channel: string
  readonly #window = new SlidingWindow(REQUESTS_PER_HOUR, HOUR_MS)
  readonly #cancel: () => void
  #heard: number

  constructor(house: House, path: string, connection: Connection) {
    this.#house = house
    this.#connection = connection
    this.#connId = connIdOf(connection)
    this.#channel = CHANNEL_OF[path] ?? 'trades'
    this.#heard = house.time.monotonic()
    this.#cancel = house.time.every(1_000, () => this.#checkIdle())
  }

  message(text: string): void {
    this.#heard = this.#house.time.monotonic()
    if (text === 'ping') this.#connection.reply('pong')
    else if (Buffer.byteLength(text) > MOST_BYTES) this.#connection.close(1_009, 'Message too long')
    else this.#request(text)
  }

  /** Protocol pings are no keep-alive here: they are neither answered nor counted. */
  pinged(): void {}
  ponged(): void {}

  closed(): void {
    this.#cancel()
  }

  #checkIdle(): void {
    const pushed = this.#connection.lastPushProtocol
    const idle = this.#house.time.monotonic() - Math.max(this.#heard, pushed)
    if (idle > IDLE_MS) this.#connection.close(4_004, 'No data received in 30s.')
  }

  #request(text: string): void {
    const request = parseJson(text)
    if (!isRecord(request)) {
      this.#error('60012', `Invalid request: ${text}`, undefined)
      return
    }
    const { id, op, args } = request
    const badId = id !== undefined && !(typeof id === 'string' && /^[A-Za-z0-9]{1,32}$/.test(id))
    const name = badId || typeof id !== 'string' ? undefined : id
    if (badId) this.#error('60012', `Invalid request: ${text}`, undefined)
    else if (op === undefined) this.#error('60012', `Invalid request: ${text}`, name)
    else if (op !== 'subscribe' && op !== 'unsubscribe')
      this.#error('60019', `Invalid op: ${String(op)}`, name)
    else if (!Array.isArray(args)) this.#error('60013', 'Invalid args', name)
    else if (args.length === 0) this.#error('60027', 'Parameter args can not be empty.', name)
    else if (!this.#window.take(this.#house.time.monotonic()))
      this.#error('60014', 'Requests too frequent', name)
    else for (const arg of args as readonly unknown[]) this.#obey(op, arg, name)
  }

  #obey(op: 'subscribe' | 'unsubscribe', arg: unknown, id: string | undefined): void {
    if (!isRecord(arg) || typeof arg.channel !== 'string') {
      this.#error('60013', 'Invalid args', id)
      return
    }
    const { channel, instId } = arg
    const listing = typeof instId === 'string' ? this.#house.find(instId) : undefined
    if (channel !== this.#channel || listing === undefined) {
      const named = typeof instId === 'string' ? `${channel},instId:${instId}` : channel
      const why = `Wrong URL or channel:${named} doesn't exist.`
      const advice = 'Please use the correct URL, channel and parameters referring to API document.'
      this.#error('60018', `${why} ${advice}`, id)
      return
    }
    const { subscriptions } = this.#house
    this.#connection.reply(
      JSON.stringify({ ...named(id), event: op, arg: { channel, instId }, connId: this.#connId }),
    )
    if (op === 'subscribe') subscriptions.add(channel, listing, this.#connection)
    else subscriptions.remove(channel, listing, this.#connection)
  }

  /** Errors carry no `arg`. */
  #error(code: string, msg: string, id: string | undefined): void {
    this.#connection.reply(
      JSON.stringify({ ...named(id), event: 'error', code, msg, connId: this.#connId }),
    )
  }
}

const named = (id: string | undefined) => (id === undefined ? {} : { id })

/** One match as OKX spells it: no zeros at the end. */
function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    price: shortText(match.ticks, listing.priceDecimals),
    qty: shortText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

function encode(channel: string, _format: string, execution: Execution): readonly TradeFrame[] {
  const { listing } = execution
  const instId = listing.venueSymbol
  const time = Math.floor(execution.micros / 1_000)
  const head = `{"arg":{"channel":"${channel}","instId":"${instId}"},"data":[{"instId":"${instId}",`
  const side = execution.buy ? 'buy' : 'sell'
  if (channel === 'trades-all')
    return execution.matches.map((match) => {
      const sent = row(listing, match)
      const figures = `"tradeId":"${sent.id}","px":"${sent.price}","sz":"${sent.qty}"`
      const text = `${head}${figures},"side":"${side}","source":"0","ts":"${time}"}]}`
      return { text, listing, rows: [sent] }
    })
  return joined(listing, execution.matches).map((sent) => {
    const figures = `"tradeId":"${sent.id}","px":"${sent.price}","sz":"${sent.qty}"`
    const rest = `"count":"${sent.matches}","source":"0","seqId":${execution.order}`
    const text = `${head}${figures},"side":"${side}","ts":"${time}",${rest}}]}`
    return { text, listing, rows: [sent] }
  })
}

/** One row per price: `tradeId` is the last id, `count` the number of matches. */
function joined(listing: Listing, matches: readonly Match[]): readonly Row[] {
  const rows: Row[] = []
  for (let start = 0; start < matches.length; ) {
    const first = matches[start]
    let end = start
    let lots = 0
    while (end < matches.length && matches[end]?.group === first?.group) {
      lots += matches[end]?.lots ?? 0
      end += 1
    }
    const last = matches[end - 1]
    if (last === undefined) break
    rows.push({ ...row(listing, { ...last, lots }), matches: end - start })
    start = end
  }
  return rows
}
