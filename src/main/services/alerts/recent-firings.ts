import type { AlertEvent } from '../../../shared/contract/alerts.ts'

/** Firings that are kept in memory beside the log, for as long as they may not be on the disk. */
export const RECENT = 4_096

type Named = Pick<AlertEvent, 'alert' | 'market'> & { readonly at: number }

/** The newest firings; each is known by its alert, instant and market, and is there once. */
export class RecentFirings {
  readonly #events: AlertEvent[] = []
  readonly #keys = new Set<string>()

  get all(): readonly AlertEvent[] {
    return this.#events
  }

  has(firing: Named): boolean {
    return this.#keys.has(keyOf(firing))
  }

  add(event: AlertEvent): void {
    if (this.has(event)) return
    this.#events.push(event)
    this.#keys.add(keyOf(event))
    if (this.#events.length > 2 * RECENT)
      for (const old of this.#events.splice(0, RECENT)) this.#keys.delete(keyOf(old))
  }
}

const keyOf = ({ alert, at, market }: Named): string => `${alert} ${at} ${market}`
