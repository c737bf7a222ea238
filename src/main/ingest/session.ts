import type { VenueState } from '../../shared/contract/status.ts'
import type { GapCause } from '../../shared/domain/ledger.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { Backoff } from './backoff.ts'
import { Connection } from './connection.ts'
import type { ConnectionEnd } from './connection-events.ts'
import type { Hold } from './gateway.ts'
import { Handover, type Successor } from './handover.ts'
import type { SessionDeps, SessionEvents } from './session-events.ts'
import { StatusBoard } from './status-board.ts'
import type { SessionStatus } from './venue-state.ts'

/** Longest pause between two attempts right after a wake, milliseconds. */
const EAGER_MS = 500
/** The first attempts come soon one after the other: within half a minute or so. */
const KEEN = { tries: 10, capMs: 3_000 }
/** A limit that holds us up no longer is not worth a word, milliseconds. */
const BRIEF_MS = 2_000

/**
 * Keeps one socket up while any symbol is wanted on it. A socket that ends is replaced after a
 * growing pause. One that is about to end, or whose markets are silent, gets a successor first, and
 * both run until the successor has every subscription, so that nothing is lost in between.
 */
export class Session {
  readonly #deps: SessionDeps
  readonly #events: SessionEvents
  readonly #backoff: Backoff
  readonly #handover: Handover
  readonly #board: StatusBoard
  readonly #wanted = new Set<string>()
  #current: Connection | null = null
  #wait: {
    readonly cancel: () => void
    readonly state: VenueState
    readonly firm: boolean
  } | null = null
  #running = false
  #failed = false
  /** Attempts in a row that confirmed nothing. */
  #fruitless = 0
  /** Until then attempts follow each other quickly; and whether the machine had slept. */
  #eager = { until: 0, slept: false }

  constructor(deps: SessionDeps, events: SessionEvents) {
    this.#deps = deps
    this.#events = events
    const { backoffBaseMs: baseMs, backoffCapMs: capMs, livedMs } = deps.timing
    this.#backoff = new Backoff({ baseMs, capMs, livedMs, keen: KEEN }, deps.random)
    this.#board = new StatusBoard(deps.clock, events.changed)
    this.#handover = new Handover(deps, {
      open: () => this.#open(),
      current: () => this.#current,
      takeOver: (successor) => this.#takeOver(successor),
      changed: () => this.#publish(this.#board.reason),
    })
  }

  start(): void {
    this.#running = !this.#board.stopped
    this.#connectIfWanted()
  }

  add(symbol: string): void {
    if (this.#board.stopped) return
    this.#wanted.add(symbol)
    this.#current?.want(symbol)
    this.#handover.successor?.want(symbol)
    this.#connectIfWanted()
  }

  remove(symbol: string): void {
    if (!this.#wanted.delete(symbol)) return
    this.#drop(symbol)
  }

  /** Attempts in a row that confirmed nothing; the one under way does not count. */
  get fruitless(): number {
    return this.#fruitless
  }

  get wanted(): ReadonlySet<string> {
    return this.#wanted
  }

  /** The symbol is subscribed, but silent for longer than is usual for it. */
  isDoubtful(symbol: string): boolean {
    return this.#current?.isDoubtful(symbol) === true
  }

  /** Ends a pause now, goes on after giving up, and replaces a socket that brings nothing. */
  retry(): void {
    if (this.#failed || this.#wait !== null) {
      this.#failed = false
      this.#board.forgetAttempts()
      this.#connectNow()
    } else if (this.#board.state === 'stale')
      this.#handover.prepare('connecting again on request', 'all')
  }

  /** The settings changed: what had given up may have attempts left. */
  reconsider(): void {
    const most = this.#deps.maxAttempts()
    if (!this.#failed || (most !== null && this.#board.attempt >= most)) return
    this.#failed = false
    this.#connectNow()
  }

  /** See `Feed.wake`; `slept`: what breaks now broke because the machine was asleep. */
  wake(slept: boolean): void {
    if (!this.#running || this.#failed) return
    const { clock, timing } = this.#deps
    const before = this.#eager.until > clock.monotonic() && this.#eager.slept
    this.#eager = { until: clock.monotonic() + timing.wakeMs, slept: slept || before }
    this.#backoff.reset()
    if (this.#wait !== null) this.#connectNow()
    else this.#current?.probe(timing.wakeProbeMs)
    this.#handover.successor?.probe(timing.wakeProbeMs)
  }

  status(): SessionStatus {
    const { opened, openNow: sockets } = this.#handover.counts
    return { ...this.#board.status, reconnects: Math.max(0, opened - 1), sockets }
  }

  /** No event comes after the call; resolves when the sockets are gone. */
  async stop(): Promise<void> {
    this.#running = false
    this.#board.stop()
    this.#rest()
    await this.#handover.closed()
  }

  #connectNow(): void {
    // A pause that the venue asked for is nobody's to cut short.
    if (this.#wait?.firm === true && this.#deps.gateway.hold()?.firm === true) return
    this.#endWait()
    this.#connectIfWanted()
    this.#publish()
  }

  #connectIfWanted(): void {
    const busy = this.#current !== null || this.#wait !== null || this.#failed
    if (!this.#running || busy || this.#wanted.size === 0) return
    const hold = this.#deps.gateway.hold()
    if (hold !== undefined) {
      this.#pause(hold.ms, hold.reason, hold)
      return
    }
    this.#board.attempted()
    this.#current = this.#open()
    this.#publish(this.#board.reason)
  }

  #open(): Connection {
    const { gateway } = this.#deps
    const connection: Connection = new Connection(this.#deps, gateway.take(), this.#wanted, {
      prints: this.#events.prints,
      newest: this.#events.newest,
      pong: this.#events.pong,
      opened: () => {
        gateway.opened()
        this.#handover.opened(connection)
        this.#publish(this.#board.reason)
      },
      looked: () => this.#publish(this.#board.reason),
      confirmed: (symbol) => this.#confirmed(connection, symbol),
      refused: (symbol, reason) => this.#refused(symbol, reason),
      closing: (reason) => {
        // A venue that says goodbye at once, again and again, is left to the backoff.
        if (connection === this.#current && this.#lived(connection) >= this.#deps.timing.livedMs)
          this.#handover.prepare(reason, 'none')
      },
      overdue: (symbols) => {
        if (connection === this.#current)
          this.#handover.prepare('markets are silent for longer than ever', symbols)
      },
      ended: (end) => this.#ended(connection, end),
    })
    return connection
  }

  #confirmed(connection: Connection, symbol: string): void {
    if (connection === this.#current) {
      this.#fruitless = 0
      this.#events.confirmed(symbol)
    }
    this.#handover.ifReady()
    this.#publish(this.#board.reason)
  }

  #refused(symbol: string, reason: string): void {
    if (!this.#wanted.delete(symbol)) return
    this.#events.refused(symbol, reason)
    this.#drop(symbol)
  }

  /** What is no longer wanted; the last one takes the socket with it. */
  #drop(symbol: string): void {
    this.#deps.paces.forget(symbol)
    this.#current?.drop(symbol)
    this.#handover.successor?.drop(symbol)
    if (this.#wanted.size === 0) {
      this.#rest()
      this.#failed = false
      this.#publish()
    }
    this.#handover.ifReady()
  }

  /** The successor goes on; what it does not carry on, or what is in doubt, is broken off. */
  #takeOver({ connection, old, doubted, cause }: Successor & { readonly old: Connection }): void {
    const before = old.confirmed()
    this.#current = connection
    const isDoubted = (symbol: string) => doubted === 'all' || doubted.includes(symbol)
    const isBroken = (symbol: string) => isDoubted(symbol) || !connection.isConfirmed(symbol)
    for (const symbol of before)
      if (isBroken(symbol)) this.#break(symbol, isDoubted(symbol) ? 'stall' : cause)
    for (const symbol of connection.confirmed())
      if (isDoubted(symbol) || !before.includes(symbol)) this.#events.confirmed(symbol)
  }

  #ended(connection: Connection, end: ConnectionEnd): void {
    const { log, venue, gateway, clock } = this.#deps
    log.info('socket-ended', { venue: venue.id, reason: end.reason })
    const eager = clock.monotonic() < this.#eager.until
    if (connection.openedAt === null && !(eager && end.refusal === undefined))
      gateway.failed(connection.url, end.refusal)
    const passed = this.#handover.ended(connection, this.#cause(end))
    if (passed) this.#publish(end.reason)
    if (passed || connection !== this.#current) return
    this.#current = null
    this.#handover.dismiss()
    const [cause, confirmed] = [this.#cause(end), connection.confirmed()]
    if (confirmed.length === 0) this.#fruitless += 1
    const most = this.#deps.maxAttempts()
    const backoff = this.#backoff.next(this.#lived(connection))
    if (most !== null && this.#board.attempt >= most && confirmed.length === 0 && !eager)
      this.#failed = true
    else this.#pauseFor(eager ? Math.min(backoff, EAGER_MS) : backoff, end.reason)
    this.#handover.close(connection)
    for (const symbol of confirmed) this.#break(symbol, cause)
    if (this.#failed) this.#publish(`${end.reason}; given up after ${this.#board.attempt} attempts`)
  }

  #cause({ cause }: ConnectionEnd): GapCause {
    const { until, slept } = this.#eager
    return slept && this.#deps.clock.monotonic() < until ? 'asleep' : cause
  }

  #break(symbol: string, cause: GapCause): void {
    if (cause !== 'stall') this.#deps.paces.of(symbol).broke()
    this.#events.broken(symbol, cause)
  }

  #pauseFor(ms: number, reason: string): void {
    const hold = this.#deps.gateway.hold()
    if (hold === undefined || hold.ms <= Math.max(ms, BRIEF_MS))
      this.#pause(Math.max(ms, hold?.ms ?? 0), reason)
    else this.#pause(hold.ms, hold.reason, hold)
  }

  #pause(ms: number, reason: string, hold?: Hold): void {
    const cancel = this.#deps.clock.after(ms, () => {
      this.#wait = null
      this.#connectIfWanted()
    })
    const state = hold === undefined ? 'waiting' : 'blocked'
    this.#wait = { cancel, state, firm: hold?.firm === true }
    this.#publish(reason, this.#deps.clock.now() + Math.ceil(ms))
  }

  #lived({ openedAt }: Connection): number {
    return openedAt === null ? 0 : this.#deps.clock.monotonic() - openedAt
  }

  #rest(): void {
    this.#endWait()
    this.#handover.dismiss()
    if (this.#current !== null) this.#handover.close(this.#current)
    this.#current = null
    this.#handover.closeLingering()
  }

  #endWait(): void {
    this.#wait?.cancel()
    this.#wait = null
  }

  #state(): VenueState {
    if (!this.#running || this.#wanted.size === 0) return 'idle'
    if (this.#failed) return 'failed'
    if (this.#current === null) return this.#wait?.state ?? 'connecting'
    const activity = this.#current.activity() ?? 'connecting'
    return this.#handover.isDoubted && activity !== 'connecting' ? 'stale' : activity
  }

  #publish(reason?: string, nextAttemptAt?: number): void {
    const at = this.#wait === null ? undefined : (nextAttemptAt ?? this.#board.nextAttemptAt)
    this.#board.publish(this.#state(), reason, at === undefined ? undefined : epochMs(at))
  }
}
