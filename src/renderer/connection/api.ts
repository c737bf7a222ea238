import type {
  Api,
  CommandName,
  Commands,
  TopicName,
  Topics,
} from '../../shared/contract/contract.ts'
import type { AppInfo } from '../../shared/contract/status.ts'
import { type Failure, fail, type Outcome } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import { createClient } from '../../shared/rpc/client.ts'
import type { Port } from '../../shared/rpc/port.ts'
import { backoff } from './backoff.ts'
import type { Clock } from './clock.ts'
import { electronPort, findBridge } from './electron-port.ts'
import { engineAddress, websocketPort } from './websocket-port.ts'

/**
 * connecting: not answered yet since the page opened. connected: the engine answered `app.info`.
 * lost: it had, and is gone. `nextAttemptAt` is null while an attempt is under way.
 */
export type ConnectionState =
  | {
      readonly phase: 'connecting' | 'lost'
      readonly since: EpochMs
      readonly attempt: number
      readonly nextAttemptAt: EpochMs | null
    }
  | { readonly phase: 'connected'; readonly since: EpochMs; readonly info: AppInfo }

/** The contract over a connection that mends itself. Subscriptions outlive a lost port. */
export interface Connection extends Api {
  state(): ConnectionState
  onState(listener: (state: ConnectionState) => void): () => void
  /** When the engine was last heard, by our clock; null before the first message. */
  heardAt(): EpochMs | null
  /** Attempts now instead of at `nextAttemptAt`. */
  retry(): void
  close(): void
}

/** An engine that does not answer the first call by then is given up, milliseconds. */
export const ANSWER_WITHIN = 5_000
/** After this much silence the engine is asked whether it is there; it must then answer in time. */
export const SILENCE = 6_000

interface Wish {
  readonly start: (api: Api) => () => void
  readonly stop: { current: () => void }
}

/** Opens a port with whatever this page has: the preload's bridge, else a WebSocket. */
export function openPort(host: Window): Port {
  const bridge = findBridge(host)
  return bridge === undefined
    ? websocketPort(new WebSocket(engineAddress(host.location)))
    : electronPort(bridge)
}

/** Connects through `open` and keeps connected until closed. */
export function connect(open: () => Port, clock: Clock): Connection {
  const line = new Line(open, clock)
  line.attempt()
  return line
}

class Line implements Connection {
  readonly #open: () => Port
  readonly #clock: Clock
  readonly #listeners = new Set<(state: ConnectionState) => void>()
  readonly #wishes = new Set<Wish>()
  #state: ConnectionState
  #port: Port | null = null
  #client: Api | null = null
  #heardAt: EpochMs | null = null
  #attempts = 0
  #ended = false
  #cancelTimer: () => void = () => {}

  constructor(open: () => Port, clock: Clock) {
    this.#open = open
    this.#clock = clock
    this.#state = { phase: 'connecting', since: clock.now(), attempt: 1, nextAttemptAt: null }
  }

  state = (): ConnectionState => this.#state
  heardAt = (): EpochMs | null => this.#heardAt

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  call<Name extends CommandName>(
    name: Name,
    input: Commands[Name]['input'],
    signal?: AbortSignal,
  ): Promise<Outcome<Commands[Name]['output']>> {
    return this.#client === null
      ? Promise.resolve(fail('unavailable', 'Not connected to the engine.'))
      : this.#client.call(name, input, signal)
  }

  subscribe<Name extends TopicName>(
    name: Name,
    params: Topics[Name]['params'],
    listener: (value: Topics[Name]['value']) => void | Promise<void>,
    onEnd?: (failure: Failure) => void,
  ): () => void {
    const wish: Wish = {
      stop: { current: () => {} },
      start: (api) =>
        api.subscribe(name, params, listener, (failure) => {
          // A port that closed ends every subscription; those are resumed. Any other end is final.
          if (this.#client !== api) return
          this.#wishes.delete(wish)
          onEnd?.(failure)
        }),
    }
    this.#wishes.add(wish)
    if (this.#client !== null) wish.stop.current = wish.start(this.#client)
    return () => {
      if (this.#wishes.delete(wish)) wish.stop.current()
    }
  }

  retry(): void {
    if (this.#state.phase === 'connected' || this.#state.nextAttemptAt === null) return
    this.attempt()
  }

  close(): void {
    this.#ended = true
    this.#cancelTimer()
    this.#port?.close()
  }

  attempt(): void {
    this.#cancelTimer()
    this.#attempts += 1
    if (this.#state.phase !== 'connected')
      this.#become({ ...this.#state, attempt: this.#attempts, nextAttemptAt: null })
    const port = this.#open()
    this.#port = port
    const client = createClient({
      ...bound(port),
      onMessage: (listener) =>
        port.onMessage((message) => {
          // A port given up may still deliver what was on its way.
          if (this.#port !== port) return
          this.#heardAt = this.#clock.now()
          listener(message)
        }),
      onClose: (listener) =>
        port.onClose(() => {
          if (this.#port === port) this.#lose()
          listener()
        }),
    })
    this.#cancelTimer = this.#clock.after(ANSWER_WITHIN, () => this.#abandon(port))
    void client.call('app.info', {}).then((outcome) => {
      if (this.#port !== port) return
      if (outcome.ok) this.#greet(client, outcome.value)
      else this.#abandon(port)
    })
  }

  #greet(client: Api, info: AppInfo): void {
    this.#cancelTimer()
    this.#client = client
    this.#attempts = 0
    this.#become({ phase: 'connected', since: this.#clock.now(), info })
    for (const wish of this.#wishes) wish.stop.current = wish.start(client)
    this.#watch(client)
  }

  /** A socket can be dead without saying so: after silence the engine is asked, and must answer. */
  #watch(client: Api): void {
    this.#cancelTimer = this.#clock.after(SILENCE, () => {
      const port = this.#port
      if (port === null || this.#client !== client) return
      const silent = this.#clock.now() - (this.#heardAt ?? 0)
      if (silent < SILENCE) {
        this.#watch(client)
        return
      }
      this.#cancelTimer = this.#clock.after(ANSWER_WITHIN, () => this.#abandon(port))
      void client.call('app.info', {}).then(() => {
        if (this.#client !== client) return
        this.#cancelTimer()
        this.#watch(client)
      })
    })
  }

  /** Some ports take long to tell that they are closed, so the loss is not left to them. */
  #abandon(port: Port): void {
    if (this.#port === port) this.#lose()
    port.close()
  }

  #lose(): void {
    this.#cancelTimer()
    this.#port = null
    this.#client = null
    if (this.#ended) return
    const now = this.#clock.now()
    const wait = backoff(this.#attempts + 1)
    const before = this.#state
    const first = before.phase === 'connected'
    this.#become({
      phase: first ? 'lost' : before.phase,
      since: first ? now : before.since,
      attempt: this.#attempts,
      nextAttemptAt: epochMs(now + wait),
    })
    this.#cancelTimer = this.#clock.after(wait, () => this.attempt())
  }

  #become(state: ConnectionState): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener(state)
  }
}

/** A port as own properties: those of a bridge may be getters that a spread would lose. */
const bound = (port: Port): Pick<Port, 'send' | 'close'> => ({
  send: (message) => port.send(message),
  close: () => port.close(),
})
