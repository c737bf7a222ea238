import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import type { TradeFrame } from '../trade-frame.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, isStrings, parseJson } from './dialect.ts'
import { gateRefusal, gateRest } from './gate-rest.ts'
import { millisText, row } from './gate-rows.ts'

const PING_MS = 15_000
/** A socket without subscription that says nothing. */
const IDLE_MS = 30_000
const MOST_CONNECTIONS = 300
/** A request's `time` may be off by so much, seconds. */
const TIME_TOLERANCE = 60
/** How long the last sockets get between the notice and the close; the venue promises nothing. */
const SHUTDOWN_NOTICE_MS = 1_000
const CHANNEL = 'spot.trades'

const NOTICE = 'The connection will soon be closed for a service upgrade. Please reconnect.'

/** Gate v4 spot socket. */
export function gate(house: House): Dialect {
  return {
    wsPath: '/ws/v4/',
    channels: [CHANNEL],
    ids: 'shared',
    connects: { most: 300, ms: 300_000 },
    shutdownNoticeMs: SHUTDOWN_NOTICE_MS,
    // Without the slash at the end there is nothing.
    accepts: ({ pathname }) => {
      if (pathname !== '/ws/v4/') return false
      return house.connections.size < MOST_CONNECTIONS ? true : 429
    },
    open: (_url, connection) => new GateSession(house, connection),
    encode,
    row,
    // The notice has no channel.
    announceShutdown: (connection) =>
      connection.reply(JSON.stringify({ type: 'upgrade', msg: NOTICE })),
    rest: gateRest(house),
    refusal: gateRefusal,
  }
}

type Fields = Readonly<Record<string, unknown>>

class GateSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #cancels: readonly (() => void)[]
  #heard: number

  constructor(house: House, connection: Connection) {
    this.#house = house
    this.#connection = connection
    this.#heard = house.time.monotonic()
    this.#cancels = [
      house.time.every(PING_MS, () => connection.ping('')),
      house.time.every(1_000, () => this.#checkIdle()),
    ]
  }

  message(text: string): void {
    this.#heard = this.#house.time.monotonic()
    const request = parseJson(text)
    if (!isRecord(request)) {
      this.#answer({}, { code: 1, message: 'request message need json scheme' }, null)
      return
    }
    const { time, channel, event, payload } = request
    const wrong = (message: string): void =>
      this.#answer(request, { code: 2, message }, { status: 'fail' })
    const now = Math.floor(this.#house.nowMs() / 1_000)
    if (typeof time !== 'number' || Math.abs(time - now) > TIME_TOLERANCE)
      wrong('request time is invalid')
    else if (channel === 'spot.ping') this.#pong()
    else if (channel !== CHANNEL) wrong(`unknown channel ${String(channel)}`)
    else if (event !== 'subscribe' && event !== 'unsubscribe')
      wrong(`unknown event ${String(event)}`)
    else if (!isStrings(payload) || payload.length === 0) wrong('invalid payload')
    else this.#obey(event, payload, request)
  }

  pinged(payload: Buffer): void {
    this.#heard = this.#house.time.monotonic()
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    for (const cancel of this.#cancels) cancel()
  }

  #checkIdle(): void {
    const subscribed = this.#house.subscriptions.count(this.#connection) > 0
    if (!subscribed && this.#house.time.monotonic() - this.#heard > IDLE_MS)
      this.#connection.terminate()
  }

  /** One answer per request; one unknown pair fails it. */
  #obey(event: 'subscribe' | 'unsubscribe', pairs: readonly string[], request: Fields): void {
    const listings: Listing[] = []
    for (const pair of pairs) {
      const listing = this.#house.find(pair)
      if (listing === undefined) {
        const error = { code: 2, message: `unknown currency pair ${pair}` }
        this.#answer(request, error, { status: 'fail' })
        return
      }
      listings.push(listing)
    }
    const { subscriptions } = this.#house
    this.#answer(request, null, { status: 'success' })
    for (const listing of listings)
      if (event === 'subscribe') subscriptions.add(CHANNEL, listing, this.#connection)
      else subscriptions.remove(CHANNEL, listing, this.#connection)
  }

  #pong(): void {
    const time = Math.floor(this.#house.nowMs() / 1_000)
    this.#connection.reply(
      JSON.stringify({
        time,
        time_ms: this.#house.nowMs(),
        channel: 'spot.pong',
        event: '',
        error: null,
        result: null,
      }),
    )
  }

  #answer(request: Fields, error: object | null, result: object | null): void {
    const { id, channel, event, payload } = request
    const ms = this.#house.nowMs()
    this.#connection.reply(
      JSON.stringify({
        time: Math.floor(ms / 1_000),
        time_ms: ms,
        ...(id === undefined ? {} : { id }),
        conn_id: this.#connection.id.toString(16).padStart(16, '0'),
        channel: typeof channel === 'string' ? channel : '',
        event: typeof event === 'string' ? event : '',
        ...(payload === undefined ? {} : { payload }),
        error,
        result,
      }),
    )
  }
}

function encode(_channel: string, _format: string, execution: Execution): readonly TradeFrame[] {
  const { listing, micros } = execution
  const pushed = Math.floor(execution.pushedMicros / 1_000)
  const head = `{"time":${Math.floor(pushed / 1_000)},"time_ms":${pushed},"channel":"${CHANNEL}","event":"update"`
  const times = `"create_time":${Math.floor(micros / 1_000_000)},"create_time_ms":"${millisText(micros)}"`
  return execution.matches.map((match) => {
    const sent = row(listing, match)
    const ids = `"id":${sent.id},"id_market":${match.seq},${times},"side":"${match.buy ? 'buy' : 'sell'}"`
    const figures = `"currency_pair":"${listing.venueSymbol}","amount":"${sent.qty}","price":"${sent.price}"`
    const range = `"range":"${match.seq}-${match.seq}"`
    return { text: `${head},"result":{${ids},${figures},${range}}}`, listing, rows: [sent] }
  })
}
