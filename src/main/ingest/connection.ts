import type { TakerSide } from '../../shared/domain/trade.ts'
import type { Clock, Logger } from '../ports.ts'
import type { FrameSink, TradeExtra, Venue } from '../venues/venue.ts'
import type { FrameReader } from './frame-reader.ts'
import type { Connect, Socket } from './socket.ts'
import { Subscriptions } from './subscriptions.ts'
import type { FeedTiming } from './timing.ts'
import { type Activity, type TradePatience, Watchdog } from './watchdog.ts'

/** What a connection needs and shares with those before and after it. */
export interface ConnectionDeps {
  readonly venue: Venue
  readonly url: string
  readonly clock: Clock
  readonly connect: Connect
  readonly log: Logger
  readonly timing: FeedTiming
  readonly reader: FrameReader
  readonly patience: TradePatience
}

/** What one connection tells its session. Nothing comes after `ended` or after `close()`. */
export interface ConnectionEvents {
  trade(
    symbol: string,
    id: string,
    price: string,
    qty: string,
    side: TakerSide,
    time: number,
    receivedAt: number,
    extra: TradeExtra | undefined,
  ): void
  newest(symbol: string, seq: number, time: number): void
  confirmed(symbol: string): void
  refused(symbol: string, reason: string): void
  opened(): void
  /** `activity` may have changed. */
  looked(): void
  /** Better replaced while it lasts: the venue will close it, or it brings no trades. */
  replace(reason: string, cause: 'closing' | 'tradeless'): void
  ended(reason: string): void
}

/** One socket's life: opens, subscribes in batches, answers and probes, and ends once. */
export class Connection {
  readonly #deps: ConnectionDeps
  readonly #events: ConnectionEvents
  readonly #subscriptions: Subscriptions
  readonly #watchdog: Watchdog
  readonly #socket: Socket
  readonly #sink: FrameSink
  readonly #timers = new Set<() => void>()
  #pumping = false
  #receivedAt = 0
  /** Monotonic time of the frame being read. */
  #frameAt = 0
  #over = false
  /** When the socket opened, monotonic milliseconds. */
  openedAt: number | null = null

