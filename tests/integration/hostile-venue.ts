import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { WebSocket, WebSocketServer } from 'ws'
import type { Feed, FeedStatus } from '../../src/main/ingest/feed.ts'
import { createFeed } from '../../src/main/ingest/feed-session.ts'
import { fetchJson } from '../../src/main/ingest/fetch-json.ts'
import { connectWebSocket } from '../../src/main/ingest/ws-connect.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import type { RestCall, Venue } from '../../src/main/venues/venue.ts'
import { heard } from '../unit/ingest/print-kit.ts'
import { fixture, listed } from '../venues/reading.ts'
import { type HostileDialect, hostileDialects } from './hostile-dialects.ts'

/** A trade as the feed handed it over. */
export interface Got {
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly side: string
  readonly time: number
}

const DEADLINE_MS = 5_000
/** A sign of life, so that a feed that waits for its turn is not taken for dead. */
const ALIVE_MS = 1_000
/**
 * The tests break the connection more often than a venue allows, and a market that was busy falls silent
 * while the others have their turn: paces are another test's.
 */
const TIMING = {
  ...{ backoffBaseMs: 5, backoffCapMs: 20 },
  ...{ quietMs: 600_000, noTradeMs: 600_000, noTradeFloorMs: 600_000 },
}

/** A venue's server that sends anything at all, and a real feed that listens to it. */
export class HostileVenue {
  readonly venue: Venue
  readonly dialect: HostileDialect
  readonly symbol: string
  readonly trades: Got[] = []
  /** Payloads of the protocol pongs that came back. */
  readonly pongs: string[] = []
  /** What the feed logged, so that a failing test can tell why. */
  readonly logged: string[] = []
  readonly #keep = (event: string, fields: object = {}): void =>
    void this.logged.push(`${event} ${JSON.stringify(fields).slice(0, 300)}`)
  readonly #feed: Feed
  readonly #server: Server
  readonly #sockets: WebSocketServer
  #raw: Duplex | null = null
  #socket: WebSocket | null = null
  /** Sockets on which the market was asked for. */
  subscribed = 0
  readonly #looks = new Set<() => void>()

