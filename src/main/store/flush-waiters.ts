import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'

interface Waiter {
  readonly seq: number
  readonly settle: (outcome: Outcome<null>) => void
}

/** Those who wait until everything that was put into the queue up to a number is on the disk. */
export class FlushWaiters {
  #waiters: Waiter[] = []
  #lostReported = 0

  wait(seq: number): Promise<Outcome<null>> {
    return new Promise((settle) => {
      this.#waiters.push({ seq, settle })
    })
  }

  /** Everything up to `seq` is done, but for the trades that are lost: told once, to whom waits. */
  settle(seq: number, lostTrades: number): void {
    const settled = this.#waiters.filter((waiter) => waiter.seq <= seq)
    if (settled.length === 0) return
    this.#waiters = this.#waiters.filter((waiter) => waiter.seq > seq)
    const lost = lostTrades - this.#lostReported
    this.#lostReported = lostTrades
    const outcome: Outcome<null> =
      lost === 0 ? ok(null) : fail('unavailable', `${lost} trades could not be kept and are lost.`)
    for (const waiter of settled) waiter.settle(outcome)
  }

  fail(failure: Outcome<null>): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const { settle } of waiters) settle(failure)
  }
}
