import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PendingChanges } from '../../../../src/main/services/alerts/pending-changes.ts'
import type { AlertChange } from '../../../../src/main/store/alert-changes.ts'
import type { AlertEvent, Delivery } from '../../../../src/shared/contract/alerts.ts'

/** What the table would hold: entries by number, and through which one they were seen. */
function tableOf(batches: readonly (readonly AlertChange[])[]) {
  const entries = new Map<
    number,
    { deliveries: unknown; notifiedMs: number | null; seen: boolean }
  >()
  for (const change of batches.flat())
    if (change.t === 'fired' && !entries.has(change.event.id)) {
      const { id, deliveries, notifiedMs } = change.event
      entries.set(id, { deliveries, notifiedMs, seen: false })
    } else if (change.t === 'delivered' && entries.has(change.id)) {
      const { id, deliveries, notifiedMs } = change
      entries.set(id, { deliveries, notifiedMs, seen: entries.get(id)?.seen ?? false })
    } else if (change.t === 'seen')
      for (const [id, entry] of entries) if (id <= change.through) entry.seen = true
  return entries
}

const delivery = (attempts: number): readonly Delivery[] => [
  { channel: 'desktop', state: 'queued', attempts, at: null },
]
const id = fc.integer({ min: 1, max: 6 })
const steps = fc.array(
  fc.oneof(
    id.map((n) => ({ t: 'fired', event: { id: n, deliveries: delivery(0), notifiedMs: null } })),
    fc
      .tuple(id, fc.nat(9))
      .map(([n, ms]) => ({ t: 'delivered', id: n, deliveries: delivery(ms), notifiedMs: ms })),
    id.map((through) => ({ t: 'seen', through })),
    fc.constant({ t: 'drain' }),
  ),
)

it('write what becomes of a firing with it, and the table holds what it would have held', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const pending = new PendingChanges()
      const drained: (readonly AlertChange[])[] = []
      const plain: AlertChange[] = []
      // An entry fires once: its number is taken.
      const fired = new Set<number>()
      for (const step of all) {
        if (step.t === 'drain') drained.push(pending.drain())
        else {
          const change = step as unknown as AlertChange & { event?: AlertEvent }
          if (change.t === 'fired' && fired.has(change.event.id)) continue
          if (change.t === 'fired') fired.add(change.event.id)
          plain.push(change)
          pending.note(change)
        }
      }
      drained.push(pending.drain())
      expect(tableOf(drained)).toEqual(tableOf([plain]))
      expect(pending.drain()).toEqual([])
      for (const batch of drained) {
        const inBatch = batch.flatMap((change) => (change.t === 'fired' ? [change.event.id] : []))
        const late = batch.filter(
          (change) => change.t === 'delivered' && inBatch.includes(change.id),
        )
        // Only what was said before it fired may stand by itself.
        for (const change of late)
          expect(batch.indexOf(change)).toBeLessThan(
            batch.findIndex(
              (each) => each.t === 'fired' && 'id' in change && each.event.id === change.id,
            ),
          )
      }
    }),
  )
})
