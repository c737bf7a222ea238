import type { Clock } from '../ports.ts'

interface Waiter {
  readonly weight: number
  readonly go: (allowed: boolean) => void
}

/**
 * Lets requests through, first come first served, so that in any span of `perMs` they weigh no more
 * than `weight` together. (A request heavier than all of it goes alone.)
 */
export class WeightBudget {
  readonly #limit: { readonly weight: number; readonly perMs: number }
  readonly #clock: Clock
  #spent: { readonly at: number; readonly weight: number }[] = []
  #waiting: Waiter[] = []
  #cancelTimer: (() => void) | null = null

  constructor(limit: { readonly weight: number; readonly perMs: number }, clock: Clock) {
    this.#limit = limit
    this.#clock = clock
  }

  /**
   * Resolves with true when the request may be sent, with false when the budget was closed or
   * `signal` fired before.
   */
  take(weight: number, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const go = (allowed: boolean): void => {
        signal?.removeEventListener('abort', leave)
        resolve(allowed)
      }
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((waiter) => waiter.go !== go)
        go(false)
      }
      if (signal?.aborted === true) return resolve(false)
      signal?.addEventListener('abort', leave)
      this.#waiting.push({ weight, go })
      if (this.#cancelTimer === null) this.#serve()
    })
  }

  close(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    const waiting = this.#waiting
    this.#waiting = []
    for (const { go } of waiting) go(false)
  }

  #serve(): void {
    const now = this.#clock.monotonic()
    this.#spent = this.#spent.filter(({ at }) => now - at < this.#limit.perMs)
    let used = this.#spent.reduce((sum, { weight }) => sum + weight, 0)
    while (this.#waiting[0] !== undefined) {
      const { weight, go } = this.#waiting[0]
      const oldest = this.#spent[0]
      if (oldest !== undefined && used + weight > this.#limit.weight) {
        this.#cancelTimer = this.#clock.after(oldest.at + this.#limit.perMs - now, () => {
          this.#cancelTimer = null
          this.#serve()
        })
        return
      }
      this.#waiting.shift()
      this.#spent.push({ at: now, weight })
      used += weight
      go(true)
    }
  }
}
