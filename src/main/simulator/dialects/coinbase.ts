import type { Connection } from '../connection.ts'
import { isoMicros } from '../iso-time.ts'
import type { Listing } from '../listings.ts'
import type { TradeFrame } from '../trade-frame.ts'
import { SlidingWindow } from '../window.ts'
import { coinbaseRefusal, coinbaseRest } from './coinbase-rest.ts'
import { matchText, row, sequenceOf } from './coinbase-rows.ts'
import type { Dialect, Execution, House, Session } from './dialect.ts'
import { isRecord, isStrings, parseJson } from './dialect.ts'

const SUBSCRIBE_DEADLINE_MS = 5_000
const HEARTBEAT_MS = 1_000
/** Trades may come before the answer to the subscription; it is held so long. */
const ANSWER_MS = 5
const MESSAGES_PER_SECOND = 100
/** Known channels; what is not simulated is listed as subscribed and stays silent. */
const CHANNELS = ['matches', 'heartbeat', 'ticker', 'ticker_batch', 'status', 'level2_batch']

/** Coinbase Exchange: matches and heartbeats. */
export function coinbase(house: House): Dialect {
  return {
    wsPath: '/',
    channels: ['matches'],
    ids: 'contiguous',
    // 8 a second with a burst of 20.
    connects: { most: 20, ms: 2_500 },
    shutdownNoticeMs: 0,
    accepts: ({ pathname }) => pathname === '/',
    open: (_url, connection) => new CoinbaseSession(house, connection),
    encode,
    row,
    // Nothing is told before a close.
    announceShutdown: () => {},
    rest: coinbaseRest(house),
    refusal: coinbaseRefusal,
  }
}

interface Wish {
  readonly channel: string
  readonly products: readonly string[]
}

class CoinbaseSession implements Session {
  readonly #house: House
  readonly #connection: Connection
  readonly #window = new SlidingWindow(MESSAGES_PER_SECOND, 1_000)
  /** Products by channel. */
  readonly #subscribed = new Map<string, Set<string>>()
  readonly #cancels: (() => void)[]

  constructor(house: House, connection: Connection) {
    this.#house = house
    this.#connection = connection
    this.#cancels = [
      house.time.after(SUBSCRIBE_DEADLINE_MS, () => {
        if (this.#subscribed.size === 0) connection.terminate()
      }),
      house.time.every(HEARTBEAT_MS, () => this.#beat()),
    ]
  }

  message(text: string): void {
    if (!this.#window.take(this.#house.time.monotonic())) {
      this.#error('Too many requests', undefined)
      return
    }
    const request = parseJson(text)
    if (!isRecord(request)) {
      this.#error('Malformed JSON', undefined)
      return
    }
    const { type } = request
    if (type !== 'subscribe' && type !== 'unsubscribe') {
      this.#error('Type has to be either subscribe or unsubscribe', undefined)
      return
    }
    const wishes = readWishes(request)
    const reason = type === 'subscribe' ? this.#refusal(wishes) : undefined
    if (reason !== undefined) this.#error('Failed to subscribe', reason)
    else {
      for (const wish of wishes)
        if (type === 'subscribe') this.#subscribe(wish)
        else this.#unsubscribe(wish)
      this.#house.time.after(ANSWER_MS, () => this.#list())
    }
  }

  pinged(payload: Buffer): void {
    this.#connection.pong(payload)
  }
  ponged(): void {}

  closed(): void {
    for (const cancel of this.#cancels) cancel()
  }

  /** One invalid name rejects the whole request. */
  #refusal(wishes: readonly Wish[]): string | undefined {
    if (wishes.length === 0) return 'No channels provided'
    for (const { channel, products } of wishes) {
      if (!CHANNELS.includes(channel)) return `${channel} is not a valid channel`
      const strange = products.find((product) => this.#house.find(product) === undefined)
      if (strange !== undefined) return `${strange} is not a valid product`
      if (products.length === 0) return 'No products provided'
    }
    return undefined
  }

  #subscribe({ channel, products }: Wish): void {
    const subscribed = this.#subscribed.get(channel) ?? new Set()
    this.#subscribed.set(channel, subscribed)
    for (const product of products) {
      const listing = this.#house.find(product)
      if (channel === 'matches' && listing !== undefined && !subscribed.has(product))
        this.#begin(listing)
      subscribed.add(product)
    }
  }

  /** History first: the last match, however old it is. */
  #begin(listing: Listing): void {
    const last = this.#house.tape(listing).last()
    if (last !== undefined)
      this.#connection.reply(matchText('last_match', listing, last, row(listing, last)))
    this.#house.subscriptions.add('matches', listing, this.#connection)
  }

  #unsubscribe({ channel, products }: Wish): void {
    const subscribed = this.#subscribed.get(channel)
    for (const product of products.length === 0 ? [...(subscribed ?? [])] : products) {
      subscribed?.delete(product)
      const listing = this.#house.find(product)
      if (channel === 'matches' && listing !== undefined)
        this.#house.subscriptions.remove('matches', listing, this.#connection)
    }
    if (subscribed?.size === 0) this.#subscribed.delete(channel)
  }

  /** All that is subscribed now, in no order that a client may rely on. */
  #list(): void {
    const channels = [...this.#subscribed].map(([name, products]) => ({
      name,
      product_ids: [...products].toReversed(),
      account_ids: null,
    }))
    this.#connection.reply(JSON.stringify({ type: 'subscriptions', channels }))
  }

  /** The last id as the book has it, whether its match reached this client or not. */
  #beat(): void {
    for (const product of this.#subscribed.get('heartbeat') ?? []) {
      const listing = this.#house.find(product)
      if (listing === undefined) continue
      const last = this.#house.tape(listing).last()
      const sequence = last === undefined ? 0 : sequenceOf(last)
      const time = isoMicros(this.#house.nowMicros())
      this.#connection.reply(
        `{"type":"heartbeat","sequence":${sequence},"last_trade_id":${last?.id ?? 0},"product_id":"${product}","time":"${time}"}`,
      )
    }
  }

  #error(message: string, reason: string | undefined): void {
    this.#connection.reply(
      JSON.stringify({ type: 'error', message, ...(reason === undefined ? {} : { reason }) }),
    )
  }
}

/** Channels are names, or names with products of their own. */
function readWishes(request: Readonly<Record<string, unknown>>): readonly Wish[] {
  const common = isStrings(request.product_ids) ? request.product_ids : []
  const channels = Array.isArray(request.channels) ? (request.channels as readonly unknown[]) : []
  return channels.flatMap((channel): Wish[] => {
    if (typeof channel === 'string') return [{ channel, products: common }]
    if (!isRecord(channel) || typeof channel.name !== 'string') return []
    const own = isStrings(channel.product_ids) ? channel.product_ids : []
    return [{ channel: channel.name, products: [...common, ...own] }]
  })
}

function encode(_channel: string, _format: string, execution: Execution): readonly TradeFrame[] {
  const { listing } = execution
  return execution.matches.map((match) => {
    const sent = row(listing, match)
    return { text: matchText('match', listing, match, sent), listing, rows: [sent] }
  })
}
