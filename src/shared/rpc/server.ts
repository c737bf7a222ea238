import { fail, type Outcome } from '../domain/outcome.ts'
import { parseRequest, type Reply } from './messages.ts'
import type { Port } from './port.ts'

/** A stream of values that can be joined at any moment and merged while a client is slow. */
export interface TopicSource<T = unknown> {
  /** What a new subscriber is shown first. */
  snapshot(): T
  /** Two values that were not delivered, as one. Pure. */
  merge(previous: T, next: T): T
  /** Calls back at each change until the returned function is called. */
  listen(push: (value: T) => void): () => void
  /** A client gets no two frames closer together than this. */
  readonly minIntervalMs: number
}

export interface RpcHandlers {
  /** Never rejects for an expected failure; a rejection is a bug and reaches `onBug`. */
  call(name: string, input: unknown, signal: AbortSignal): Promise<Outcome<unknown>>
  topic(name: string, params: unknown): Outcome<TopicSource>
  /** Logs a bug and answers with the id under which it was logged. */
  onBug(error: unknown): string
}

/** Where the server gets its pauses from; `after` returns what cancels it. */
export interface RpcTimer {
  now(): number
  after(ms: number, run: () => void): () => void
}

/** One client may hold this many subscriptions and calls at a time; more is refused. */
const MOST_SUBSCRIPTIONS = 256
const MOST_CALLS = 256

/**
 * Serves one client over a port until it closes. Each subscription holds one credit: a frame leaves
 * only when the one before was acknowledged, so a slow or hidden client costs one merged frame.
 */
export function serve(port: Port, handlers: RpcHandlers, timer: RpcTimer): void {
  const calls = new Map<number, AbortController>()
  const subscriptions = new Map<number, Subscription>()
  const send = (reply: Reply): void => port.send(reply)

  const call = async (id: number, name: string, input: unknown): Promise<void> => {
    if (calls.has(id) || calls.size >= MOST_CALLS) {
      send({ t: 'result', id, outcome: fail('busy', 'Too many calls under way.') })
      return
    }
    const controller = new AbortController()
    calls.set(id, controller)
    let outcome: Outcome<unknown>
    try {
      outcome = await handlers.call(name, input, controller.signal)
    } catch (error) {
      outcome = fail('internal', `Something went wrong here (${handlers.onBug(error)}).`)
    }
    if (calls.delete(id)) send({ t: 'result', id, outcome })
  }

  const subscribe = (id: number, topic: string, params: unknown): void => {
    const source: Outcome<TopicSource> =
      subscriptions.has(id) || subscriptions.size >= MOST_SUBSCRIPTIONS
        ? fail('busy', 'Too many subscriptions.')
        : handlers.topic(topic, params)
    if (!source.ok) send({ t: 'end', id, failure: source.failure })
    else
      subscriptions.set(
        id,
        new Subscription(source.value, timer, (value) => send({ t: 'push', id, value })),
      )
  }

  port.onMessage((message) => {
    const request = parseRequest(message)
    switch (request?.t) {
      case 'call':
        void call(request.id, request.name, request.input)
        return
      case 'cancel':
        calls.get(request.id)?.abort()
        calls.delete(request.id)
        return
      case 'sub':
        subscribe(request.id, request.topic, request.params)
        return
      case 'unsub':
        subscriptions.get(request.id)?.end()
        subscriptions.delete(request.id)
        return
      case 'ack':
        subscriptions.get(request.id)?.acknowledged()
    }
  })
  port.onClose(() => {
    for (const controller of calls.values()) controller.abort()
    calls.clear()
    for (const subscription of subscriptions.values()) subscription.end()
    subscriptions.clear()
  })
}

/** One client's view of one topic: at most one frame in flight and one merged frame waiting. */
class Subscription {
  readonly #source: TopicSource
  readonly #timer: RpcTimer
  readonly #send: (value: unknown) => void
  readonly #unlisten: () => void
  #pending: { value: unknown } | null = null
  #credit = true
  #sentAt = Number.NEGATIVE_INFINITY
  #cancelTimer: (() => void) | null = null

  constructor(source: TopicSource, timer: RpcTimer, send: (value: unknown) => void) {
    this.#source = source
    this.#timer = timer
    this.#send = send
    this.#offer(source.snapshot())
    this.#unlisten = source.listen((value) => this.#offer(value))
  }

  acknowledged(): void {
    this.#credit = true
    this.#flush()
  }

  end(): void {
    this.#unlisten()
    this.#cancelTimer?.()
    this.#pending = null
  }

  #offer(value: unknown): void {
    this.#pending =
      this.#pending === null ? { value } : { value: this.#source.merge(this.#pending.value, value) }
    this.#flush()
  }

  #flush(): void {
    if (!this.#credit || this.#pending === null || this.#cancelTimer !== null) return
    const wait = this.#sentAt + this.#source.minIntervalMs - this.#timer.now()
    if (wait > 0) {
      this.#cancelTimer = this.#timer.after(wait, () => {
        this.#cancelTimer = null
        this.#flush()
      })
      return
    }
    const { value } = this.#pending
    this.#pending = null
    this.#credit = false
    this.#sentAt = this.#timer.now()
    this.#send(value)
  }
}
