import type { Worker } from 'node:worker_threads'
import type { Clock } from '../ports.ts'

/** Knows which threads are really gone: one inside a step of SQLite outlives its own ending. */
export class Threads {
  readonly #alive = new Set<Worker>()
  readonly #idle: (() => void)[] = []

  watch(threads: readonly Worker[]): void {
    for (const thread of threads) {
      if (this.#alive.has(thread)) continue
      this.#alive.add(thread)
      thread.once('exit', () => this.#gone(thread))
    }
  }

  /** How many live that the pool does not count among its own any more. */
  stuck(pool: readonly Worker[]): number {
    return [...this.#alive].filter((thread) => !pool.includes(thread)).length
  }

  /** Resolves when all but those of the pool are gone, after `ms` at the latest. */
  async settle(pool: () => readonly Worker[], clock: Clock, ms: number): Promise<void> {
    let late = false
    let wake: () => void = () => {}
    const cancel = clock.after(ms, () => {
      late = true
      wake()
    })
    while (!late && this.stuck(pool()) > 0)
      await new Promise<void>((resolve) => {
        wake = resolve
        this.#idle.push(resolve)
      })
    cancel()
  }

  #gone(thread: Worker): void {
    this.#alive.delete(thread)
    for (const look of this.#idle.splice(0)) look()
  }
}
