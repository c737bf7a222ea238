import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import { SlidingWindow } from '../window.ts'
import type { Dialect, House, Session } from './dialect.ts'
import { parseJson } from './dialect.ts'
import { readRequest, type UpbitError, type UpbitRequest, type Wanted } from './upbit-request.ts'
import { upbitRefusal, upbitRest } from './upbit-rest.ts'
import { closes, encode, frameTexts, row, sequentialIds, type UpbitFormat } from './upbit-rows.ts'
import type { Closes } from './upbit-ticks.ts'

const WS_PATH = '/websocket/v1'
/** Documented are 120 s. */
const IDLE_MS = 60_000
const STATUS_MS = 10_000
const CLOSE_AFTER_ERROR_MS = 150
const MESSAGES_PER_SECOND = 5
const MESSAGES_PER_MINUTE = 100
/** Requests that name an origin, as browsers do, in so many ms. */
const ORIGINS = 1
const ORIGIN_MS = 10_000
const CHANNEL = 'trade'

const MESSAGES: Readonly<Record<UpbitError, string>> = {
  WRONG_FORMAT: 'Format이 맞지 않습니다.',
  NO_TICKET: '티켓이 존재하지 않거나 유효하지 않습니다.',
  NO_TYPE: 'type 필드가 존재하지 않습니다.',
  NO_CODES: 'codes 필드가 존재하지 않습니다.',
  INVALID_PARAM: '파라미터가 유효하지 않습니다.',
  TOO_MANY_REQUESTS: '요청 수가 제한을 초과했습니다.',
}

const FORMATS: readonly UpbitFormat[] = ['SIMPLE', 'JSON_LIST', 'SIMPLE_LIST']
const formatOf = (text: string): UpbitFormat => FORMATS.find((name) => name === text) ?? 'DEFAULT'

/** Upbit's public socket. */
export function upbit(house: House): Dialect {
  const origins = new SlidingWindow(ORIGINS, ORIGIN_MS)
  const welcome = (header: (name: string) => string | undefined): boolean =>
    header('origin') === undefined || origins.take(house.time.monotonic())
  const previous = closes(house)
  return {
    wsPath: WS_PATH,
    channels: [CHANNEL],
    ids: sequentialIds(),
    wire: 'binary',
    connects: { most: 5, ms: 1_000 },
    shutdownNoticeMs: 0,
    accepts: ({ pathname }, header) => pathname === WS_PATH && (welcome(header) || 429),
    open: (_url, connection) => new UpbitSession(house, previous, connection),
    encode(_channel, format, execution) {
      const ms = Math.floor(execution.micros / 1_000)
      const close = previous(house.tape(execution.listing), ms)
      return encode(formatOf(format), execution, close)
    },
    row,
    // Upbit tells nothing before it closes.
    announceShutdown: () => {},
    rest: upbitRest(house, previous, welcome),
    refusal: upbitRefusal,
  }
}

class UpbitSession implements Session {
  readonly #house: House
  readonly #previous: Closes
  readonly #connection: Connection
  readonly #windows = [
    new SlidingWindow(MESSAGES_PER_SECOND, 1_000),
    new SlidingWindow(MESSAGES_PER_MINUTE, 60_000),
  ]
  readonly #cancels: (() => void)[]
  #heard: number
  #telling = false
  #ending = false

  constructor(house: House, previous: Closes, connection: Connection) {
    this.#house = house
    this.#previous = previous
    this.#connection = connection
    this.#heard = house.time.monotonic()
    this.#cancels = [house.time.every(1_000, () => this.#checkIdle())]
  }

  message(text: string): void {
    const now = this.#house.time.monotonic()
    this.#heard = now
    if (this.#ending) return
    if (!this.#windows.every((window) => window.take(now))) this.#fail('TOO_MANY_REQUESTS')
    else if (text === 'PING') this.#tellStatus()
    else {
      const request = readRequest(parseJson(text))
      if (typeof request === 'string') this.#fail(request)
      else this.#replace(request)
    }
  }

  pinged(payload: Buffer): void {
    this.#heard = this.#house.time.monotonic()
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    for (const cancel of this.#cancels) cancel()
  }

  /** Trades keep a socket as words of the client do. */
  #checkIdle(): void {
    const last = Math.max(this.#heard, this.#connection.lastPushProtocol)
    if (this.#house.time.monotonic() - last >= IDLE_MS) this.#connection.terminate()
  }

  /** The first word PING is answered, and then again every ten seconds. */
  #tellStatus(): void {
    const tell = (): void => this.#connection.reply('{"status":"UP"}')
    tell()
    if (this.#telling) return
    this.#telling = true
    this.#cancels.push(this.#house.time.every(STATUS_MS, tell))
  }

  /** A request is the whole subscription; there is no answer to it. */
  #replace({ wanted, format }: UpbitRequest): void {
    const { subscriptions, listings } = this.#house
    for (const listing of listings) subscriptions.remove(CHANNEL, listing, this.#connection)
    this.#connection.format = format
    for (const one of wanted) if (one.type === CHANNEL) this.#want(one, format)
  }

  /** Unknown codes are passed over in silence. */
  #want({ codes, snapshot, realtime }: Wanted, format: UpbitFormat): void {
    for (const code of codes) {
      const listing = this.#house.find(code)
      if (listing === undefined) continue
      if (snapshot) this.#history(listing, format)
      if (realtime) this.#house.subscriptions.add(CHANNEL, listing, this.#connection)
    }
  }

  /** The last trade, as history. */
  #history(listing: Listing, format: UpbitFormat): void {
    const tape = this.#house.tape(listing)
    const match = tape.last()
    if (match === undefined) return
    const pushedMs = Math.floor(match.micros / 1_000)
    const previous = this.#previous(tape, pushedMs)
    const told = { listing, match, pushedMs, previous, stream: 'SNAPSHOT' as const }
    for (const text of frameTexts(format, [told])) this.#connection.reply(text)
  }

  #fail(name: UpbitError): void {
    this.#ending = true
    this.#connection.reply(JSON.stringify({ error: { name, message: MESSAGES[name] } }))
    this.#cancels.push(
      this.#house.time.after(CLOSE_AFTER_ERROR_MS, () => this.#connection.close(1_000, '')),
    )
  }
}
