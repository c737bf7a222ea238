import type { Connection } from '../connection.ts'
import { SlidingWindow } from '../window.ts'
import type { Dialect, House, Session } from './dialect.ts'
import { isRecord, parseJson } from './dialect.ts'
import { BULLET, kucoinRefusal, kucoinRest } from './kucoin-rest.ts'
import { encode, row, sequence, TOPIC } from './kucoin-rows.ts'
import { KucoinTickets } from './kucoin-tickets.ts'

const WS_PATH = '/'
/** Without a message of the client for so long the socket ends, even with data flowing. */
const IDLE_MS = 60_000
const MESSAGES = 100
const MESSAGES_MS = 10_000
const TOPICS_PER_FRAME = 100
const TOPICS_PER_CONNECTION = 300
const CHANNEL = 'match'

/** KuCoin's classic spot socket, which a token opens. */
export function kucoin(house: House): Dialect {
  const tickets = new KucoinTickets()
  const tokenOf = (url: URL): string => url.searchParams.get('token') ?? ''
  return {
    wsPath: WS_PATH,
    channels: [CHANNEL],
    ids: sequence,
    posts: [BULLET],
    connects: { most: 30, ms: 60_000 },
    shutdownNoticeMs: 0,
    accepts(url) {
      if (url.pathname !== WS_PATH && url.pathname !== '/endpoint') return false
      return tickets.valid(tokenOf(url), house.time.monotonic()) ? true : 401
    },
    open(url, connection) {
      tickets.use(tokenOf(url))
      return new KucoinSession(house, url.searchParams.get('connectId'), connection)
    },
    encode,
    row,
    // KuCoin tells nothing before it closes.
    announceShutdown: () => {},
    rest: kucoinRest(house, tickets, WS_PATH),
    refusal: kucoinRefusal,
  }
}

/** Ids come back as text, whatever they were. */
const idText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

class KucoinSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #id: string
  readonly #messages = new SlidingWindow(MESSAGES, MESSAGES_MS)
  /** Symbols subscribed to, those that do not exist included. */
  readonly #topics = new Set<string>()
  readonly #cancel: () => void
  #heard: number

  constructor(house: House, connectId: string | null, connection: Connection) {
    this.#house = house
    this.#connection = connection
    this.#id = connectId ?? `sim${connection.id}`
    this.#heard = house.time.monotonic()
    this.#cancel = house.time.every(1_000, () => this.#checkIdle())
    this.#answer({ id: this.#id, type: 'welcome' })
  }

  message(text: string): void {
    const now = this.#house.time.monotonic()
    this.#heard = now
    const request = parseJson(text)
    const fields = isRecord(request) ? request : {}
    const id = idText(fields.id)
    if (!this.#messages.take(now)) this.#error(id, 509, 'exceed max permits per second')
    else if (fields.type === 'ping')
      this.#answer({ id, type: 'pong', timestamp: this.#house.nowMicros() })
    else if (fields.type === 'subscribe' || fields.type === 'unsubscribe')
      this.#obey(fields.type, fields.topic, fields.response === true, id)
    else this.#error(id, 400, 'bad request')
  }

  /** Protocol pings are answered but keep nothing alive. */
  pinged(payload: Buffer): void {
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    this.#cancel()
  }

  #checkIdle(): void {
    if (this.#house.time.monotonic() - this.#heard < IDLE_MS) return
    this.#cancel()
    this.#error(this.#id, 400, 'ping timeout')
    this.#connection.close(1_000, 'Bye')
  }

  #obey(
    type: 'subscribe' | 'unsubscribe',
    topic: unknown,
    answered: boolean,
    id: string | undefined,
  ): void {
    const [channel, list = ''] = typeof topic === 'string' ? topic.split(':', 2) : []
    const symbols = list.split(',').filter((symbol) => symbol !== '')
    if (channel !== TOPIC || symbols.length === 0)
      this.#error(id, 404, channel ? `topic ${topic} is not found` : 'topic does not exist')
    else if (symbols.length > TOPICS_PER_FRAME)
      this.#error(id, 509, this.#exceeded(TOPICS_PER_FRAME, 'time'))
    else if (
      type === 'subscribe' &&
      new Set([...this.#topics, ...symbols]).size > TOPICS_PER_CONNECTION
    )
      this.#error(id, 509, this.#exceeded(TOPICS_PER_CONNECTION, 'session'))
    else {
      if (answered) this.#answer({ id, type: 'ack' })
      for (const symbol of symbols) this.#one(type, symbol)
    }
  }

  #exceeded(most: number, per: 'time' | 'session'): string {
    return `exceed max subscription count limitation of ${most} per ${per}`
  }

  /** Unknown symbols count as topics and stay silent. */
  #one(type: 'subscribe' | 'unsubscribe', symbol: string): void {
    const listing = this.#house.find(symbol)
    const { subscriptions } = this.#house
    if (type === 'subscribe') {
      this.#topics.add(symbol)
      if (listing !== undefined) subscriptions.add(CHANNEL, listing, this.#connection)
    } else {
      this.#topics.delete(symbol)
      if (listing !== undefined) subscriptions.remove(CHANNEL, listing, this.#connection)
    }
  }

  #error(id: string | undefined, code: number, data: string): void {
    this.#answer({ id, type: 'error', code, data })
  }

  #answer(fields: Readonly<Record<string, unknown>>): void {
    this.#connection.reply(JSON.stringify(fields))
  }
}
