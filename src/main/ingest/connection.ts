import { Prints } from '../../shared/domain/prints.ts'
import type { FrameSink } from '../venues/venue.ts'
import type { ConnectionDeps, ConnectionEnd, ConnectionEvents } from './connection-events.ts'
import { ControlLine } from './control-line.ts'
import { RequestTimes } from './request-times.ts'
import { SeenSymbols } from './seen-symbols.ts'
import type { Socket } from './socket.ts'
import { type Answer, Subscriptions } from './subscriptions.ts'
import { type Activity, Watchdog } from './watchdog.ts'

/** One socket's life: opens, subscribes in batches, answers and probes, and ends once. */
export class Connection {
  readonly #deps: ConnectionDeps
  readonly #events: ConnectionEvents
  readonly #subscriptions: Subscriptions
  readonly #watchdog: Watchdog
  readonly #line: ControlLine
  readonly #socket: Socket
  readonly #times: RequestTimes
  readonly #sink: FrameSink
  readonly #timers = new Set<() => void>()
  #receivedAt = 0
  /** Monotonic time of the chunk being read. */
  #frameAt = 0
  /** Frames of one chunk are coming. */
  #inChunk = false
  /** The clock was read for this chunk. */
  #stamped = false
  readonly #prints = new Prints()
  readonly #seen = new SeenSymbols()
  #over = false
  #ready: boolean
  #announced = false
  /** The address that was opened, as it was asked for. */
  readonly url: string
  /** When the socket opened, monotonic milliseconds. */
  openedAt: number | null = null

