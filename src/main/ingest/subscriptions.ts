import type { StreamSpec } from '../venues/venue.ts'

/** One control frame to send. */
export interface ControlRequest {
  readonly op: 'subscribe' | 'unsubscribe'
  readonly symbols: readonly string[]
  readonly request: number
}

export interface Refusal {
  readonly symbol: string
  readonly reason: string
}

interface Pending extends ControlRequest {
  readonly sentAt: number
}

type SubscriptionRules = Pick<StreamSpec, 'acknowledges' | 'replaces'> & {
  readonly symbolsPerRequest: number
}

/** What an answer changed. */
export interface Answer {
  readonly confirmed: readonly string[]
  /** Refused for good; others of the request are asked again. */
  readonly refused: readonly Refusal[]
}

/** A symbol that is never answered is asked for ever less often, up to this many doublings. */
const MOST_DOUBLINGS = 6

const NOTHING: Answer = { confirmed: [], refused: [] }
const UNLISTED = 'the venue leaves it out of its answer: it does not know this market'

/** queued: to be sent. asked: sent, no answer yet. confirmed: the venue said yes, or sent a trade. */
type Mark = 'queued' | 'asked' | 'confirmed'

/**
 * What one socket is subscribed to, against what is wanted: which frame to send next, and what an
 * answer means. Pure; symbols are the venue's own.
 */
export class Subscriptions {
  readonly #rules: SubscriptionRules
  readonly #marks = new Map<string, Mark>()
  /** Members of a batch that failed without a name: asked one by one to find the bad one. */
  readonly #alone = new Set<string>()
  readonly #leaving = new Set<string>()
  readonly #pending = new Map<string, Pending>()
  /** How often a symbol was asked for without an answer. */
  readonly #unanswered = new Map<string, number>()
  #lastRequest = 0

  constructor(rules: SubscriptionRules, wanted: Iterable<string>) {
    this.#rules = rules
    for (const symbol of wanted) this.want(symbol)
  }

