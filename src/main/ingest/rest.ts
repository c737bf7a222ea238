import type { Agent } from 'node:http'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Clock } from '../ports.ts'
import type { RestCall, Venue } from '../venues/venue.ts'
import { networkWords } from './network-words.ts'
import { parseExact } from './parse-exact.ts'
import { retryAfterMs } from './retry-after.ts'
import { WeightBudget } from './weight-budget.ts'

/** One HTTP answer, unread. */
export interface HttpAnswer {
  readonly status: number
  /** The `Retry-After` header as sent. */
  readonly retryAfter: string | null
  readonly text: string
  /** The `Date` header as sent. */
  readonly date?: string | null
  /** Length of the body as it came over the wire. */
  readonly bytes?: number
}

/** What a request needs besides its address. */
export interface HttpOptions {
  /** JSON text to POST; without it the request is a GET. */
  readonly body?: string | undefined
  /** The way there, such as a proxy; straight on without it. */
  readonly agent?: Agent | undefined
}

/**
 * One request; rejects when the network fails or `signal` fires. What the text means is not its affair.
 */
export type FetchJson = (
  url: string,
  signal: AbortSignal,
  options?: HttpOptions,
) => Promise<HttpAnswer>

/** An answer and when it was asked for. */
export interface Timed<T> {
  readonly value: T
  /** Wall clock right before the request left, milliseconds. */
  readonly sentAt: number
  /** From the request to its last byte, milliseconds. */
  readonly rttMs: number
  /** Length of the answer's body. */
  readonly bytes: number
}

export interface RestDeps {
  readonly venue: Venue
  /** Replaces the venue's own address, and with it the hosts that single calls have. */
  readonly address?: string | undefined
  readonly clock: Clock
  readonly fetchJson: FetchJson
  /** The way to an address; straight on where it has none. */
  readonly agentFor?: ((url: string) => Agent | undefined) | undefined
}

/**
 * Longest pause after an answer that says "too much" without saying how long. The first pause is twice
 * the span in which the venue counts, and doubles with every refusal until an answer is good again.
 */
const LIMITED_PAUSE_MS = 60_000
const LEAST_PAUSE_MS = 1_000
/** Bybit and web firewalls answer 403 to an address that asked too much; ten minutes are advised. */
const FORBIDDEN_PAUSE_MS = 600_000

/** One venue's REST calls: within its weight budget, with a deadline, failures as values. */
export class Rest {
  readonly #deps: RestDeps
  readonly #budget: WeightBudget
  readonly #underWay = new Set<AbortController>()
  #paused: { readonly until: number; readonly why: string; readonly firm: boolean } | null = null
  /** Refusals for asking too much since the last good answer. */
  #refusals = 0
  #closed = false

  constructor(deps: RestDeps) {
    this.#deps = deps
    this.#budget = new WeightBudget(deps.venue.rest.budget, deps.clock)
  }

  async call<Input, Output>(
    spec: RestCall<Input, Output>,
    input: Input,
    deadlineMs: number,
    signal?: AbortSignal,
  ): Promise<Outcome<Timed<Output>>> {
    const { label } = this.#deps.venue
    const allowed = !this.#closed && (await this.#budget.take(spec.weight, signal))
    if (this.#closed) return fail('cancelled', `${label}: the feed was stopped.`)
    if (!allowed || signal?.aborted)
      return fail('cancelled', `${label}: the request was cancelled.`)
    const paused = this.#pause()
    if (paused !== undefined) return fail('unavailable', paused)
    const sentAt = this.#deps.clock.now()
    const began = this.#deps.clock.monotonic()
    const answer = await this.#fetch(
      this.#urlOf(spec, input),
      spec.body?.(input),
      deadlineMs,
      signal,
    )
    if (!answer.ok) return answer
    const rttMs = this.#deps.clock.monotonic() - began
    const refused = this.#refusal(answer.value)
    if (refused !== undefined) return refused
    const parse = spec.exact === true ? parseExact : JSON.parse
    const { text } = answer.value
    const headers = { date: answer.value.date ?? null }
    try {
      const value = spec.read(parse(text), input, headers)
      return ok({ value, sentAt, rttMs, bytes: answer.value.bytes ?? text.length })
    } catch (error) {
      const message = error instanceof SyntaxError ? 'no JSON' : String(error)
      return fail('unavailable', `${label} answered what cannot be used (${message}): ${cut(text)}`)
    }
  }