  constructor(
    deps: ConnectionDeps,
    url: string,
    wanted: Iterable<string>,
    events: ConnectionEvents,
  ) {
    const { venue, clock, timing } = deps
    const { stream } = venue
    this.#deps = deps
    this.#events = events
    this.url = url
    this.#ready = stream.waitsForReady !== true
    this.#times = new RequestTimes(clock)
    this.#subscriptions = new Subscriptions(
      {
        symbolsPerRequest: stream.limits.symbolsPerRequest,
        acknowledges: stream.acknowledges,
        ...(stream.replaces === true && { replaces: true }),
      },
      wanted,
    )
    const { silenceMs } = stream.limits
    this.#watchdog = new Watchdog(silenceMs, timing, deps.paces, clock.monotonic())
    this.#line = new ControlLine({
      limits: stream.limits,
      clock,
      after: (ms, run) => this.#after(ms, run),
      sendRequest: () => this.#sendRequest(),
    })
    this.#sink = this.#createSink()
    this.hurry(timing.connectMs)
    this.#socket = deps.dial(url, {
      opened: () => this.#opened(),
      chunk: (open) => {
        this.#inChunk = open
        if (!open) this.#chunkRead()
      },
      frame: (chunk, from, to, receivedAt) => this.#frame(chunk, from, to, receivedAt),
      garbled: (reason, excerpt, receivedAt) => {
        if (this.#over) return
        this.#watchdog.traffic(clock.monotonic())
        deps.reader.garbled(reason, excerpt, receivedAt)
      },
      alive: () => this.#watchdog.traffic(clock.monotonic()),
      closed: (reason, refusal) => {
        const cause = this.openedAt === null || this.#announced ? 'outage' : 'disconnect'
        this.#end({ reason, cause, refusal })
      },
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

  /** The market is silent for longer than is usual for it. */
  isDoubtful(symbol: string): boolean {
    return this.#watchdog.isDoubtful(symbol, this.#deps.clock.monotonic())
  }

  want(symbol: string): void {
    this.#subscriptions.want(symbol)
    if (this.openedAt !== null) this.#line.soon()
  }

  drop(symbol: string): void {
    this.#subscriptions.drop(symbol)
    this.#watchdog.unsubscribed(symbol)
    if (this.openedAt !== null) this.#line.soon()
  }

  /** Must open within `withinMs`, or it is given up. */
  hurry(withinMs: number): void {
    this.#after(withinMs, () => {
      if (this.openedAt !== null && this.#ready) return
      const what = this.openedAt === null ? 'connection' : 'welcome'
      this.#end({ reason: `no ${what} within ${seconds(withinMs)}`, cause: 'outage' })
    })
  }

  /** Must show a sign of life within `withinMs`. */
  probe(withinMs: number): void {
    if (this.openedAt === null) {
      this.hurry(withinMs)
      return
    }
    this.#watchdog.probed(this.#deps.clock.monotonic(), withinMs)
    this.#ping()
    this.#after(withinMs, () => this.#look())
  }

  /** Ends it from our side, without a word to the session. */
  close(): Promise<void> {
    this.#fold()
    this.#finish()
    return this.#socket.close()
  }

  #opened(): void {
    if (this.#over) return
    const { clock, timing, venue } = this.#deps
    this.openedAt = clock.monotonic()
    this.#watchdog.traffic(this.openedAt)
    const { ping, hello } = venue.stream
    if (ping !== null) this.#every(ping.everyMs, () => this.#ping())
    this.#every(timing.lookMs, () => this.#look())
    if (hello !== undefined)
      this.#line.urgent(() => {
        const request = this.#number()
        this.#socket.send(hello(request))
      })
    this.#line.pump()
    this.#events.opened()
  }

  #frame(chunk: Buffer, from: number, to: number, receivedAt: number): void {
    if (this.#over) return
    if (!this.#stamped) {
      this.#stamped = true
      this.#frameAt = this.#deps.clock.monotonic()
      this.#watchdog.traffic(this.#frameAt)
    }
    this.#receivedAt = receivedAt
    this.#deps.reader.read(chunk, from, to, receivedAt, this.#prints, this.#sink)
    if (!this.#inChunk) this.#chunkRead()
  }

  #chunkRead(): void {
    this.#fold()
    this.#stamped = false
  }

  /** Hands on what was printed so far: at the end of a chunk, and before anything that trades come before. */
  #fold(): void {
    const prints = this.#prints
    if (prints.count === 0) return
    if (!this.#over)
      this.#deps.reader.fold(this.#frameAt, this.#receivedAt, () => {
        this.#noticeMarkets(prints)
        if (!this.#over) this.#events.prints(prints, this.#receivedAt)
      })
    prints.clear()
  }

  /** Tells the watchdog and the subscriptions which markets traded, each once a chunk. */
  #noticeMarkets(prints: Prints): void {
    const seen = this.#seen
    seen.read(prints, this.#deps.symbols.size)
    for (let each = 0; each < seen.count; each += 1) {
      const symbol = this.#deps.symbols.name(seen.symbol(each))
      const live = seen.lastLive(each)
      if (live >= 0) this.#watchdog.trade(symbol, this.#frameAt, () => prints.numberAt(live))
      if (this.#subscriptions.traded(symbol)) this.#confirmed(symbol)
      if (this.#over) return
    }
  }

  #createSink(): FrameSink {
    return {
      trade: (symbol, id, price, qty, side, time, extra) => {
        const index = this.#deps.symbols.find(symbol)
        if (index >= 0) this.#prints.add(index, { id, price, qty, side, time, extra })
      },
      newest: (symbol, seq, time) => {
        this.#fold()
        if (this.#over) return
        this.#watchdog.newest(symbol, seq, this.#frameAt)
        this.#events.newest(symbol, seq, time)
      },
      ready: () => {
        this.#ready = true
        if (!this.#over) this.#line.pump()
      },
      accepted: (request, symbols) => {
        this.#fold()
        this.#answered(this.#subscriptions.accepted(request, symbols))
      },
      refused: (reason, symbols, request) => {
        this.#fold()
        this.#refused(reason, symbols, request)
      },
      pong: (clock) => {
        const sample = clock && this.#times.sample(clock, this.#frameAt)
        if (sample !== undefined && !this.#over) this.#events.pong(sample)
      },
      reply: (frame) => {
        if (!this.#over) this.#line.urgent(() => this.#socket.send(frame))
      },
      closing: (reason) => {
        this.#fold()
        this.#announced = true
        if (!this.#over) this.#events.closing(reason)
      },
    }
  }

  #answered({ confirmed, refused }: Answer): void {
    for (const symbol of confirmed) this.#confirmed(symbol)
    for (const { symbol, reason } of refused) if (!this.#over) this.#events.refused(symbol, reason)
    if (!this.#over) this.#line.soon()
  }

  #confirmed(symbol: string): void {
    if (this.#over) return
    this.#watchdog.subscribed(symbol, this.#deps.clock.monotonic())
    this.#events.confirmed(symbol)
  }

  #refused(reason: string, symbols?: readonly string[], request?: string): void {
    if (this.#over) return
    const refused = this.#subscriptions.refused(reason, symbols, request)
    if (refused.length === 0)
      this.#deps.log.info('request-refused', { venue: this.#deps.venue.id, reason })
    this.#answered({ confirmed: [], refused })
  }

  /** Sends the next request to subscribe or to unsubscribe, if there is one and it may be sent. */
  #sendRequest(): boolean {
    if (this.#over || this.openedAt === null || !this.#ready) return false
    const { venue, clock } = this.#deps
    const next = this.#subscriptions.next(clock.monotonic())
    if (next === undefined) return false
    const frame = venue.stream[next.op](next.symbols, next.request, clock.now())
    this.#times.sent(next.request)
    this.#socket.send(frame)
    // Where nothing is acknowledged, the answer to a ping shows at least that the socket lives.
    if (venue.stream.acknowledges === 'silent') this.#line.urgent(() => this.#socket.ping())
    return true
  }

  #ping(): void {
    const ping = this.#deps.venue.stream.ping
    this.#line.urgent(() => {
      if (ping === null || ping.frame === 'protocol') return this.#socket.ping()
      const request = this.#number()
      this.#socket.send(ping.frame(request, this.#deps.clock.now()))
    })
  }

  #number(): number {
    const request = this.#subscriptions.nextNumber()
    this.#times.sent(request)
    return request
  }

  #look(): void {
    if (this.#over) return
    const { clock, timing } = this.#deps
    const now = clock.monotonic()
    const heard = (since: number) => this.#watchdog.heardSince(since)
    for (const symbol of this.#subscriptions.assume(now, timing.silentMs, heard))
      this.#confirmed(symbol)
    const expired = this.#subscriptions.expire(now, timing.answerMs)
    if (expired === 'again') this.#line.soon()
    if (expired === 'stuck')
      this.#end({ reason: 'requests to subscribe are not answered', cause: 'stall' })
    if (this.#over) return
    const verdict = this.#watchdog.look(now)
    const silent = `nothing came for ${seconds(now - this.#watchdog.trafficAt)}`
    if (verdict === 'dead') this.#end({ reason: silent, cause: 'stall' })
    if (this.#over) return
    if (verdict === 'probe') this.#ping()
    const overdue = this.#watchdog.overdue(now)
    if (overdue.length > 0) this.#events.overdue(overdue)
    if (!this.#over) this.#events.looked()
  }

  #end(end: ConnectionEnd): void {
    if (this.#over) return
    this.#finish()
    void this.#socket.close()
    this.#events.ended(end)
  }

  #finish(): void {
    this.#over = true
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
  }

  #after(ms: number, run: () => void): () => void {
    const cancel = this.#deps.clock.after(ms, () => {
      this.#timers.delete(leave)
      run()
    })
    const leave = (): void => {
      this.#timers.delete(leave)
      cancel()
    }
    this.#timers.add(leave)
    return leave
  }

  #every(ms: number, run: () => void): void {
    this.#timers.add(this.#deps.clock.every(ms, run))
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`
