import type { Clock } from '../../../src/main/ports.ts'
import { type EpochMs, epochMs } from '../../../src/shared/domain/time.ts'

interface Timer {
  at: number
  readonly order: number
  readonly everyMs: number | null
  readonly run: () => void
}

/** A clock that stands still until it is told to move. Timers run in order of their time. */
export class FakeClock implements Clock {
  #now: number
  #monotonic = 1_000
  #order = 0
  readonly #timers = new Set<Timer>()

  constructor(start = 1_750_000_000_000) {
    this.#now = start
  }

  now(): EpochMs {
    return epochMs(Math.floor(this.#now))
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(ms: number, run: () => void): () => void {
    return this.#add(ms, null, run)
  }

  every(ms: number, run: () => void): () => void {
    return this.#add(ms, ms, run)
  }

  /** Timers that are still set: none may be left after a stop. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves time on and runs what falls due, each at its own moment. */
  advance(ms: number): void {
    const end = this.#monotonic + ms
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) this.#fire(next)
    this.#move(end)
  }

  /** The same, letting promises settle before the start, after every timer and at the end. */
  async pass(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    await settled()
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) {
      this.#fire(next)
      await settled()
    }
    this.#move(end)
    await settled()
  }

  /** Sets the wall clock forward or back, as a person or a time server may. */
  step(ms: number): void {
    this.#now += ms
  }

  #add(ms: number, everyMs: number | null, run: () => void): () => void {
    const at = this.#monotonic + Math.max(0, ms)
    this.#order += 1
    const timer: Timer = { at, order: this.#order, everyMs, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  #due(end: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers)
      if (timer.at <= end && (first === undefined || before(timer, first))) first = timer
    return first
  }

  #fire(timer: Timer): void {
    this.#move(timer.at)
    if (timer.everyMs === null) this.#timers.delete(timer)
    else timer.at += timer.everyMs
    timer.run()
  }

  #move(to: number): void {
    if (to <= this.#monotonic) return
    this.#now += to - this.#monotonic
    this.#monotonic = to
  }
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** Lets every promise that can settle without time passing do so. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}
