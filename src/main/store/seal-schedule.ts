import type { Compaction } from './compaction.ts'
import { storageFailure } from './storage-failure.ts'
import type { FromStore } from './store-protocol.ts'

/** Lets the store's thread do something when nobody waits for it. */
export interface Idle {
  /** Runs after the messages that wait already. */
  soon(run: () => void): void
  /** Runs after a pause; returns what takes it back. */
  after(ms: number, run: () => void): () => void
}

/** The log is sealed when its oldest trade is this old, or when it holds so many. */
const SEAL_AFTER_MS = 10_000
const SEAL_ABOVE_TRADES = 65_536

/** Seals the log now and then, a step at a time, so that a write never waits for more than one step. */
export class SealSchedule {
  readonly #compaction: Compaction
  readonly #idle: Idle
  readonly #post: (message: FromStore) => void
  #running = false
  #cancel: (() => void) | undefined
  #stopped = false
  #told = ''

  constructor(compaction: Compaction, idle: Idle, post: (message: FromStore) => void) {
    this.#compaction = compaction
    this.#idle = idle
    this.#post = post
  }

  /** Something was written. */
  wrote(): void {
    if (this.#running || this.#stopped) return
    const { waiting } = this.#compaction
    if (waiting >= SEAL_ABOVE_TRADES && this.#told === '') this.#begin()
    else if (waiting > 0) this.#cancel ??= this.#idle.after(SEAL_AFTER_MS, () => this.#begin())
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  /** Seals what can be sealed in so many ms, and stops. */
  finish(ms: number): void {
    this.stop()
    const end = performance.now() + ms
    try {
      this.#compaction.begin()
      while (performance.now() < end && this.#compaction.step());
      this.#compaction.shrink(end - performance.now())
    } catch (error) {
      this.#failed(error)
    }
  }

  #begin(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#running = true
    this.#compaction.begin()
    this.#idle.soon(() => this.#step())
  }

  #step(): void {
    if (this.#stopped) return
    try {
      if (this.#compaction.step()) {
        this.#idle.soon(() => this.#step())
        return
      }
      this.#told = ''
    } catch (error) {
      this.#failed(error)
    }
    this.#running = false
    this.wrote()
  }

  /** Nothing is lost: what is not sealed lies in the log. Told once, tried again later. */
  #failed(error: unknown): void {
    const { code, message: reason } = storageFailure(error)
    if (this.#told !== code)
      this.#post({ t: 'log', event: 'store.seal-failed', fields: { code, reason } })
    this.#told = code
  }
}
