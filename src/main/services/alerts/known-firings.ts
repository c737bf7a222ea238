import type { AlertEvent } from '../../../shared/contract/alerts.ts'
import type { AlertId } from '../../../shared/domain/alert.ts'
import type { Firing } from '../../pipeline/alerts/firing.ts'

/**
 * An alert over several markets, or by the clock, is judged at receipt live and at match time afterwards: the same
 * firing has two instants. So far apart they may be, milliseconds.
 */
const SAME_MS = 1_000

/** What is in the log already, or about to be: tells whether a firing that is learned late is news. */
export class KnownFirings {
  readonly #events = new Map<AlertId, AlertEvent[]>()

  constructor(events: Iterable<AlertEvent>) {
    for (const event of events) this.add(event)
  }

  add(event: AlertEvent): void {
    const known = this.#events.get(event.alert)
    if (known === undefined) this.#events.set(event.alert, [event])
    else known.push(event)
  }

  /**
   * Whether it was told: by itself, or held back by the cooldown after one that was.
   * @param since for an alert that fires a single time, when it was armed: any since then holds it back
   */
  covers(
    { alert, at, market, time }: Pick<Firing, 'alert' | 'at' | 'market' | 'time'>,
    {
      cooldownMs,
      isPerTrade,
      since,
    }: { readonly cooldownMs: number; readonly isPerTrade: boolean; readonly since: number | null },
  ): boolean {
    const events = this.#events.get(alert) ?? []
    return events.some((event) => {
      if (event.at === at && event.market === market) return true
      if (event.at <= at && at < event.at + cooldownMs) return true
      if (since !== null && event.at >= since && event.at <= at) return true
      if (isPerTrade) return false
      return event.time === time || Math.abs(event.at - at) <= SAME_MS
    })
  }
}
