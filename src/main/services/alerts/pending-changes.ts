import type { AlertChange } from '../../store/alert-changes.ts'

/** What waits for the next transaction, in order. */
export class PendingChanges {
  #changes: AlertChange[] = []
  /** Places of firings, by the number of their entry. */
  readonly #fired = new Map<number, number>()

  /** What becomes of a firing that is not on the disk yet is written with it, and not once more. */
  note(change: AlertChange): void {
    if (change.t === 'delivered' && this.#joined(change)) return
    if (change.t === 'fired') this.#fired.set(change.event.id, this.#changes.length)
    this.#changes.push(change)
  }

  #joined({ id, deliveries, notifiedMs }: AlertChange & { t: 'delivered' }): boolean {
    const place = this.#fired.get(id) ?? -1
    const fired = this.#changes[place]
    if (fired?.t !== 'fired') return false
    this.#changes[place] = { t: 'fired', event: { ...fired.event, deliveries, notifiedMs } }
    return true
  }

  /**
   * All of it; nothing waits then. What is handed out stays as it is: while nothing waited it was once the list itself, and what
   * was noted later went into a batch that was handed over before it.
   */
  drain(): readonly AlertChange[] {
    if (this.#changes.length === 0) return NONE
    const changes = this.#changes
    this.#changes = []
    this.#fired.clear()
    return changes
  }
}

const NONE: readonly AlertChange[] = []
