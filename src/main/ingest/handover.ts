import type { GapCause } from '../../shared/domain/ledger.ts'
import { Backoff } from './backoff.ts'
import type { Connection } from './connection.ts'
import type { SessionDeps } from './session-events.ts'

/** A second socket beside the first, which it is to replace. */
export interface Successor {
  readonly connection: Connection
  /** Markets of which the first one may have lost something already. */
  readonly doubted: 'all' | readonly string[]
  /** Why what it does not carry on is broken. */
  readonly cause: GapCause
}

export interface HandoverEvents {
  open(): Connection
  current(): Connection | null
  takeOver(successor: Successor & { readonly old: Connection }): void
  changed(): void
}

/** Where in the venue's lifetime of a socket its planned replacement begins. */
const ROTATE_FROM = 0.9
const ROTATE_SPREAD = 0.05

/**
 * Replaces a socket while it lasts: opens the next one beside it, waits until that one has every
 * subscription, lets it take over, and listens to the old one a little longer, since what it has on
 * its way the new one may not bring. Plans this before the venue cuts the socket for its age.
 */
export class Handover {
  readonly #deps: SessionDeps
  readonly #events: HandoverEvents
  readonly #backoff: Backoff
  readonly #lingering = new Map<Connection, () => void>()
  readonly #closing = new Set<Promise<void>>()
  readonly #open = new Set<Connection>()
  #successor: (Successor & { readonly cancel: () => void }) | null = null
  #cancelPlan: (() => void) | null = null
  #opened = 0

  constructor(deps: SessionDeps, events: HandoverEvents) {
    this.#deps = deps
    this.#events = events
    const { backoffBaseMs: baseMs, backoffCapMs: capMs } = deps.timing
    this.#backoff = new Backoff({ baseMs, capMs, livedMs: Number.POSITIVE_INFINITY }, deps.random)
  }

  get successor(): Connection | undefined {
    return this.#successor?.connection
  }

  /** The first socket is being replaced because it may have lost everything. */
  get isDoubted(): boolean {
    return this.#successor?.doubted === 'all'
  }

  /** Sockets opened so far, and open now. */
  get counts(): { readonly opened: number; readonly openNow: number } {
    return { opened: this.#opened, openNow: this.#open.size }
  }

  opened(connection: Connection): void {
    this.#opened += 1
    this.#open.add(connection)
    if (connection === this.#events.current()) this.#planRotation(connection)
    this.ifReady()
  }

  /**
   * Opens a second socket beside the first. `doubted`: of which markets the first one may have lost
   * something; `none` when it is only about to end.
   */
  prepare(reason: string, doubted: 'all' | 'none' | readonly string[]): void {
    const current = this.#events.current()
    if (this.#successor !== null || current === null) return
    const hold = this.#deps.gateway.hold()
    if (hold !== undefined) {
      this.#plan(hold.ms, () => this.prepare(reason, doubted))
      return
    }
    this.#cancelPlan?.()
    this.#cancelPlan = null
    const { clock, log, venue, timing } = this.#deps
    log.info('socket-replaced', { venue: venue.id, reason })
    const everything =
      typeof doubted !== 'string' && current.confirmed().every((s) => doubted.includes(s))
    const cancel = clock.after(timing.handoverMs, () => this.#failed())
    this.#successor = {
      connection: this.#events.open(),
      doubted: everything ? 'all' : doubted === 'none' ? [] : doubted,
      cause: 'disconnect',
      cancel,
    }
  }

  /** Lets the successor take over if it has every subscription. */
  ifReady(): void {
    const [old, next] = [this.#events.current(), this.#successor?.connection]
    if (old === null || next === undefined || next.openedAt === null) return
    if (old.confirmed().every((symbol) => next.isConfirmed(symbol))) this.#pass(old, true)
  }

  /** True when the end of that connection was a matter of the handover alone. */
  ended(connection: Connection, cause: GapCause): boolean {
    const linger = this.#lingering.get(connection)
    if (linger !== undefined) {
      linger()
      return true
    }
    if (connection === this.#successor?.connection) {
      this.#failed()
      return true
    }
    if (connection !== this.#events.current() || this.#successor === null) return false
    this.#successor = { ...this.#successor, cause }
    this.#pass(connection, false)
    return true
  }

  dismiss(): void {
    this.#cancelPlan?.()
    this.#cancelPlan = null
    if (this.#successor === null) return
    const { connection, cancel } = this.#successor
    this.#successor = null
    cancel()
    this.close(connection)
  }

  close(connection: Connection): void {
    if (connection === this.#events.current()) {
      this.#cancelPlan?.()
      this.#cancelPlan = null
    }
    this.#open.delete(connection)
    const closed: Promise<void> = connection.close().finally(() => {
      this.#closing.delete(closed)
      this.#deps.gateway.release()
    })
    this.#closing.add(closed)
  }

  closeLingering(): void {
    for (const end of [...this.#lingering.values()]) end()
  }

  /** Resolves when every socket that was closed is gone. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing)
  }

  #pass(old: Connection, alive: boolean): void {
    const successor = this.#successor
    if (successor === null) return
    this.#successor = null
    successor.cancel()
    this.#backoff.reset()
    this.#events.takeOver({ ...successor, old })
    if (alive) this.#linger(old)
    else this.close(old)
    if (successor.connection.openedAt !== null) this.#planRotation(successor.connection)
    this.#events.changed()
  }

  #linger(old: Connection): void {
    const end = (): void => {
      cancel()
      this.#lingering.delete(old)
      this.close(old)
    }
    const cancel = this.#deps.clock.after(this.#deps.timing.overlapMs, end)
    this.#lingering.set(old, end)
  }

  /** The successor came to nothing: the first one goes on, and is tried to be replaced later. */
  #failed(): void {
    const failed = this.#successor
    if (failed === null) return
    this.dismiss()
    // A market in doubt is seen to by the watchdog, ever more patiently.
    if (failed.doubted.length > 0) return
    const pause = 1_000 + this.#backoff.next()
    this.#plan(pause, () => this.prepare('another try to replace it', 'none'))
  }

  #planRotation(connection: Connection): void {
    const { venue, clock, random } = this.#deps
    const { lifetimeMs } = venue.stream.limits
    if (lifetimeMs === undefined || connection.openedAt === null) return
    const age = clock.monotonic() - connection.openedAt
    const due = lifetimeMs * (ROTATE_FROM + ROTATE_SPREAD * random()) - age
    this.#plan(Math.max(0, due), () => this.prepare('replaced before the venue cuts it', 'none'))
  }

  #plan(ms: number, run: () => void): void {
    this.#cancelPlan?.()
    this.#cancelPlan = this.#deps.clock.after(ms, () => {
      this.#cancelPlan = null
      run()
    })
  }
}
