import { fail, type Outcome } from '../../shared/domain/outcome.ts'

/** Questions to the store's thread that are not answered yet. */
export class PendingReads {
  readonly #settles = new Map<number, (outcome: Outcome<never>) => void>()
  #last = 0

  ask<T>(send: (id: number) => void): Promise<Outcome<T>> {
    this.#last += 1
    const id = this.#last
    return new Promise((resolve) => {
      this.#settles.set(id, resolve)
      send(id)
    })
  }

  answer(id: number, outcome: Outcome<unknown>): void {
    const settle = this.#settles.get(id)
    this.#settles.delete(id)
    settle?.(outcome as Outcome<never>)
  }

  /** The thread is gone and answers nothing any more. */
  abandon(): void {
    for (const id of [...this.#settles.keys()]) this.answer(id, NOT_RUNNING)
  }
}

export const NOT_RUNNING = fail('unavailable', 'The store is not running at the moment.')
