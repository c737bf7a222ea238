import type { StorageLimits } from '../../shared/domain/storage.ts'
import type { Retention } from './retention.ts'
import type { Idle } from './seal-schedule.ts'
import { storageFailure } from './storage-failure.ts'
import type { FromStore } from './store-protocol.ts'

/** A round at least so often, also when nothing is written: trades grow old by themselves. */
const EVERY_MS = 60_000

/** Runs the retention's rounds a step at a time, so that a write never waits for more than one step. */
export class RetentionSchedule {
  readonly #retention: Retention
  readonly #idle: Idle
  readonly #post: (message: FromStore) => void
  #running = false
  #stopped = false
  #cancel: (() => void) | undefined
  #told = ''

  constructor(retention: Retention, idle: Idle, post: (message: FromStore) => void) {
    this.#retention = retention
    this.#idle = idle
    this.#post = post
    this.#wait()
  }

  /** Other limits hold from now on. */
  limit(limits: StorageLimits): void {
    this.#retention.limit(limits)
    this.sealed()
  }

  /** The log has just been sealed, the moment at which the tape is at its smallest. */
  sealed(): void {
    if (this.#running || this.#stopped) return
    this.#cancel?.()
    this.#running = true
    this.#idle.soon(() => this.#begin())
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  #wait(): void {
    this.#cancel = this.#idle.after(EVERY_MS, () => this.sealed())
  }

  #begin(): void {
    this.#try(() => {
      this.#retention.begin()
      return true
    })
  }

  #step(): void {
    this.#try(() => this.#retention.step())
  }

  /** Nothing is lost when it fails: told once, tried again with the next round. */
  #try(work: () => boolean): void {
    if (this.#stopped) return
    try {
      if (work()) {
        this.#idle.soon(() => this.#step())
        return
      }
      this.#told = ''
    } catch (error) {
      const { code, message: reason } = storageFailure(error)
      if (this.#told !== code)
        this.#post({ t: 'log', event: 'store.roll-off-failed', fields: { code, reason } })
      this.#told = code
    }
    this.#running = false
    this.#wait()
  }
}