  /** Forgets a pause that was only a guess (403). One that the venue asked for stands. */
  retry(): void {
    if (this.#paused?.firm === false) this.#paused = null
  }

  close(): void {
    this.#closed = true
    this.#budget.close()
    for (const controller of this.#underWay) controller.abort()
  }

  #urlOf<Input>(spec: RestCall<Input, unknown>, input: Input): string {
    const { address, venue } = this.#deps
    return `${address ?? spec.base ?? venue.rest.base}${spec.path(input)}`
  }

  async #fetch(
    url: string,
    body: string | undefined,
    deadlineMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<HttpAnswer>> {
    const { venue, clock, fetchJson } = this.#deps
    const controller = new AbortController()
    this.#underWay.add(controller)
    let late = false
    const cancel = clock.after(deadlineMs, () => {
      late = true
      controller.abort()
    })
    const cancelled = () => controller.abort()
    signal?.addEventListener('abort', cancelled)
    const aborted = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(new Error('aborted')))
    })
    const options = { body, agent: this.#deps.agentFor?.(url) }
    try {
      return ok(await Promise.race([fetchJson(url, controller.signal, options), aborted]))
    } catch (error) {
      if (late)
        return fail(
          'unavailable',
          `${venue.label} did not answer within ${Math.round(deadlineMs / 1_000)} s.`,
        )
      if (this.#closed) return fail('cancelled', `${venue.label}: the feed was stopped.`)
      if (signal?.aborted) return fail('cancelled', `${venue.label}: the request was cancelled.`)
      return fail('unavailable', `${venue.label} cannot be reached: ${networkWords(error)}`)
    } finally {
      cancel()
      signal?.removeEventListener('abort', cancelled)
      this.#underWay.delete(controller)
    }
  }

  #pause(): string | undefined {
    if (this.#paused === null) return undefined
    const left = this.#paused.until - this.#deps.clock.monotonic()
    if (left > 0) return `${this.#paused.why} Next request in ${Math.ceil(left / 1_000)} s.`
    this.#paused = null
    return undefined
  }

  #refusal({ status, retryAfter, text }: HttpAnswer): ReturnType<typeof fail> | undefined {
    if (status >= 200 && status < 300) {
      this.#refusals = 0
      return undefined
    }
    const { label } = this.#deps.venue
    const said = text.trim() === '' ? '' : ` It said: ${cut(text)}`
    switch (status) {
      case 429:
      case 418: {
        const until = this.#until(retryAfter, this.#guessedPause())
        this.#refusals += 1
        this.#paused = { until, firm: true, why: `${label} limits our requests (HTTP ${status}).` }
        return fail('unavailable', `${this.#pause() ?? this.#paused?.why ?? ''}${said}`)
      }
      case 403: {
        const until = this.#until(retryAfter, FORBIDDEN_PAUSE_MS)
        const why = `${label} refuses this address (HTTP 403): too many requests, or a place it does not serve.`
        this.#paused = { until, firm: false, why }
        return fail('unavailable', `${this.#pause() ?? why}${said}`)
      }
      case 451:
        return fail('unavailable', `${label} does not serve this location (HTTP 451).${said}`)
    }
    const code = status === 404 ? 'not-found' : status < 500 ? 'invalid' : 'unavailable'
    return fail(code, `${label} answered HTTP ${status}.${said}`)
  }

  #guessedPause(): number {
    const span = Math.max(LEAST_PAUSE_MS, this.#deps.venue.rest.budget.perMs * 2)
    return Math.min(LIMITED_PAUSE_MS, span * 2 ** Math.min(this.#refusals, 10))
  }

  /** When a pause ends, monotonic milliseconds. */
  #until(retryAfter: string | null, otherwiseMs: number): number {
    const { clock } = this.#deps
    return clock.monotonic() + (retryAfterMs(retryAfter, clock.now()) ?? otherwiseMs)
  }
}

const cut = (text: string): string => text.trim().slice(0, 200)
