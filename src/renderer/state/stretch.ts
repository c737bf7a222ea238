import type { TimeRange } from '../../shared/domain/time.ts'

/** The smallest stretch that holds both. */
export const joined = (a: TimeRange | null, b: TimeRange): TimeRange =>
  a === null ? b : { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to }

/**
 * Reads stretches of time, one at a time: wishes that come while one is being read are joined into
 * one that follows. So a back-fill that corrects ten times a second costs no queue.
 */
export class StretchReader {
  readonly #read: (range: TimeRange) => Promise<void>
  #waiting: TimeRange | null = null
  #busy = false

  constructor(read: (range: TimeRange) => Promise<void>) {
    this.#read = read
  }

  want(range: TimeRange): void {
    this.#waiting = joined(this.#waiting, range)
    if (!this.#busy) void this.#run()
  }

  async #run(): Promise<void> {
    this.#busy = true
    try {
      while (this.#waiting !== null) {
        const range = this.#waiting
        this.#waiting = null
        await this.#read(range)
      }
    } finally {
      this.#busy = false
    }
  }
}
