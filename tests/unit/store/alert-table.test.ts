import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AlertChange, KeptAlert } from '../../../src/main/store/alert-changes.ts'
import type { OpenStore } from '../../../src/main/store/store-server.ts'
import { WriteQueue } from '../../../src/main/store/write-queue.ts'
import type { AlertEvent } from '../../../src/shared/contract/alerts.ts'
import type { AlertId } from '../../../src/shared/domain/alert.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { BTC, ETH, mustOpen, packed, scratch, T0, trade } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
beforeEach(() => {
  folder = scratch()
})
afterEach(() => folder.remove())

const alert: KeptAlert = {
  id: 'a1' as AlertId,
  name: 'high',
  expr: `${BTC} price > 100`,
  severity: 'warning',
  cooldownMs: 0,
  rearm: 'auto',
  expiresAt: null,
  armed: true,
  createdAt: epochMs(T0),
  channels: ['desktop'],
  armedAt: epochMs(T0),
  spentAt: null,
}
const event = (id: number, at: number, more: Partial<AlertEvent> = {}): AlertEvent => ({
  id,
  alert: alert.id,
  name: alert.name,
  severity: alert.severity,
  expr: alert.expr,
  at: epochMs(at),
  market: BTC,
  time: epochMs(at),
  price: 101.5,
  values: { [`${BTC} price`]: 101.5 },
  late: null,
  notifiedMs: null,
  deliveries: [{ channel: 'desktop', state: 'queued', attempts: 0, at: null }],
  ...more,
})
const fired = (...events: AlertEvent[]): AlertChange[] =>
  events.map((each) => ({ t: 'fired', event: each }))
const write = (store: OpenStore, alerts: readonly AlertChange[]) =>
  store.log.append({ batches: [], partials: [], alerts })

describe('alerts in the store', () => {
  it('are there again after a restart, with all that is to be gone on with', () => {
    const store = mustOpen(folder.path)
    const data = new Uint8Array([1, 2, 3])
    const stretch = {
      gap: 7,
      market: BTC,
      from: epochMs(T0),
      to: epochMs(T0 + 9),
      cause: 'asleep',
    } as const
    write(store, [
      { t: 'alert', alert },
      { t: 'alert', alert: { ...alert, id: 'a2' as AlertId } },
      { t: 'removed', id: 'a2' as AlertId },
      ...fired(event(1, T0), event(2, T0 + 1)),
      { t: 'checkpoint', checkpoint: { at: T0, data: new Uint8Array([9]) } },
      { t: 'checkpoint', checkpoint: { at: T0 + 5, data } },
      { t: 'missed', stretch },
      { t: 'paused', until: epochMs(T0 + 60_000) },
    ])
    store.close()
    const book = mustOpen(folder.path).log.alerts.book()
    expect(book).toEqual({
      alerts: [alert],
      counts: [{ alert: alert.id, fired: 2, lastAt: T0 + 1 }],
      unseen: 2,
      open: [event(1, T0), event(2, T0 + 1)],
      stretches: [stretch],
      checkpoint: { at: T0 + 5, data },
      pausedUntil: T0 + 60_000,
      lastEventId: 2,
    })
  })

  it('log a firing once, however often it is told', () => {
    const store = mustOpen(folder.path)
    const late = { cause: 'asleep', learnedAt: epochMs(T0 + 99) } as const
    write(store, fired(event(1, T0), event(2, T0, { late }), event(3, T0, { market: ETH })))
    const { log } = store.log.alerts
    expect(log.call(store.log.alerts, { limit: 10 }).map(({ id }) => id)).toEqual([3, 1])
  })

  it('settle deliveries, forget what was seen and evaluated', () => {
    const store = mustOpen(folder.path)
    write(store, fired(event(1, T0), event(2, T0 + 1)))
    const deliveries = [
      { channel: 'desktop', state: 'sent', attempts: 1, at: epochMs(T0 + 3) },
    ] as const
    write(store, [
      { t: 'delivered', id: 1, deliveries, notifiedMs: 3.5 },
      { t: 'seen', through: 1 },
      {
        t: 'missed',
        stretch: { gap: 7, market: BTC, from: epochMs(0), to: epochMs(1), cause: 'asleep' },
      },
      { t: 'judged', gap: 7 },
      { t: 'checkpoint', checkpoint: { at: 1, data: new Uint8Array(1) } },
      { t: 'checkpoint', checkpoint: null },
    ])
    const book = store.log.alerts.book()
    expect(book).toMatchObject({ unseen: 1, stretches: [], checkpoint: null })
    expect(book.open.map(({ id }) => id)).toEqual([2])
    expect(store.log.alerts.log({ limit: 1, before: 2 })).toEqual([
      event(1, T0, { deliveries, notifiedMs: 3.5 }),
    ])
    const from = epochMs(T0 + 1)
    expect(store.log.alerts.log({ limit: 9, from, alert: alert.id })).toEqual([event(2, T0 + 1)])
  })

  it('are written with the trades or not at all', () => {
    const store = mustOpen(folder.path)
    const broken = { ...event(1, T0), name: undefined } as unknown as AlertEvent
    const batches = [packed([trade()])]
    expect(() =>
      store.log.append({ batches, partials: [], alerts: fired(event(2, T0 + 1), broken) }),
    ).toThrow()
    expect(store.history.trades({ market: BTC, limit: 9 })).toEqual([])
    expect(store.log.alerts.log({ limit: 9 })).toEqual([])
    store.log.append({ batches, partials: [], alerts: fired(event(2, T0 + 1)) })
    expect(store.history.trades({ market: BTC, limit: 9 })).toHaveLength(1)
    expect(store.log.alerts.log({ limit: 9 })).toHaveLength(1)
  })
})

describe('alerts that wait to be written', () => {
  it('go with their batch, and wait on when it is refused', () => {
    const queue = new WriteQueue(1)
    expect(queue.push(packed([trade()]), [], fired(event(1, T0)))).toBe(true)
    expect(queue.push(packed([trade({ id: '2' })]), [], fired(event(2, T0)))).toBe(false)
    expect(queue.take()).toMatchObject({ alerts: fired(event(1, T0), event(2, T0)) })
  })

  it('are tried apart from a batch that cannot be written, and outlive it', () => {
    const queue = new WriteQueue(9)
    queue.push(packed([trade()]), [], fired(event(1, T0)))
    for (let i = 0; i < 9; i += 1) {
      queue.take()
      queue.failed('internal')
    }
    expect(queue.take()).toMatchObject({ batches: [], alerts: fired(event(1, T0)) })
  })
})
