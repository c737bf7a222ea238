import type { Connection } from '../connection.ts'
import type { TradeFrame } from '../trade-frame.ts'
import { channelName, isRaw, TRADE_CHANNELS, tradeTopic } from './deribit-channels.ts'
import { invalidParam, RpcError, tooManyRequests } from './deribit-errors.ts'
import { callMethod } from './deribit-methods.ts'
import { deribitRest, REQUEST_COST } from './deribit-rest.ts'
import { deribitIds, row, rowText } from './deribit-rows.ts'
import { Credits, rpcReply } from './deribit-rpc.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, isStrings, parseJson } from './dialect.ts'

const PATH = '/ws/api/v2'
const MOST_CONNECTIONS = 32
const BATCH_MS = 100
/** A socket that has neither subscription nor heartbeat. */
const IDLE_MS = 60_000
const LEAST_HEARTBEAT_SECONDS = 10
/** How long a `test_request` waits for `public/test`. */
const TEST_DEADLINE_MS = 10_000
const SUBSCRIBE_COST = 3_000
const SUBSCRIBE_CREDITS = 30_000
const REQUEST_CREDITS = 50_000
/** How long the last sockets get between `platform_state` and the close; the venue promises nothing. */
const SHUTDOWN_NOTICE_MS = 1_000
const STATE = 'platform_state'

/** What all sockets and calls of one address (here: all) may spend. */
interface Budget {
  readonly requests: Credits
  readonly subscribes: Credits
}

/** Deribit: JSON-RPC over a socket and over REST. */
export function deribit(house: House): Dialect {
  const budget: Budget = {
    requests: new Credits(house, REQUEST_CREDITS),
    subscribes: new Credits(house, SUBSCRIBE_CREDITS),
  }
  const watchers = new Set<Connection>()
  return {
    wsPath: PATH,
    channels: TRADE_CHANNELS,
    ids: deribitIds(),
    batchMs: BATCH_MS,
    connects: { most: 1_000, ms: 60_000 },
    shutdownNoticeMs: SHUTDOWN_NOTICE_MS,
    accepts: ({ pathname }) => {
      if (pathname !== PATH) return false
      return house.connections.size < MOST_CONNECTIONS ? true : 429
    },
    open: (_url, connection) => new DeribitSession(house, connection, budget, watchers),
    encode: (channel, _format, execution) => encode(house, channel, execution),
    row,
    announceShutdown(connection) {
      if (watchers.has(connection)) connection.reply(notification(STATE, '{"maintenance":true}'))
    },
    rest: deribitRest(house, budget.requests),
  }
}

const notification = (channel: string, data: string): string =>
  `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"${channel}","data":${data}}}`

type Fields = Readonly<Record<string, unknown>>

class DeribitSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #budget: Budget
  readonly #watchers: Set<Connection>
  readonly #channels = new Set<string>()
  readonly #cancelIdle: () => void
  #heard: number
  #cancelHeartbeat: (() => void) | null = null
  #cancelDeadline: (() => void) | null = null

  constructor(house: House, connection: Connection, budget: Budget, watchers: Set<Connection>) {
    this.#house = house
    this.#connection = connection
    this.#budget = budget
    this.#watchers = watchers
    this.#heard = house.time.monotonic()
    this.#cancelIdle = house.time.every(1_000, () => this.#checkIdle())
  }

  message(text: string): void {
    this.#heard = this.#house.time.monotonic()
    const request = parseJson(text)
    const id = isRecord(request) ? request.id : undefined
    const reply = rpcReply(this.#house, id, () => {
      if (!isRecord(request)) throw new RpcError(11_050, 'bad_request', { reason: 'invalid json' })
      return this.#result(request)
    })
    this.#connection.reply(reply.text)
  }

  pinged(payload: Buffer): void {
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    this.#cancelIdle()
    this.#stopHeartbeat()
    this.#watchers.delete(this.#connection)
  }

  #checkIdle(): void {
    const idle = this.#channels.size === 0 && this.#cancelHeartbeat === null
    if (idle && this.#house.time.monotonic() - this.#heard >= IDLE_MS) this.#connection.terminate()
  }

  /** The result as JSON text. Throws an RpcError. */
  #result({ method, params }: Fields): string {
    const name = typeof method === 'string' ? method : ''
    const given = isRecord(params) ? params : {}
    const subscribes = name === 'public/subscribe' || name === 'public/unsubscribe'
    const paid = subscribes
      ? this.#budget.subscribes.take(SUBSCRIBE_COST)
      : this.#budget.requests.take(REQUEST_COST)
    if (!paid) throw tooManyRequests()
    if (subscribes) return this.#obey(name === 'public/subscribe', given.channels)
    if (name === 'public/unsubscribe_all') return this.#leaveAll()
    if (name === 'public/set_heartbeat') return this.#startHeartbeat(given.interval)
    if (name === 'public/disable_heartbeat') return this.#stopHeartbeat()
    if (name === 'public/test') this.#answered()
    const query = new URLSearchParams()
    for (const [key, value] of Object.entries(given)) query.set(key, String(value))
    return callMethod(this.#house, name, query)
  }

  /** Channels that there are not are missing from the result, without a word. */
  #obey(subscribe: boolean, names: unknown): string {
    if (!isStrings(names)) throw invalidParam('channels')
    if (subscribe && names.some(isRaw))
      throw new RpcError(13_778, 'raw_subscriptions_not_available_for_unauthorized')
    const known = names.filter((name) => this.#switch(name, subscribe))
    return JSON.stringify([...new Set(known)].sort())
  }

  #leaveAll(): string {
    for (const name of this.#channels) this.#switch(name, false)
    return '"ok"'
  }

  /** False if there is no such channel. */
  #switch(name: string, on: boolean): boolean {
    const topic = tradeTopic(this.#house, name)
    if (topic === undefined && name !== STATE) return false
    const { subscriptions } = this.#house
    for (const listing of topic?.listings ?? [])
      if (on) subscriptions.add(topic?.channel ?? '', listing, this.#connection)
      else subscriptions.remove(topic?.channel ?? '', listing, this.#connection)
    if (on) this.#channels.add(name)
    else this.#channels.delete(name)
    if (this.#channels.has(STATE)) this.#watchers.add(this.#connection)
    else this.#watchers.delete(this.#connection)
    return true
  }

  #startHeartbeat(interval: unknown): string {
    if (typeof interval !== 'number' || interval < LEAST_HEARTBEAT_SECONDS)
      throw invalidParam('interval', 'value out of range')
    this.#stopHeartbeat()
    this.#cancelHeartbeat = this.#house.time.every(interval * 1_000, () => this.#beat())
    return '"ok"'
  }

  #stopHeartbeat(): string {
    this.#cancelHeartbeat?.()
    this.#cancelHeartbeat = null
    this.#answered()
    return '"ok"'
  }

  #beat(): void {
    for (const type of ['heartbeat', 'test_request'])
      this.#connection.reply(`{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"${type}"}}`)
    this.#cancelDeadline ??= this.#house.time.after(TEST_DEADLINE_MS, () =>
      this.#connection.close(4_000, 'heartbeat close'),
    )
  }

  #answered(): void {
    this.#cancelDeadline?.()
    this.#cancelDeadline = null
  }
}

/** All matches of a batch in one frame. */
function encode(house: House, channel: string, execution: Execution): readonly TradeFrame[] {
  const { listing, matches } = execution
  const tape = house.tape(listing)
  const rows = matches.map((match) => row(listing, match))
  const data = `[${matches.map((match) => rowText(tape, match)).join(',')}]`
  return [{ text: notification(channelName(channel, listing), data), listing, rows }]
}
