import type { AlertEvent } from '../../../shared/contract/alerts.ts'
import type { Firing } from '../../pipeline/alerts/firing.ts'
import type { TradeStore } from '../../store/store.ts'

/** Firings that are kept in memory beside the log, for as long as they may not be on the disk. */
const RECENT = 4_096
const LOG_PAGE = 1_000

type Key = Pick<Firing, 'alert' | 'at' | 'market'>

/** The newest firings: which of them an entry of the log is, or is about to be. */
export class RecentFirings {
  readonly #events: AlertEvent[] = []
  readonly #keys = new Set<string>()

  /** Oldest first, but for those of an earlier run that were read later. */
  get all(): readonly AlertEvent[] {
    return this.#events
  }

  has(firing: Key): boolean {
    return this.#keys.has(keyOf(firing))
  }

  add(event: AlertEvent): void {
    if (this.has(event)) return
    this.#events.push(event)
    this.#keys.add(keyOf(event))
    if (this.#events.length <= 2 * RECENT) return
    for (const old of this.#events.splice(0, RECENT)) this.#keys.delete(keyOf(old))
  }

  /** Takes the newest entries of the log, so that a firing of an earlier run is known as one. */
  async load(store: Pick<TradeStore, 'alertLog'>): Promise<void> {
    const events: AlertEvent[] = []
    while (events.length < RECENT) {
      const before = events.at(-1)?.id
      const page = await store.alertLog({
        ...{ limit: LOG_PAGE },
        ...(before !== undefined && { before }),
      })
      if (!page.ok) return
      events.push(...page.value)
      if (page.value.length < LOG_PAGE) break
    }
    for (const event of events.reverse()) this.add(event)
  }
}

/** By what an entry of the log is known. */
const keyOf = ({ alert, at, market }: Key): string => `${alert} ${at} ${market}`
