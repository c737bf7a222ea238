import type { Clock } from '../../../src/renderer/connection/clock.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'

interface Timer {
  at: number
  readonly every: number | null
  readonly run: () => void
}

/** Time that moves only when told to. */
export class FakeClock implements Clock {
  #now = 1_700_000_000_000
  readonly #timers = new Set<Timer>()

  now = () => epochMs(this.#now)

  after(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: null, run })
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: ms, run })
  }

  /** Moves on, running what falls due in order, and lets promises settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#now = due.at
      if (due.every === null) this.#timers.delete(due)
      else due.at += due.every
      due.run()
      await settle()
    }
    this.#now = end
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve()
}
