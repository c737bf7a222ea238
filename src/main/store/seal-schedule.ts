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

/**
 * The log is sealed when its oldest trade is this old, or when it holds so many (some 16 MB): the more of a
 * market are sealed together, the fewer times each is written again with its neighbours.
 */
const SEAL_AFTER_MS = 60_000
const SEAL_ABOVE_TRADES = 262_144
/**
 * A write of so many trades is part of a burst, in which sealing waits: it costs about as much CPU as
 * receiving and writing together. Beyond so many unsealed trades (some 60 MB) it waits no longer.
 */
const BURST_TRADES = 4_096
const MOST_UNSEALED = 1_048_576
const CALM_MS = 500

/** Seals the log now and then, a step at a time, so that a write never waits for more than one step. */
export class SealSchedule {
  readonly #compaction: Compaction
  readonly #idle: Idle
  readonly #post: (message: FromStore) => void
  readonly #done: () => void
  readonly #above: number
  #running = false
  #cancel: (() => void) | undefined
  #stopped = false
  #told = ''
  /** A burst was seen since the last step. */
  #burst = false

  /**
   * @param done is called at the end of each round.
   * @param above Unsealed trades with which sealing begins at once.
   */
  constructor(
    compaction: Compaction,
    idle: Idle,
    post: (message: FromStore) => void,
    done: () => void = () => undefined,
    above = SEAL_ABOVE_TRADES,
  ) {
    this.#compaction = compaction
    this.#idle = idle
    this.#post = post
    this.#done = done
    this.#above = above
  }

  /** So many trades were written. */
  wrote(trades = 0): void {
    if (this.#stopped) return
    const { waiting } = this.#compaction
    this.#burst = trades >= BURST_TRADES && waiting < MOST_UNSEALED
    if (this.#running) return
    if (this.#burst) {
      this.#cancel?.()
      this.#cancel = this.#idle.after(CALM_MS, () => this.#begin())
      return
    }
    if (waiting >= this.#above && this.#told === '') this.#begin()
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
    if (this.#burst) {
      this.#burst = false
      this.#cancel = this.#idle.after(CALM_MS, () => this.#step())
      return
    }
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
    this.#done()
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
