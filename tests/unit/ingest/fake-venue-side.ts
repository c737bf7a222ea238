import type { FeedListener } from '../../../src/main/ingest/feed.ts'
import type { FeedOptions } from '../../../src/main/ingest/feed-options.ts'
import { createFeed } from '../../../src/main/ingest/feed-session.ts'
import type { FetchJson, HttpAnswer } from '../../../src/main/ingest/rest.ts'
import type { Connect, SocketEvents } from '../../../src/main/ingest/socket.ts'
import type { FeedTiming } from '../../../src/main/ingest/timing.ts'
import type { LogFields, Logger } from '../../../src/main/ports.ts'
import type { TradeExtra, Venue } from '../../../src/main/venues/venue.ts'
import type { Market } from '../../../src/shared/domain/market.ts'
import { FakeClock } from './fake-clock.ts'
import { heard } from './print-kit.ts'

/** One socket as the venue sees it. */
export class FakeSocket {
  readonly sent: string[] = []
  pings = 0
  closed = false
  readonly #clock: FakeClock
  readonly #events: SocketEvents
  readonly url: string

  constructor(url: string, events: SocketEvents, clock: FakeClock) {
    this.url = url
    this.#events = events
    this.#clock = clock
  }

  open(): void {
    this.#events.opened()
  }

  /** Sends a frame to the client: text as it is, anything else as JSON. */
  say(frame: unknown): void {
    const text = typeof frame === 'string' ? frame : JSON.stringify(frame)
    const bytes = Buffer.from(text)
    if (!this.closed) this.#events.frame(bytes, 0, bytes.length, this.#clock.now())
  }

  alive(): void {
    if (!this.closed) this.#events.alive()
  }

  garble(reason: string, excerpt: string): void {
    if (!this.closed) this.#events.garbled(reason, excerpt, this.#clock.now())
  }

  /** Answers the handshake with an HTTP status. */
  refuse(status: number, retryAfter: string | null = null): void {
    if (!this.closed) this.#events.closed(`HTTP ${status}`, { status, retryAfter })
  }

  cut(reason = 'the connection was cut'): void {
    if (!this.closed) this.#events.closed(reason)
  }

  /** What the client asked for so far, parsed. */
  requests(): readonly Record<string, unknown>[] {
    return this.sent.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text))
  }
}

export interface SeenTrade {
  readonly market: string
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly side: string
  readonly time: number
  readonly receivedAt: number
  readonly extra: TradeExtra | undefined
}

/** A feed in a test tube: fake sockets, fake REST, fake time; everything it said is kept. */
export class TestFeed {
  readonly clock = new FakeClock()
  readonly sockets: FakeSocket[] = []
  readonly trades: SeenTrade[] = []
  readonly broken: string[] = []
  /** `market cause`, and `market began`, in order. */
  readonly story: string[] = []
  readonly began: string[] = []
  readonly newest: (readonly [market: string, seq: number, time: number])[] = []
  readonly logs: { readonly level: string; readonly event: string; readonly fields: LogFields }[] =
    []
  readonly fetched: string[] = []
  changes = 0
  /** Answers of the venue's REST side, by the beginning of the path; others are unreachable. */
  readonly answers = new Map<string, unknown | (() => HttpAnswer | Promise<HttpAnswer>)>()
  onTrade: (() => void) | null = null
  readonly feed

  constructor(venue: Venue, settings: Partial<FeedTiming> = {}, more: Partial<FeedOptions> = {}) {
    const listener: FeedListener = {
      trades: heard((market, id, price, qty, side, time, receivedAt, extra) => {
        this.trades.push({ market, id, price, qty, side, time, receivedAt, extra })
        this.onTrade?.()
      }),
      changed: () => {
        this.changes += 1
      },
      newest: (...row) => void this.newest.push(row),
      began: (market) => {
        this.began.push(market)
        this.story.push(`${market} began`)
      },
      broken: (market, cause) => {
        this.broken.push(market)
        this.story.push(`${market} ${cause}`)
      },
    }
    this.feed = createFeed({
      venue,
      listener,
      address: { ws: 'ws://venue.test', rest: 'http://venue.test' },
      clock: this.clock,
      random: () => 0.5,
      connect: this.connect,
      fetchJson: this.fetchJson,
      log: this.#logger(),
      settings,
      ...more,
    })
  }

  readonly connect: Connect = (url, events) => {
    const socket = new FakeSocket(url, events, this.clock)
    this.sockets.push(socket)
    return {
      send: (text) => void socket.sent.push(text),
      ping: () => {
        socket.pings += 1
      },
      close: async () => {
        socket.closed = true
      },
    }
  }

  readonly fetchJson: FetchJson = async (url) => {
    const path = url.replace('http://venue.test', '')
    this.fetched.push(path)
    for (const [start, answer] of this.answers) {
      if (!path.startsWith(start)) continue
      if (typeof answer === 'function') return answer()
      return { status: 200, retryAfter: null, text: JSON.stringify(answer) }
    }
    throw new Error('connect ECONNREFUSED')
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1)
    if (socket === undefined) throw new Error('no socket was opened')
    return socket
  }

  state(): string {
    return this.feed.status().state
  }

  marketStates(): Record<string, string> {
    return Object.fromEntries(
      this.feed.markets().map(({ market, state }) => [market.symbol, state]),
    )
  }

  #logger(): Logger {
    const at =
      (level: string) =>
      (event: string, fields: LogFields = {}) =>
        void this.logs.push({ level, event, fields })
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  }
}

/** A market as the venue's usual spelling makes it. */
export function marketOf(venue: Venue, symbol: string): Market {
  const [base = '', quote = ''] = symbol.split('-')
  return {
    id: `${venue.id}:${symbol}` as Market['id'],
    venue: venue.id,
    symbol,
    base,
    quote,
    venueSymbol: venue.spell(base, quote),
    tickSize: '',
    lotSize: '',
  }
}
