import type { Connection } from '../connection.ts'
import type { Listing } from '../listings.ts'
import type { TradeFrame } from '../trade-frame.ts'
import { SlidingWindow } from '../window.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, parseJson } from './dialect.ts'
import { CANDLE_INTERVALS, hyperliquidRest } from './hyperliquid-rest.ts'
import { row, rowText, tradeHash } from './hyperliquid-rows.ts'

const PATH = '/ws'
/** The server hangs up when it has had nothing to say for so long. */
const SILENCE_MS = 60_000
/** The first frame of a subscription tells the trades of so long ago. */
const HISTORY_MICROS = 20_000_000
const MOST_CONNECTIONS = 10
const MOST_SUBSCRIPTIONS = 1_000
const MESSAGES_PER_MINUTE = 2_000
const MINUTE_MS = 60_000

/** What all sockets of one address (here: all sockets) may do together. */
interface Allowance {
  subscriptions: number
  readonly messages: SlidingWindow
}

/** Hyperliquid: perpetuals and spot on one socket. */
export function hyperliquid(house: House): Dialect {
  const allowance: Allowance = {
    subscriptions: 0,
    messages: new SlidingWindow(MESSAGES_PER_MINUTE, MINUTE_MS),
  }
  return {
    wsPath: PATH,
    channels: ['trades'],
    ids: tradeHash,
    posts: ['/info'],
    connects: { most: 30, ms: MINUTE_MS },
    shutdownNoticeMs: 0,
    accepts: ({ pathname }) => {
      if (pathname !== PATH) return false
      return house.connections.size < MOST_CONNECTIONS ? true : 429
    },
    open: (_url, connection) => new HyperliquidSession(house, connection, allowance),
    encode,
    row,
    // It tells nothing before it closes.
    announceShutdown: () => {},
    rest: hyperliquidRest(house),
  }
}

type Fields = Readonly<Record<string, unknown>>

class HyperliquidSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #allowance: Allowance
  readonly #subscribed = new Set<string>()
  readonly #cancel: () => void
  #spoke: number

  constructor(house: House, connection: Connection, allowance: Allowance) {
    this.#house = house
    this.#connection = connection
    this.#allowance = allowance
    this.#spoke = house.time.monotonic()
    this.#cancel = house.time.every(1_000, () => this.#checkSilence())
  }

  message(text: string): void {
    if (!this.#allowance.messages.take(this.#house.time.monotonic())) {
      this.#connection.terminate()
      return
    }
    const request = parseJson(text)
    const { method, subscription } = isRecord(request) ? request : {}
    if (method === 'ping') this.#say({ channel: 'pong' })
    else if ((method === 'subscribe' || method === 'unsubscribe') && isSubscription(subscription))
      this.#obey(method, subscription)
    else this.#error(`Error parsing JSON into valid websocket request: ${text}`)
  }

  pinged(payload: Buffer): void {
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    this.#cancel()
    this.#allowance.subscriptions -= this.#subscribed.size
    this.#subscribed.clear()
  }

  #checkSilence(): void {
    const spoke = Math.max(this.#spoke, this.#connection.lastPushProtocol)
    if (this.#house.time.monotonic() - spoke >= SILENCE_MS) this.#connection.terminate()
  }

  #obey(method: 'subscribe' | 'unsubscribe', subscription: Fields): void {
    const { type, coin } = subscription
    const listing = typeof coin === 'string' ? this.#house.find(coin) : undefined
    // A coin that there is not, or in the wrong case, ends the socket without a word.
    if (type !== 'allMids' && listing === undefined) {
      this.#connection.terminate()
      return
    }
    const key = JSON.stringify(subscription)
    const subscribe = method === 'subscribe'
    if (this.#subscribed.has(key) === subscribe)
      this.#error(`Already ${subscribe ? '' : 'un'}subscribed: ${key}`)
    else if (subscribe && this.#allowance.subscriptions >= MOST_SUBSCRIPTIONS)
      this.#error(`Cannot track more than ${MOST_SUBSCRIPTIONS} total subscriptions.`)
    else {
      this.#say({ channel: 'subscriptionResponse', data: { method, subscription } })
      if (subscribe) this.#add(key)
      else this.#remove(key)
      if (type === 'trades' && listing !== undefined) this.#trades(listing, subscribe)
    }
  }

  #add(key: string): void {
    this.#subscribed.add(key)
    this.#allowance.subscriptions += 1
  }

  #remove(key: string): void {
    this.#subscribed.delete(key)
    this.#allowance.subscriptions -= 1
  }

  #trades(listing: Listing, subscribe: boolean): void {
    const { subscriptions } = this.#house
    if (subscribe) {
      this.#history(listing)
      subscriptions.add('trades', listing, this.#connection)
    } else subscriptions.remove('trades', listing, this.#connection)
  }

  #history(listing: Listing): void {
    const tape = this.#house.tape(listing)
    const since = this.#house.nowMicros() - HISTORY_MICROS
    const from = tape.search(({ micros }) => micros >= since)
    const rows = tape.slice(from, tape.end).map((match) => rowText(listing, match))
    if (rows.length > 0) this.#sayText(`{"channel":"trades","data":[${rows.join(',')}]}`)
  }

  #error(data: string): void {
    this.#say({ channel: 'error', data })
  }

  #say(message: object): void {
    this.#sayText(JSON.stringify(message))
  }

  #sayText(text: string): void {
    this.#spoke = this.#house.time.monotonic()
    this.#connection.reply(text)
  }
}

/** One thing at a time: arrays are refused. Only trades are told; the others are taken and stay silent. */
function isSubscription(value: unknown): value is Fields {
  if (!isRecord(value)) return false
  const { type, coin, interval } = value
  if (type === 'allMids') return true
  if (typeof coin !== 'string') return false
  if (type === 'candle')
    return typeof interval === 'string' && CANDLE_INTERVALS[interval] !== undefined
  return type === 'trades' || type === 'l2Book' || type === 'bbo' || type === 'activeAssetCtx'
}

function encode(_channel: string, _format: string, execution: Execution): readonly TradeFrame[] {
  const { listing, matches } = execution
  const rows = matches.map((match) => row(listing, match))
  const texts = matches.map((match, index) => rowText(listing, match, rows[index]))
  return [{ text: `{"channel":"trades","data":[${texts.join(',')}]}`, listing, rows }]
}
