import type { Market, MarketId } from '../../shared/domain/market.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { Clock } from '../ports.ts'
import type { KnownPoint, RestTrade, Venue } from '../venues/venue.ts'
import type { RecentTrades } from './feed.ts'
import { holeFilter, seqOf } from './hole-filter.ts'
import { pointOf } from './market-book.ts'

export interface PollerDeps {
  readonly venue: Venue
  readonly clock: Clock
  /** Markets that have no socket now. */
  readonly markets: () => readonly Market[]
  readonly recent: (market: Market) => Promise<Outcome<RecentTrades>>
  readonly pollMs: () => number
  /** Newest trade known of a market, whichever way it came. */
  readonly lastKnown: (market: MarketId) => KnownPoint | null
}

export interface PollerEvents {
  /** Oldest first. `snapshot`: from before anything of the market was known. */
  page(market: MarketId, trades: readonly RestTrade[], receivedAt: number, snapshot: boolean): void
  began(market: MarketId): void
  /** Trades may be missing between two polls. */
  missed(market: MarketId): void
  changed(): void
}

/** Share of the venue's weight that polling may take; the rest is for everything else. */
const SHARE = 0.5

/**
 * Polls the newest trades by REST where no socket can be had, in rounds, within a share of the venue's
 * budget. A page that does not reach back to the page before has missed trades, and says so. When a
 * market has its socket, one last poll closes what lay between.
 */
export class Poller {
  readonly #deps: PollerDeps
  readonly #events: PollerEvents
  /** Newest trade of the last poll; null while there was none. */
  readonly #polled = new Map<MarketId, { readonly market: Market; last: KnownPoint | null }>()
  #cancel: (() => void) | null = null
  #busy = false
  #stopped = false
  /** Why the last round brought nothing. */
  #failure: string | undefined

  constructor(deps: PollerDeps, events: PollerEvents) {
    this.#deps = deps
    this.#events = events
  }

  /** What a person should know: undefined while nothing is polled. */
  get words(): { readonly works: boolean; readonly text: string } | undefined {
    if (this.#polled.size === 0 && this.#failure === undefined) return undefined
    const every = Math.round(this.#everyMs() / 100) / 10
    return this.#failure === undefined
      ? { works: true, text: `trades are polled by REST every ${every} s` }
      : { works: false, text: `REST fails too: ${this.#failure}` }
  }

  /** The market's stream stands by polls; its socket need not say so. */
  covers(market: MarketId): boolean {
    return this.#polled.has(market)
  }

  forget(market: MarketId): void {
    this.#polled.delete(market)
  }

  /** The markets without a socket may have changed, or how often they are polled. */
  look(): void {
    if (this.#busy || this.#stopped) return
    if (this.#cancel === null && this.#round().length > 0) void this.#poll()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    this.#cancel = null
  }

  /** Markets to ask for: those without a socket, and those that have just got theirs. */
  #round(): readonly Market[] {
    const { venue, markets } = this.#deps
    if (venue.rest.trades === undefined) return []
    const round = new Map(markets().map((market) => [market.id, market]))
    for (const [id, { market }] of this.#polled) if (!round.has(id)) round.set(id, market)
    return [...round.values()]
  }

  #everyMs(): number {
    const { budget, trades } = this.#deps.venue.rest
    const weight = this.#round().length * (trades?.recent.weight ?? 0)
    return Math.max(this.#deps.pollMs(), (weight * budget.perMs) / (budget.weight * SHARE))
  }

  async #poll(): Promise<void> {
    this.#busy = true
    const { clock, markets, recent } = this.#deps
    const began = clock.monotonic()
    let failure: string | undefined
    for (const market of this.#round()) {
      const answer = await recent(market)
      if (this.#stopped) return
      const leaving = !markets().some(({ id }) => id === market.id)
      if (answer.ok) this.#page(market, answer.value)
      else failure = answer.failure.message
      if (!leaving) continue
      if (!answer.ok && this.#polled.has(market.id)) this.#missed(market.id)
      this.#polled.delete(market.id)
    }
    this.#busy = false
    this.#failure = markets().length === 0 ? undefined : failure
    if (this.#round().length > 0) {
      const pause = Math.max(0, began + this.#everyMs() - clock.monotonic())
      this.#cancel = clock.after(pause, () => {
        this.#cancel = null
        this.look()
      })
    }
    this.#events.changed()
  }

  #page(market: Market, { trades, answeredAt }: RecentTrades): void {
    const known = this.#polled.get(market.id)
    const last = known === undefined ? this.#deps.lastKnown(market.id) : known.last
    if (known === undefined) {
      if (!this.#deps.markets().some(({ id }) => id === market.id)) return
      this.#events.began(market.id)
    } else if (last !== null && !this.#joins(trades, last)) this.#missed(market.id)
    this.#events.page(market.id, trades, Math.ceil(answeredAt), last === null)
    const newest = trades.at(-1)
    const point = newest === undefined ? last : pointOf(newest, this.#deps.venue.stream.ids)
    this.#polled.set(market.id, { market, last: point })
  }

  #missed(market: MarketId): void {
    this.#events.missed(market)
    this.#events.began(market)
  }

  /** Nothing can be missing between the last known trade and these. */
  #joins(trades: readonly RestTrade[], last: KnownPoint): boolean {
    const { ids } = this.#deps.venue.stream
    const [oldest] = trades
    if (oldest === undefined) return true
    const first = seqOf(oldest, ids)
    if (first !== undefined && last.seq !== undefined)
      return first - (oldest.matches ?? 1) <= last.seq
    const { reachesAfter } = holeFilter(last, FAR, ids)
    return trades.some(reachesAfter)
  }
}

const FAR: KnownPoint = { time: epochMs(8_640_000_000_000_000) as EpochMs }
