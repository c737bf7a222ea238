/** Who may work now: first come, first served, so many at a time. */
export class Turns {
  #free: number
  #closed = false
  readonly #waiting: ((mine: boolean) => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Resolves with true when it is this caller's turn; false when the signal or `close` came first. */
  take(signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#closed || signal?.aborted === true) return Promise.resolve(false)
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(answer), 1)
        resolve(false)
      }
      const answer = (mine: boolean): void => {
        signal?.removeEventListener('abort', leave)
        resolve(mine)
      }
      this.#waiting.push(answer)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  /** The turn of somebody who took one is over. */
  release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next(true)
  }

  /** Nobody gets a turn any more. */
  close(): void {
    this.#closed = true
    for (const answer of this.#waiting.splice(0)) answer(false)
  }
}