  private constructor(venue: Venue, server: Server) {
    const dialect = hostileDialects[venue.id]
    if (dialect === undefined) throw new Error(`hostile-dialects.ts says nothing about ${venue.id}`)
    this.venue = venue
    this.dialect = dialect
    this.#server = server
    const market = listed(venue).find(({ contractSize }) => contractSize === undefined)
    if (market === undefined) throw new Error(`${venue.id} lists no market in base units`)
    this.symbol = market.venueSymbol
    this.#sockets = new WebSocketServer({ server })
    this.#sockets.on('connection', (socket, request) => this.#joined(socket, request))
    server.on('request', (request, response) => void this.#answer(request, response))
    const { port } = server.address() as AddressInfo
    const { connects: _, ...limits } = venue.stream.limits
    this.#feed = createFeed({
      venue: { ...venue, stream: { ...venue.stream, limits } },
      address: { ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` },
      listener: {
        trades: heard((_market, id, price, qty, side, time) => {
          this.trades.push({ id, price, qty, side, time })
          this.#happened()
        }),
        changed: () => this.#happened(),
        newest: () => {},
        began: () => this.#happened(),
        broken: () => {},
      },
      clock: systemClock,
      random: () => 0.5,
      connect: connectWebSocket,
      fetchJson,
      log: { debug: () => {}, info: this.#keep, warn: this.#keep, error: this.#keep },
      settings: TIMING,
    })
    this.#feed.start()
    this.#feed.watch(market)
  }

  static async start(venue: Venue): Promise<HostileVenue> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const hostile = new HostileVenue(venue, server)
    await hostile.until('the first subscription', () => hostile.subscribed === 1)
    return hostile
  }

  async close(): Promise<void> {
    await this.#feed.stop()
    this.#sockets.close()
    this.#server.closeAllConnections()
    this.#server.close()
  }

  status(): FeedStatus {
    return this.#feed.status()
  }

  /** As the venue sends its frames: compressed, or binary where it is known to be. */
  wrapped(text: string): Buffer {
    return this.venue.stream.frames === 'gzip' ? gzipSync(text) : Buffer.from(text)
  }

  text(text: string): void {
    this.#open().send(text)
  }

  binary(bytes: Buffer): void {
    this.#open().send(bytes, { binary: true })
  }

  /** One message in so many frames, with a protocol ping between any two. */
  fragments(bytes: Buffer, parts: number): void {
    const socket = this.#open()
    const step = Math.max(1, Math.ceil(bytes.length / parts))
    for (let at = 0; at === 0 || at < bytes.length; at += step) {
      const fin = at + step >= bytes.length
      socket.send(bytes.subarray(at, at + step), { binary: true, fin })
      if (!fin) socket.ping('between')
    }
  }

  ping(payload: Buffer): void {
    this.#open().ping(payload)
  }

  pong(payload: Buffer): void {
    this.#open().pong(payload)
  }

  /** Bytes as they are, in one packet. */
  raw(bytes: Buffer): void {
    this.#raw?.write(bytes)
  }

  /** Bytes beside all rules. The sockets that it ends are replaced: resolves once the next one stands. */
  async fatal(bytes: Buffer): Promise<void> {
    const next = this.subscribed + 1
    this.raw(bytes)
    await this.until('the next socket', () => this.subscribed === next)
  }

  until(what: string, isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const words = () =>
        `${this.venue.id}: not in time: ${what}; it logged:\n${this.logged.slice(-8).join('\n')}`
      const late = setTimeout(() => {
        this.#looks.delete(look)
        reject(new Error(words()))
      }, DEADLINE_MS)
      const look = (): void => {
        if (!isSo()) return
        clearTimeout(late)
        this.#looks.delete(look)
        resolve()
      }
      this.#looks.add(look)
      look()
    })
  }

  #open(): WebSocket {
    if (this.#socket?.readyState !== WebSocket.OPEN) throw new Error(`${this.venue.id} is cut off`)
    return this.#socket
  }

  #happened(): void {
    for (const look of [...this.#looks]) look()
  }

  #joined(socket: WebSocket, { socket: raw }: IncomingMessage): void {
    const { welcome } = this.dialect
    const alive = setInterval(() => socket.ping(), ALIVE_MS)
    socket.on('close', () => clearInterval(alive))
    socket.on('error', () => {})
    socket.on('pong', (payload) => {
      this.pongs.push(payload.toString('hex'))
      this.#happened()
    })
    socket.on('message', (data) => {
      const text = String(data)
      if (text === 'ping') return socket.send('pong')
      for (const answer of this.dialect.answers(JSON.parse(text))) {
        const frame = typeof answer === 'string' ? answer : JSON.stringify(answer)
        socket.send(this.venue.stream.frames === 'gzip' ? gzipSync(frame) : frame)
      }
      if (socket === this.#socket || !text.includes(this.#asAsked())) return
      this.#socket = socket
      this.#raw = raw
      this.subscribed += 1
      this.#happened()
    })
    if (welcome !== undefined) socket.send(welcome)
  }

  /** The symbol as it stands in requests: Binance wants small letters there. */
  #asAsked(): string {
    const request = this.venue.stream.subscribe([this.symbol], 1, systemClock.now())
    return request.includes(this.symbol) ? this.symbol : this.symbol.toLowerCase()
  }

  /** REST answers with the fixtures: the list, the time, a ticket; nothing else is asked for. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    const { rest, stream } = this.venue
    const calls: readonly (readonly [string, RestCall<never, unknown> | undefined])[] = [
      ['rest-instruments.json', rest.instruments],
      ...(rest.more ?? []).map((call, n) => [`rest-instruments-${n + 2}.json`, call] as const),
      ['rest-time.json', rest.serverTime],
      ['rest-ticket.json', stream.ticket],
    ]
    const none = undefined as never
    const found = calls.find(
      ([, call]) => call?.path(none) === request.url && (call?.body?.(none) ?? '') === body,
    )
    if (found === undefined) response.writeHead(404).end()
    else response.end(fixture(this.venue, found[0]))
  }
}