  constructor(deps: ConnectionDeps, wanted: Iterable<string>, events: ConnectionEvents) {
    const { venue, clock, timing } = deps
    this.#deps = deps
    this.#events = events
    this.#subscriptions = new Subscriptions(
      {
        symbolsPerRequest: venue.stream.limits.symbolsPerRequest,
        answersEachSymbol: venue.stream.acknowledges === 'symbol',
      },
      wanted,
    )
    const silenceMs = venue.stream.limits.silenceMs
    this.#watchdog = new Watchdog(silenceMs, timing, deps.patience, clock.monotonic())
    this.#sink = this.#createSink()
    this.#after(timing.connectMs, () => {
      if (this.openedAt === null) this.#end(`no connection within ${seconds(timing.connectMs)}`)
    })
    this.#socket = deps.connect(deps.url, {
      opened: () => this.#opened(),
      frame: (text, receivedAt) => this.#frame(text, receivedAt),
      alive: () => this.#watchdog.traffic(clock.monotonic()),
      closed: (reason) => this.#end(reason),
    })
  }

  isConfirmed(symbol: string): boolean {
    return this.#subscriptions.isConfirmed(symbol)
  }

  confirmed(): readonly string[] {
    return this.#subscriptions.confirmed()
  }

  /** How the socket looks now; `undefined` until it is open and something is confirmed. */
  activity(): Activity | undefined {
    return this.openedAt === null || this.confirmed().length === 0
      ? undefined
      : this.#watchdog.activity(this.#deps.clock.monotonic())
  }

  want(symbol: string): void {
    this.#subscriptions.want(symbol)
    this.#pumpSoon(0)
  }

  drop(symbol: string): void {
    this.#subscriptions.drop(symbol)
    this.#pumpSoon(0)
  }

  /** Ends it from our side, without a word to the session. */
  close(): Promise<void> {
    this.#finish()
    return this.#socket.close()
  }

  #opened(): void {
    if (this.#over) return
    const { clock, timing, venue } = this.#deps
    this.openedAt = clock.monotonic()
    this.#watchdog.traffic(this.openedAt)
    if (venue.stream.ping !== null) this.#every(venue.stream.ping.everyMs, () => this.#ping())
    this.#every(timing.lookMs, () => this.#look())
    this.#pump()
    this.#events.opened()
  }

  #frame(text: string, receivedAt: number): void {
    if (this.#over) return
    this.#frameAt = this.#deps.clock.monotonic()
    this.#watchdog.traffic(this.#frameAt)
    this.#receivedAt = receivedAt
    this.#deps.reader.read(text, receivedAt, this.#sink)
  }

  #createSink(): FrameSink {
    return {
      trade: (symbol, id, price, qty, side, time, extra) => {
        if (this.#over) return
        if (extra?.snapshot !== true) this.#watchdog.trade(this.#frameAt)
        if (this.#subscriptions.traded(symbol)) this.#confirmed(symbol)
        this.#events.trade(symbol, id, price, qty, side, time, this.#receivedAt, extra)
      },
      newest: (symbol, seq, time) => {
        if (!this.#over) this.#events.newest(symbol, seq, time)
      },
      ready: () => {},
      accepted: (request, symbols) => {
        for (const symbol of this.#subscriptions.accepted(request, symbols)) this.#confirmed(symbol)
        this.#pumpSoon(0)
      },
      refused: (reason, symbols, request) => this.#refused(reason, symbols, request),
      pong: () => {},
      reply: (frame) => this.#socket.send(frame),
      closing: (reason) => {
        if (!this.#over) this.#events.replace(reason, 'closing')
      },
    }
  }

  #confirmed(symbol: string): void {
    if (this.#over) return
    this.#watchdog.subscribed(this.#deps.clock.monotonic())
    this.#events.confirmed(symbol)
  }

  #refused(reason: string, symbols?: readonly string[], request?: string): void {
    if (this.#over) return
    const refusals = this.#subscriptions.refused(reason, symbols, request)
    if (refusals.length === 0)
      this.#deps.log.info('request-refused', { venue: this.#deps.venue.id, reason })
    for (const refusal of refusals) this.#events.refused(refusal.symbol, refusal.reason)
    this.#pumpSoon(0)
  }

  /** Sends what is to be sent, one frame per pause. */
  #pump(): void {
    if (this.#over || this.openedAt === null || this.#pumping) return
    const { venue, clock } = this.#deps
    const next = this.#subscriptions.next(clock.monotonic())
    if (next === undefined) return
    this.#socket.send(
      next.op === 'subscribe'
        ? venue.stream.subscribe(next.symbols, next.request, clock.now())
        : venue.stream.unsubscribe(next.symbols, next.request, clock.now()),
    )
    this.#pumpSoon(venue.stream.limits.requestPauseMs)
  }

  /** A pause of nothing still lets everything that is asked for at one time go in one frame. */
  #pumpSoon(pauseMs: number): void {
    if (this.#pumping || this.openedAt === null) return
    this.#pumping = true
    this.#after(pauseMs, () => {
      this.#pumping = false
      this.#pump()
    })
  }

  #ping(): void {
    const ping = this.#deps.venue.stream.ping
    if (ping === null || ping.frame === 'protocol') this.#socket.ping()
    else this.#socket.send(ping.frame(this.#subscriptions.nextNumber(), this.#deps.clock.now()))
  }

  #look(): void {
    const { clock, timing, venue } = this.#deps
    const now = clock.monotonic()
    const expired = this.#subscriptions.expire(now, timing.answerMs)
    const limitMs = this.#deps.patience.limitMs
    const verdict = this.#watchdog.look(now)
    if (expired === 'again') this.#pumpSoon(0)
    if (expired === 'stuck') this.#end('requests to subscribe are not answered')
    else if (verdict === 'dead')
      this.#end(`nothing came for ${seconds(venue.stream.limits.silenceMs + timing.probeMs)}`)
    else if (verdict === 'tradeless')
      this.#events.replace(`no trade for ${seconds(limitMs)}`, 'tradeless')
    else if (verdict === 'probe') this.#ping()
    if (!this.#over) this.#events.looked()
  }

  #end(reason: string): void {
    if (this.#over) return
    this.#finish()
    void this.#socket.close()
    this.#events.ended(reason)
  }

  #finish(): void {
    this.#over = true
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
  }

  #after(ms: number, run: () => void): void {
    const cancel = this.#deps.clock.after(ms, () => {
      this.#timers.delete(cancel)
      run()
    })
    this.#timers.add(cancel)
  }

  #every(ms: number, run: () => void): void {
    this.#timers.add(this.#deps.clock.every(ms, run))
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`
