import { type Market, marketId, parseSymbol, symbolOf } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Clock, Logger } from '../ports.ts'
import type { Venue } from '../venues/venue.ts'
import { Backoff } from './backoff.ts'
import { nearMatches } from './near-matches.ts'
import type { Rest } from './rest.ts'
import type { FeedTiming } from './timing.ts'

export interface InstrumentsDeps {
  readonly venue: Venue
  readonly rest: Rest
  readonly clock: Clock
  readonly random: () => number
  readonly log: Logger
  readonly timing: FeedTiming
  /** The list came, or what `state` says changed. */
  readonly changed: () => void
}

/** One venue's instrument list: loaded at first need, loaded again until it comes. */
export class Instruments {
  readonly #deps: InstrumentsDeps
  readonly #backoff: Backoff
  #bySymbol = new Map<string, Market>()
  #loadedAt: number | null = null
  #failed = false
  #loading: Promise<void> | null = null
  #cancelRetry: (() => void) | null = null
  #closed = false

  constructor(deps: InstrumentsDeps) {
    this.#deps = deps
    const { listRetryBaseMs: baseMs, listRetryCapMs: capMs } = deps.timing
    this.#backoff = new Backoff({ baseMs, capMs, livedMs: Number.POSITIVE_INFINITY }, deps.random)
  }

  get state(): 'list' | 'spelling' | 'loading' {
    if (this.#loadedAt !== null) return 'list'
    return this.#failed ? 'spelling' : 'loading'
  }

  all(): readonly Market[] {
    return [...this.#bySymbol.values()]
  }

  /** See `Feed.instruments`. While the list is being retried, nobody waits for it. */
  async listed(): Promise<readonly Market[]> {
    if (this.#loadedAt === null && this.#cancelRetry === null && !this.#closed)
      await this.#patiently(this.load())
    return this.all()
  }

  /** The market of a canonical symbol, if the list is there and has it. */
  find(symbol: string): Market | undefined {
    return this.#bySymbol.get(symbol)
  }

  /** See `Feed.resolve`. */
  async resolve(text: string): Promise<Outcome<Market>> {
    const symbol = text.trim().toUpperCase()
    const parts = parseSymbol(symbol)
    if (parts === undefined)
      return fail('invalid', `A market is written BASE-QUOTE, not ${symbol.slice(0, 40)}.`)
    if (this.#loadedAt === null ? this.#cancelRetry === null : this.#outdated(symbol))
      await this.#patiently(this.load())
    if (this.#loadedAt === null) return ok(this.#spelled(parts))
    const market = this.find(symbol)
    return market === undefined ? this.unknown(symbol) : ok(market)
  }

  /** The failure for a symbol that the list does not have. */
  unknown(symbol: string): ReturnType<typeof fail> {
    const { label } = this.#deps.venue
    const near = nearMatches(symbol, this.all())
    const hint = near.length === 0 ? '' : ` Near: ${near.join(', ')}.`
    return fail('unknown-market', `${label} lists no market ${symbol} for trading.${hint}`, near)
  }

  /** Asks for the list now; calls at one time share one request. Resolves when it came or failed. */
  load(): Promise<void> {
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#loading ??= this.#request().finally(() => {
      this.#loading = null
    })
    return this.#loading
  }

  /** Asks now if the list is missing. */
  retry(): void {
    if (this.#cancelRetry !== null) void this.load()
  }

  close(): void {
    this.#closed = true
    this.#cancelRetry?.()
    this.#cancelRetry = null
  }

  async #request(): Promise<void> {
    const { venue, clock, log } = this.#deps
    const answer = await this.#lists()
    if (this.#closed) return
    if (answer.ok) {
      this.#bySymbol = new Map(answer.value.map((market) => [market.symbol, market]))
      this.#loadedAt = clock.monotonic()
      this.#failed = false
      this.#backoff.reset()
      log.info('instruments-loaded', { venue: venue.id, markets: this.#bySymbol.size })
    } else {
      log.warn('instruments-unavailable', { venue: venue.id, message: answer.failure.message })
      this.#failed = true
      if (this.#loadedAt === null)
        this.#cancelRetry = clock.after(this.#backoff.next(), () => {
          this.#cancelRetry = null
          void this.load()
        })
    }
    this.#deps.changed()
  }

  /** All calls that make up the list; one that fails fails the whole, so that no kind is missing. */
  async #lists(): Promise<Outcome<readonly Market[]>> {
    const { venue, rest, timing } = this.#deps
    const markets: Market[] = []
    for (const call of [venue.rest.instruments, ...(venue.rest.more ?? [])]) {
      const answer = await rest.call(call, undefined, timing.listMs)
      if (!answer.ok) return answer
      markets.push(...answer.value.value)
    }
    return ok(markets)
  }

  /** A symbol that is missing may have been listed since. */
  #outdated(symbol: string): boolean {
    const { clock, timing } = this.#deps
    const age = clock.monotonic() - (this.#loadedAt ?? 0)
    return !this.#bySymbol.has(symbol) && age > timing.listFreshMs
  }

  /** Waits for the list, but not longer than a person would. */
  #patiently(loading: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#deps.clock.after(this.#deps.timing.resolveMs, resolve)
      void loading.then(() => {
        cancel()
        resolve()
      })
    })
  }

  #spelled({ base, quote, kind }: NonNullable<ReturnType<typeof parseSymbol>>): Market {
    const { venue } = this.#deps
    return {
      id: marketId(venue.id, base, quote, kind),
      venue: venue.id,
      ...(kind === 'perpetual' && { kind }),
      symbol: symbolOf(base, quote, kind),
      base,
      quote,
      venueSymbol: venue.spell(base, quote, kind === 'perpetual'),
      tickSize: '',
      lotSize: '',
    }
  }
}
