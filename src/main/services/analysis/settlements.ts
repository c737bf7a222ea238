import type { Outcome } from '../../../shared/domain/outcome.ts'
import type { Clock } from '../../ports.ts'
import type { AnalysisChange } from '../../store/analysis-store.ts'

type Keep = (changes: readonly AnalysisChange[]) => Promise<Outcome<null>>

/** A commit costs the store's thread some milliseconds, which are those of the trades. */
const GATHER_MS = 250
const AGAIN_MS = 10_000

/**
 * What requests came to, on its way to the disk: with the next reservation, or a moment later. Until it is there the
 * reservation stands on the disk, which is never less, but for a provider that used more than it was given.
 */
export class Settlements {
  readonly #keep: Keep
  readonly #clock: Pick<Clock, 'after'>
  #waiting: AnalysisChange[] = []
  #cancelTimer: (() => void) | undefined
  #closed = false

  constructor(keep: Keep, clock: Pick<Clock, 'after'>) {
    this.#keep = keep
    this.#clock = clock
  }

  add(change: AnalysisChange): void {
    this.#waiting.push(change)
    if (this.#closed) void this.keepWith([])
    else this.#wakeIn(GATHER_MS)
  }

  /** One transaction of these and of what waits. What the disk refuses of the latter is tried again. */
  async keepWith(changes: readonly AnalysisChange[]): Promise<Outcome<null>> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    const settled = this.#waiting
    this.#waiting = []
    const kept = await this.#keep([...settled, ...changes])
    if (kept.ok || this.#closed) return kept
    this.#waiting = [...settled, ...this.#waiting]
    if (this.#waiting.length > 0) this.#wakeIn(AGAIN_MS)
    return kept
  }

  /** From now on each goes at once: nothing waits any more. */
  close(): void {
    this.#closed = true
    if (this.#waiting.length > 0) void this.keepWith([])
  }

  #wakeIn(ms: number): void {
    this.#cancelTimer ??= this.#clock.after(ms, () => {
      this.#cancelTimer = undefined
      void this.keepWith([])
    })
  }
}