  want(symbol: string): void {
    if (this.#marks.has(symbol)) return
    this.#leaving.delete(symbol)
    this.#marks.set(symbol, 'queued')
  }

  drop(symbol: string): void {
    if (this.#marks.get(symbol) !== 'queued') this.#leaving.add(symbol)
    this.#forget(symbol)
  }

  isConfirmed(symbol: string): boolean {
    return this.#marks.get(symbol) === 'confirmed'
  }

  confirmed(): readonly string[] {
    return [...this.#marks.keys()].filter((symbol) => this.isConfirmed(symbol))
  }

  /** Request number for a frame that is no subscription, such as a ping. */
  nextNumber(): number {
    this.#lastRequest += 1
    return this.#lastRequest
  }

  /** The next control frame to send; `now` is monotonic milliseconds. */
  next(now: number): ControlRequest | undefined {
    return this.#rules.replaces === true ? this.#whole(now) : this.#part(now)
  }

  /** Where a request replaces all before it: everything that is wanted, when that changed. */
  #whole(now: number): ControlRequest | undefined {
    const symbols = [...this.#marks.keys()]
    const changed = this.#leaving.size > 0 || [...this.#marks.values()].includes('queued')
    this.#leaving.clear()
    if (!changed || symbols.length === 0) return undefined
    for (const symbol of symbols) if (!this.isConfirmed(symbol)) this.#marks.set(symbol, 'asked')
    this.#pending.clear()
    return this.#ask('subscribe', symbols, now)
  }

  #part(now: number): ControlRequest | undefined {
    const queued = [...this.#marks.keys()].filter((symbol) => this.#marks.get(symbol) === 'queued')
    const together = queued.filter((symbol) => !this.#alone.has(symbol))
    const most = this.#rules.symbolsPerRequest
    const joining = together.length > 0 ? together.slice(0, most) : queued.slice(0, 1)
    const op = joining.length > 0 ? 'subscribe' : 'unsubscribe'
    const symbols = joining.length > 0 ? joining : [...this.#leaving].slice(0, most)
    if (symbols.length === 0) return undefined
    for (const symbol of symbols) {
      if (op === 'subscribe') this.#marks.set(symbol, 'asked')
      else this.#leaving.delete(symbol)
    }
    return this.#ask(op, symbols, now)
  }

  #ask(op: ControlRequest['op'], symbols: readonly string[], now: number): ControlRequest {
    const request = { op, symbols, request: this.nextNumber() } as const
    this.#pending.set(String(request.request), { ...request, sentAt: now })
    return request
  }

  /**
   * The venue accepted a request, or (with symbols) part of it; an empty `request` with symbols is a
   * list of all that is subscribed.
   */
  accepted(request: string, symbols?: readonly string[]): Answer {
    if (request === '' && symbols !== undefined)
      return { confirmed: this.#listed(symbols), refused: [] }
    const pending = request === '' ? this.#oldest() : this.#pending.get(request)
    if (pending === undefined) return NOTHING
    if (pending.op === 'unsubscribe') {
      this.#pending.delete(String(pending.request))
      return NOTHING
    }
    const confirmed = this.#confirm(symbols ?? pending.symbols)
    if (this.#rules.acknowledges === 'listed' && symbols !== undefined)
      return { confirmed, refused: this.#unlisted(pending) }
    if (this.#rules.acknowledges !== 'symbol') this.#requeueRest(pending)
    else this.#settle(pending)
    return { confirmed, refused: [] }
  }

  /** Where an answer names all that was taken, what it does not name was not. */
  #unlisted(pending: Pending): readonly Refusal[] {
    this.#pending.delete(String(pending.request))
    const left = pending.symbols.filter((symbol) => this.#marks.get(symbol) === 'asked')
    for (const symbol of left) this.#forget(symbol)
    return left.map((symbol) => ({ symbol, reason: UNLISTED }))
  }

  /**
   * Where nothing is ever acknowledged: what was asked for `silentMs` ago is taken as subscribed,
   * if the socket was `heard` since. Returns what is newly confirmed.
   */
  assume(now: number, silentMs: number, heard: (since: number) => boolean): readonly string[] {
    if (this.#rules.acknowledges !== 'silent') return []
    const confirmed: string[] = []
    for (const pending of this.#pending.values()) {
      if (now - pending.sentAt < silentMs || !heard(pending.sentAt)) continue
      this.#pending.delete(String(pending.request))
      if (pending.op === 'subscribe') confirmed.push(...this.#confirm(pending.symbols))
    }
    return confirmed
  }

  /** The venue refused. Returns the symbols that are refused for good; others are asked again. */
  refused(reason: string, symbols?: readonly string[], request?: string): readonly Refusal[] {
    const pending = request === undefined ? this.#holding(symbols) : this.#pending.get(request)
    if (pending === undefined) return []
    if (pending.op === 'unsubscribe') {
      this.#pending.delete(String(pending.request))
      return []
    }
    const asked = pending.symbols.filter((symbol) => this.#marks.get(symbol) === 'asked')
    const named = asked.filter((symbol) => symbols?.includes(symbol))
    const guilty = named.length > 0 ? named : asked.length === 1 ? asked : []
    for (const symbol of guilty) this.#forget(symbol)
    if (guilty.length === 0) for (const symbol of asked) this.#alone.add(symbol)
    if (guilty.length > 0 && this.#rules.acknowledges === 'symbol') this.#settle(pending)
    else this.#requeueRest(pending)
    return guilty.map((symbol) => ({ symbol, reason }))
  }

  /** A trade came, which proves its subscription. True if that was not known before. */
  traded(symbol: string): boolean {
    return this.#confirm([symbol]).length > 0
  }

  /**
   * Asks again what was not answered within `answerMs`, which doubles each time. `stuck`: asked
   * twice, and nothing at all is confirmed on this socket.
   */
  expire(now: number, answerMs: number): 'none' | 'again' | 'stuck' {
    let again = false
    let most = 0
    for (const pending of this.#pending.values()) {
      const tries = Math.max(...pending.symbols.map((symbol) => this.#tries(symbol)))
      if (now - pending.sentAt < answerMs * 2 ** Math.min(tries, MOST_DOUBLINGS)) continue
      for (const symbol of pending.symbols) {
        if (this.#marks.get(symbol) !== 'asked') continue
        again = true
        most = Math.max(most, tries + 1)
        this.#unanswered.set(symbol, tries + 1)
      }
      this.#requeueRest(pending)
    }
    if (most >= 2 && this.confirmed().length === 0) return 'stuck'
    return again ? 'again' : 'none'
  }

  #tries(symbol: string): number {
    return this.#unanswered.get(symbol) ?? 0
  }

  #confirm(symbols: readonly string[]): string[] {
    const fresh = symbols.filter((symbol) => this.#marks.get(symbol) === 'asked')
    for (const symbol of fresh) {
      this.#marks.set(symbol, 'confirmed')
      this.#unanswered.delete(symbol)
    }
    return fresh
  }

  #listed(symbols: readonly string[]): string[] {
    const confirmed = this.#confirm(symbols)
    for (const pending of [...this.#pending.values()]) {
      if (pending.op === 'subscribe') this.#settle(pending)
      else if (!pending.symbols.some((symbol) => symbols.includes(symbol)))
        this.#pending.delete(String(pending.request))
    }
    return confirmed
  }

  /** Removes a request of which nothing is open any more. */
  #settle(pending: Pending): void {
    if (!pending.symbols.some((symbol) => this.#marks.get(symbol) === 'asked'))
      this.#pending.delete(String(pending.request))
  }

  #requeueRest(pending: Pending): void {
    this.#pending.delete(String(pending.request))
    if (pending.op === 'unsubscribe') return
    for (const symbol of pending.symbols)
      if (this.#marks.get(symbol) === 'asked') this.#marks.set(symbol, 'queued')
  }

  #oldest(): Pending | undefined {
    return this.#pending.values().next().value
  }

  /** The request that an answer without an id speaks of. */
  #holding(symbols: readonly string[] | undefined): Pending | undefined {
    const subscribing = [...this.#pending.values()].filter(({ op }) => op === 'subscribe')
    if (symbols === undefined) return subscribing[0]
    return subscribing.find((pending) => symbols.some((symbol) => pending.symbols.includes(symbol)))
  }

  #forget(symbol: string): void {
    this.#marks.delete(symbol)
    this.#alone.delete(symbol)
    this.#unanswered.delete(symbol)
  }
}
