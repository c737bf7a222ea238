import type { Venue } from '../venues/venue.ts'
import { Session } from './session.ts'
import type { SessionDeps, SessionEvents } from './session-events.ts'
import { SocketAllocator } from './socket-allocator.ts'
import { type SessionStatus, venueState } from './venue-state.ts'

/** Attempts in a row that came to nothing before another way to the trades is taken. */
const FRUITLESS = 3

/** All sockets of one venue: as many sessions as its limits ask for. */
export class SessionPool {
  readonly #deps: SessionDeps
  readonly #events: SessionEvents
  readonly #allocator: SocketAllocator
  readonly #sessions: Session[] = []
  #since: { readonly state: SessionStatus['state']; readonly at: SessionStatus['since'] }
  #started = false
  #stopped = false

  constructor(deps: SessionDeps, events: SessionEvents) {
    this.#deps = deps
    this.#events = events
    this.#allocator = new SocketAllocator(perSocket(deps.venue), mostSockets(deps.venue))
    this.#since = { state: 'idle', at: deps.clock.now() }
  }

  start(): void {
    this.#started = true
    for (const session of this.#sessions) session.start()
  }

  add(symbol: string): void {
    if (this.#stopped) return
    const socket = this.#allocator.place(symbol)
    if (socket === undefined) {
      const { label } = this.#deps.venue
      this.#events.refused(symbol, `${label} takes no more markets from one address`)
    } else this.#session(socket).add(symbol)
  }

  remove(symbol: string): void {
    const socket = this.#allocator.remove(symbol)
    if (socket !== undefined) this.#sessions[socket]?.remove(symbol)
  }

  retry(): void {
    this.#deps.gateway.retry()
    for (const session of this.#sessions) session.retry()
  }

  reconsider(): void {
    for (const session of this.#sessions) session.reconsider()
  }

  wake(slept: boolean): void {
    this.#deps.gateway.retry()
    for (const session of this.#sessions) session.wake(slept)
  }

  /** Symbols whose socket cannot be had, and why. */
  unserved(): readonly string[] {
    return this.#sessions.flatMap((session) =>
      session.fruitless >= FRUITLESS ? [...session.wanted] : [],
    )
  }

  /** The symbol is subscribed, but silent for longer than is usual for it. */
  isDoubtful(symbol: string): boolean {
    const socket = this.#allocator.socketOf(symbol)
    return socket !== undefined && this.#sessions[socket]?.isDoubtful(symbol) === true
  }

  status(): SessionStatus {
    const all = this.#sessions.map((session) => session.status())
    const state = this.#stopped ? ({ state: 'stopped', attempt: 0 } as const) : venueState(all)
    const began = all.find((status) => status.state === state.state)?.since
    if (state.state !== this.#since.state)
      this.#since = { state: state.state, at: began ?? this.#deps.clock.now() }
    return {
      ...picked(state),
      since: this.#since.at,
      reconnects: all.reduce((sum, { reconnects }) => sum + reconnects, 0),
      sockets: all.reduce((sum, { sockets }) => sum + sockets, 0),
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#sessions.map((session) => session.stop()))
  }

  #session(socket: number): Session {
    const known = this.#sessions[socket]
    if (known !== undefined) return known
    const session = new Session(this.#deps, {
      ...this.#events,
      refused: (symbol, reason) => {
        this.#allocator.remove(symbol)
        this.#events.refused(symbol, reason)
      },
    })
    this.#sessions[socket] = session
    if (this.#started) session.start()
    return session
  }
}

const picked = ({
  state,
  reason,
  attempt,
  nextAttemptAt,
}: Pick<SessionStatus, 'state' | 'reason' | 'attempt' | 'nextAttemptAt'>) => ({
  state,
  attempt,
  ...(reason !== undefined && { reason }),
  ...(nextAttemptAt !== undefined && { nextAttemptAt }),
})

/** Where a request replaces all before it, one request must hold all of a socket's markets. */
function perSocket({ stream: { limits, replaces } }: Venue): number {
  const most = limits.symbolsPerSocket ?? Number.POSITIVE_INFINITY
  return replaces === true ? Math.min(most, limits.symbolsPerRequest) : most
}

/** One socket less than allowed, so that there is room for a successor. */
function mostSockets({ stream: { limits } }: Venue): number {
  return limits.sockets === undefined ? Number.POSITIVE_INFINITY : Math.max(1, limits.sockets - 1)
}
