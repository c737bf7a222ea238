import type { AnalysisTrigger, PromptLanguage } from '../../../shared/contract/analysis.ts'
import type { AnalysisKind } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'

/** A wish for an analysis. */
export interface Wish {
  readonly market: MarketId
  readonly kind: AnalysisKind
  readonly trigger: AnalysisTrigger
  /** A moment of the tape; null: the newest data there is when its turn comes. */
  readonly at: EpochMs | null
  readonly language: PromptLanguage
  readonly askedAt: EpochMs
}

export interface Flight {
  readonly wish: Wish
  readonly cancel: AbortController
  /** It was sent: what it costs is spent, so it is let come. */
  sent: boolean
}

/**
 * At most one analysis of a market and kind is under way. A wish that comes meanwhile waits, in the place of the one that
 * waited before it: when its turn comes it looks at the newest data. One that was not sent yet gives way at once.
 */
export class Flights {
  readonly #fly: (flight: Flight) => Promise<void>
  readonly #flying = new Map<string, Flight>()
  readonly #next = new Map<string, Wish>()
  #stopped = false

  /** `fly` resolves when the flight is over, and never rejects. */
  constructor(fly: (flight: Flight) => Promise<void>) {
    this.#fly = fly
  }

  get all(): readonly Flight[] {
    return [...this.#flying.values()]
  }

  ask(wish: Wish): void {
    if (this.#stopped) return
    const key = keyOf(wish)
    const flight = this.#flying.get(key)
    if (flight === undefined) {
      this.#begin(key, wish)
      return
    }
    // A person's wish is not pushed out by a schedule's.
    const waiting = this.#next.get(key)
    if (waiting?.trigger !== 'asked' || wish.trigger === 'asked') this.#next.set(key, wish)
    if (!flight.sent && (flight.wish.trigger !== 'asked' || wish.trigger === 'asked'))
      flight.cancel.abort()
  }

  /** Ends the one under way, and the wish that waits behind it. */
  cancel(market: MarketId, kind: AnalysisKind): void {
    const key = keyOf({ market, kind })
    this.#next.delete(key)
    this.#flying.get(key)?.cancel.abort()
  }

  stop(): void {
    this.#stopped = true
    this.#next.clear()
    for (const flight of this.#flying.values()) flight.cancel.abort()
  }

  #begin(key: string, wish: Wish): void {
    const flight: Flight = { wish, cancel: new AbortController(), sent: false }
    this.#flying.set(key, flight)
    void this.#fly(flight).then(() => {
      this.#flying.delete(key)
      const next = this.#next.get(key)
      this.#next.delete(key)
      if (next !== undefined && !this.#stopped) this.#begin(key, next)
    })
  }
}

const keyOf = ({ market, kind }: Pick<Wish, 'market' | 'kind'>): string => `${kind} ${market}`
