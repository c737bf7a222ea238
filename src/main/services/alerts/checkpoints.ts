import type { AlertChange } from '../../store/alert-changes.ts'
import type { LiveAlerts } from './live-alerts.ts'

/** How often the state of the evaluator is kept, and how often when it is large. */
const CHECKPOINT_MS = 300_000
const LARGE_CHECKPOINT_MS = 1_800_000
const LARGE_BYTES = 8 * 2 ** 20

/** Says when the state of the live evaluator goes to the disk, and what must not be there without it. */
export class Checkpoints {
  readonly #live: LiveAlerts
  readonly #note: (change: AlertChange) => void
  #at = Number.NEGATIVE_INFINITY
  #everyMs = CHECKPOINT_MS
  /** Judged stretches that wait for the next one. */
  readonly #judged: AlertChange[] = []

  constructor(live: LiveAlerts, note: (change: AlertChange) => void) {
    this.#live = live
    this.#note = note
  }

  /** The next one is due at once. */
  soon(): void {
    this.#at = Number.NEGATIVE_INFINITY
  }

  isDue(now: number): boolean {
    return now - this.#at >= this.#everyMs
  }

  /**
   * A missed stretch was judged, and its trades are in the windows now. It is over when the state is on the disk that has
   * them: a crash before that must find it open still.
   */
  judged(change: AlertChange): void {
    if (!this.#live.active) {
      this.#note(change)
      return
    }
    this.#judged.push(change)
    this.soon()
  }

  /** True when it was taken; else there is none at this moment: ask again. */
  take(now: number): boolean {
    const checkpoint = this.#live.checkpoint(now)
    if (checkpoint === null) return false
    for (const change of this.#judged.splice(0)) this.#note(change)
    this.#at = now
    this.#everyMs = checkpoint.data.byteLength > LARGE_BYTES ? LARGE_CHECKPOINT_MS : CHECKPOINT_MS
    this.#note({ t: 'checkpoint', checkpoint })
    return true
  }
}
