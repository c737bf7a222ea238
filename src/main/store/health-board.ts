import type { StoreHealth } from '../../shared/contract/status.ts'
import type { Failure } from '../../shared/domain/outcome.ts'
import type { WriteResult } from './store-protocol.ts'

/** The part of the health that others know. */
export type Surroundings = Omit<
  StoreHealth,
  'state' | 'code' | 'reason' | 'storedTrades' | 'duplicates' | 'lastWrite'
>

/** How the store is, and who wants to know. */
export class HealthBoard {
  readonly #surroundings: () => Surroundings
  readonly #listeners: ((health: StoreHealth) => void)[] = []
  #problem: Failure | undefined
  #closed = false
  #stored = 0
  #duplicates = 0
  #lastWrite: StoreHealth['lastWrite'] = null

  constructor(surroundings: () => Surroundings) {
    this.#surroundings = surroundings
  }

  health(): StoreHealth {
    return {
      state: this.#closed ? 'closed' : this.#problem ? 'retrying' : 'ok',
      ...(this.#problem && { code: this.#problem.code, reason: this.#problem.message }),
      storedTrades: this.#stored,
      duplicates: this.#duplicates,
      lastWrite: this.#lastWrite,
      ...this.#surroundings(),
    }
  }

  listen(listener: (health: StoreHealth) => void): void {
    this.#listeners.push(listener)
  }

  /** Tells every listener, for a change in more than the counters. */
  tell(): void {
    const health = this.health()
    for (const listener of this.#listeners) listener(health)
  }

  /** One more transaction is on the disk. */
  count({ stored, duplicates }: WriteResult, ms: number): void {
    this.#stored += stored
    this.#duplicates += duplicates
    if (stored + duplicates > 0) this.#lastWrite = { trades: stored + duplicates, ms }
  }

  /** True (and told) when this was not known yet. */
  failing(problem: Failure): boolean {
    if (this.#problem?.code === problem.code && this.#problem.message === problem.message)
      return false
    this.#problem = problem
    this.tell()
    return true
  }

  /** True (and told) when there was a problem until now. */
  working(): boolean {
    if (this.#problem === undefined) return false
    this.#problem = undefined
    this.tell()
    return true
  }

  closed(): void {
    this.#closed = true
    this.tell()
  }
}
