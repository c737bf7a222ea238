import type { VenueState } from '../../shared/contract/status.ts'
import type { GapCause } from '../../shared/domain/ledger.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import { Backoff } from './backoff.ts'
import { Connection, type ConnectionDeps, type ConnectionEvents } from './connection.ts'

/** What a session tells its feed. Nothing comes after `stop()`. */
export interface SessionEvents
  extends Pick<ConnectionEvents, 'trade' | 'newest' | 'confirmed' | 'refused'> {
  /** A confirmed symbol's stream broke off, or may have: trades can be missing from here on. */
  broken(symbol: string, cause: GapCause): void
  changed(): void
}

export interface SessionStatus {
  readonly state: VenueState
  readonly since: EpochMs
  readonly reason?: string
  readonly attempt: number
  readonly nextAttemptAt?: EpochMs
  readonly reconnects: number
}

/**
 * Keeps one venue connected while any symbol is wanted. A socket that ends is replaced after a
 * growing pause. One that is about to end gets a successor first, and both run until the successor
 * has every subscription, so that nothing is lost in between.
 */
export class Session {
  readonly #deps: ConnectionDeps
  readonly #events: SessionEvents
  readonly #backoff: Backoff
  readonly #wanted = new Set<string>()
  readonly #closing = new Set<Promise<void>>()
  #current: Connection | null = null
  #successor: Successor | null = null
  #cancelWait: (() => void) | null = null
  #running = false
  #sockets = 0
  #status: Omit<SessionStatus, 'reconnects'>

  constructor(deps: ConnectionDeps, random: () => number, events: SessionEvents) {
    this.#deps = deps
    this.#events = events
    const { backoffBaseMs: baseMs, backoffCapMs: capMs, livedMs } = deps.timing
    this.#backoff = new Backoff({ baseMs, capMs, livedMs }, random)
    this.#status = { state: 'idle', since: deps.clock.now(), attempt: 0 }
  }

  start(): void {
    this.#running = this.#status.state !== 'stopped'
    this.#connectIfWanted()
  }

