import type { AlertChange } from '../../store/alert-changes.ts'

/** What waits for the next transaction, in order. */
export class PendingChanges {
  #changes: AlertChange[] = []
  /** Places of firings, by the number of their entry. */
  readonly #fired = new Map<number, number>()

  /** What becomes of a firing that is not on the disk yet is written with it, and not once more. */
  note(change: AlertChange): void {
    if (change.t === 'fired') this.#fired.set(change.event.id, this.#changes.length)
    const place = change.t === 'delivered' ? this.#fired.get(change.id) : undefined
    const fired = place === undefined ? undefined : this.#changes[place]
    if (place === undefined || fired?.t !== 'fired' || change.t !== 'delivered') {
      this.#changes.push(change)
      return
    }
    const { deliveries, notifiedMs } = change
    this.#changes[place] = { t: 'fired', event: { ...fired.event, deliveries, notifiedMs } }
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