  add(symbol: string): void {
    if (this.#status.state === 'stopped') return
    this.#wanted.add(symbol)
    this.#current?.want(symbol)
    this.#successor?.connection.want(symbol)
    this.#connectIfWanted()
  }

  remove(symbol: string): void {
    if (!this.#wanted.delete(symbol)) return
    this.#current?.drop(symbol)
    this.#successor?.connection.drop(symbol)
    this.#restIfUnwanted()
    this.#handOverIfReady()
  }

  /** Ends a pause now, and replaces a socket that brings nothing. */
  retry(): void {
    if (this.#cancelWait !== null) {
      this.#endWait()
      this.#connectIfWanted()
    } else if (this.#status.state === 'stale') this.#prepare('connecting again on request', false)
  }

  status(): SessionStatus {
    return { ...this.#status, reconnects: Math.max(0, this.#sockets - 1) }
  }

  /** No event comes after the call; resolves when the sockets are gone. */
  async stop(): Promise<void> {
    this.#running = false
    this.#status = { state: 'stopped', since: this.#deps.clock.now(), attempt: 0 }
    this.#rest()
    await Promise.all(this.#closing)
  }

  #connectIfWanted(): void {
    const busy = this.#current !== null || this.#cancelWait !== null
    if (!this.#running || busy || this.#wanted.size === 0) return
    this.#status = { ...this.#status, attempt: this.#status.attempt + 1 }
    this.#current = this.#open()
    this.#publish(this.#status.reason)
  }

  #open(): Connection {
    const connection: Connection = new Connection(this.#deps, this.#wanted, {
      trade: this.#events.trade,
      newest: this.#events.newest,
      opened: () => {
        this.#sockets += 1
        this.#handOverIfReady()
        this.#publish(this.#status.reason)
      },
      looked: () => this.#publish(this.#status.reason),
      confirmed: (symbol) => {
        if (connection === this.#current) this.#events.confirmed(symbol)
        this.#handOverIfReady()
        this.#publish(this.#status.reason)
      },
      refused: (symbol, reason) => this.#refused(symbol, reason),
      replace: (reason, cause) => {
        if (connection === this.#current) this.#replace(connection, reason, cause)
      },
      ended: (reason) => {
        if (connection === this.#current) this.#ended(connection, reason)
        else this.#dismissSuccessor()
      },
    })
    return connection
  }

  #refused(symbol: string, reason: string): void {
    if (!this.#wanted.delete(symbol)) return
    this.#current?.drop(symbol)
    this.#successor?.connection.drop(symbol)
    this.#events.refused(symbol, reason)
    this.#restIfUnwanted()
    this.#handOverIfReady()
  }

  #replace(connection: Connection, reason: string, cause: 'closing' | 'tradeless'): void {
    // A venue that says goodbye at once, again and again, is left to the backoff.
    if (cause === 'closing' && this.#lived(connection) < this.#deps.timing.livedMs) return
    this.#prepare(reason, cause === 'closing')
  }

  /** Opens a second socket beside the first. `seamless`: the first one lost nothing until now. */
  #prepare(reason: string, seamless: boolean): void {
    if (this.#successor !== null || this.#current === null) return
    this.#deps.log.info('socket-replaced', { venue: this.#deps.venue.id, reason })
    const cancel = this.#deps.clock.after(this.#deps.timing.handoverMs, () =>
      this.#dismissSuccessor(),
    )
    this.#successor = { connection: this.#open(), seamless, cancel }
  }

  #handOverIfReady(): void {
    const [old, next] = [this.#current, this.#successor?.connection]
    if (old === null || next === undefined || next.openedAt === null) return
    if (old.confirmed().every((symbol) => next.isConfirmed(symbol))) this.#handOver(old)
  }

  /** The successor takes over; what it does not carry on is broken off. */
  #handOver(old: Connection): void {
    if (this.#successor === null) return
    const { connection, seamless, cancel } = this.#successor
    cancel()
    const before = old.confirmed()
    this.#successor = null
    this.#current = connection
    this.#close(old)
    for (const symbol of before)
      if (!seamless || !connection.isConfirmed(symbol))
        this.#events.broken(symbol, seamless ? 'disconnect' : 'stall')
    for (const symbol of connection.confirmed())
      if (!seamless || !before.includes(symbol)) this.#events.confirmed(symbol)
  }

  #ended(connection: Connection, reason: string): void {
    this.#deps.log.info('socket-ended', { venue: this.#deps.venue.id, reason })
    if (this.#successor !== null) {
      this.#handOver(connection)
      this.#publish(reason)
      return
    }
    this.#current = null
    const pause = this.#backoff.next(this.#lived(connection))
    this.#cancelWait = this.#deps.clock.after(pause, () => {
      this.#cancelWait = null
      this.#connectIfWanted()
    })
    this.#close(connection)
    for (const symbol of connection.confirmed()) this.#events.broken(symbol, 'disconnect')
    this.#publish(reason, epochMs(this.#deps.clock.now() + Math.ceil(pause)))
  }

  #lived(connection: Connection): number {
    return connection.openedAt === null ? 0 : this.#deps.clock.monotonic() - connection.openedAt
  }

  #restIfUnwanted(): void {
    if (this.#wanted.size > 0) return
    this.#rest()
    this.#publish(undefined)
  }

  #rest(): void {
    this.#endWait()
    this.#dismissSuccessor()
    if (this.#current !== null) this.#close(this.#current)
    this.#current = null
  }

  #endWait(): void {
    this.#cancelWait?.()
    this.#cancelWait = null
  }

  #dismissSuccessor(): void {
    if (this.#successor === null) return
    const { connection, cancel } = this.#successor
    this.#successor = null
    cancel()
    this.#close(connection)
  }

  #close(connection: Connection): void {
    const closed: Promise<void> = connection.close().finally(() => this.#closing.delete(closed))
    this.#closing.add(closed)
  }

  #state(): VenueState {
    if (!this.#running || this.#wanted.size === 0) return 'idle'
    if (this.#current === null) return 'waiting'
    const activity = this.#current.activity() ?? 'connecting'
    const doubted = this.#successor?.seamless === false
    return doubted && activity !== 'connecting' ? 'stale' : activity
  }

  /** Works out the state anew and tells if it changed. `reason` matters while things are not well. */
  #publish(reason: string | undefined, nextAttemptAt?: EpochMs): void {
    const was = this.#status
    if (was.state === 'stopped') return
    const state = this.#state()
    const told =
      REASONS[state] ?? (state === 'waiting' || state === 'connecting' ? reason : undefined)
    const attempt = state === 'waiting' || state === 'connecting' ? was.attempt : 0
    if (state === was.state && told === was.reason && nextAttemptAt === was.nextAttemptAt) {
      this.#status = { ...was, attempt }
      return
    }
    this.#status = {
      state,
      since: state === was.state ? was.since : this.#deps.clock.now(),
      attempt,
      ...(told !== undefined && { reason: told }),
      ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    }
    this.#events.changed()
  }
}

interface Successor {
  readonly connection: Connection
  readonly seamless: boolean
  readonly cancel: () => void
}

const REASONS: Partial<Record<VenueState, string>> = {
  quiet: 'subscribed and answering, but no trade for a while',
  stale: 'open but silent; about to be replaced',
}
