import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Compaction } from '../../../src/main/store/compaction.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { FULL_SEGMENT } from '../../../src/main/store/seal.ts'
import { planSeal } from '../../../src/main/store/seal-plan.ts'
import { SealSchedule } from '../../../src/main/store/seal-schedule.ts'
import { SCATTERED } from '../../../src/main/store/segment-index.ts'
import type { FromStore } from '../../../src/main/store/store-protocol.ts'
import { type OpenStore, serveStore } from '../../../src/main/store/store-server.ts'
import type { MarketId } from '../../../src/shared/domain/market.ts'
import { epochMs } from '../../../src/shared/domain/time.ts'
import { BTC, mustOpen, packed, run, scratch, T0, unwrap } from './store-kit.ts'

let folder: ReturnType<typeof scratch>
let store: OpenStore
beforeEach(() => {
  folder = scratch()
  store = mustOpen(folder.path)
})
afterEach(() => {
  store.close()
  folder.remove()
})

const append = (from: number, count: number, market = BTC) =>
  store.log.append({ batches: [packed(run(from, count, { market }))], partials: [] })
const number = (sql: string): number => Number(store.db.prepare(sql).pluck().get())
const sizes = (): unknown =>
  store.db.prepare('SELECT trades FROM segment ORDER BY to_ts').pluck().all()

describe('compaction', () => {
  it('writes a trade four times at most on its way into a full segment', () => {
    const compaction = new Compaction(store.db, store.log.tape, { full: 2_048 })
    for (let round = 0; round < 600; round += 1) {
      append(round * 40, 40)
      compaction.run()
    }
    const { sealed, written } = compaction.work
    expect(sealed).toBe(24_000)
    expect(written / sealed).toBeLessThanOrEqual(4)
    // And the tape is not left in crumbs.
    expect(number('SELECT count(*) FROM segment')).toBeLessThan(24_000 / 2_048 + 8 * 3 + 1)
    expect(number('SELECT max(trades) FROM segment')).toBeGreaterThanOrEqual(2_048)
    expect(number('SELECT count(*) FROM tape_log')).toBe(0)
  })

  it('makes segments of 16 to 32 thousand trades', () => {
    for (let from = 0; from < 180_000; from += 6_000) {
      append(from, 6_000)
      store.compaction.run()
    }
    const full = number(`SELECT count(*) FROM segment WHERE trades >= ${FULL_SEGMENT}`)
    expect(full).toBeGreaterThanOrEqual(7)
    expect(number('SELECT max(trades) FROM segment')).toBeLessThan(2 * FULL_SEGMENT)
  })

  it('does a bounded part of the work a step, and a write may come in between', () => {
    const markets = Array.from({ length: 40 }, (_, i) => `okx:M${i}-USDT` as MarketId)
    for (const market of markets) append(0, 1_000, market)
    // A clock on which every look takes a millisecond.
    let now = 0
    const compaction = new Compaction(store.db, store.log.tape, { now: () => (now += 1) })
    compaction.begin()
    let steps = 0
    let more = true
    while (more) {
      more = compaction.step()
      steps += 1
      append(1_000 + steps, 1)
      const reader = unwrap(openReader(folder.path))
      expect(reader.stats().reduce((sum, { trades }) => sum + trades, 0)).toBe(40_000 + steps)
      reader.close()
    }
    expect(steps).toBeGreaterThanOrEqual(5)
  })

  it('puts late trades off that would open many segments at once', () => {
    const compaction = new Compaction(store.db, store.log.tape, { full: 64 })
    for (let from = 0; from < 2_000; from += 10)
      store.log.append({ batches: [packed(run(from, 9))], partials: [] })
    compaction.run()
    for (let from = 9; from < 2_000; from += 10) append(from, 1)
    compaction.begin()
    compaction.step()
    expect(compaction.waiting).toBeGreaterThan(100)
    while (compaction.step());
    expect(compaction.waiting).toBe(0)
    const reader = unwrap(openReader(folder.path))
    expect([...reader.trades({})].map(({ id }) => Number(id))).toEqual([...Array(2_000).keys()])
    expect([...reader.verify()]).toEqual([])
    reader.close()
  })

  it('changes nothing when the disk refuses, and goes on when it can', () => {
    append(0, 100)
    store.compaction.begin()
    store.db.pragma('query_only = 1')
    expect(() => store.compaction.step()).toThrow('readonly')
    store.db.pragma('query_only = 0')
    expect(store.db.pragma('synchronous', { simple: true })).toBe(2)
    store.compaction.run()
    expect(sizes()).toEqual([100])
  })

  it('gives space back that is not needed any more', () => {
    store.db.exec('CREATE TABLE filler AS SELECT zeroblob(8000000)')
    const before = number('SELECT page_count FROM pragma_page_count')
    store.db.exec('DROP TABLE filler')
    store.compaction.run()
    expect(before - number('SELECT page_count FROM pragma_page_count')).toBeGreaterThan(0)
    expect(number('SELECT freelist_count FROM pragma_freelist_count')).toBeLessThanOrEqual(1_024)
  })
})

describe('the plan', () => {
  const entry = (id: number, from: number, to: number, trades: number) => ({
    id,
    from,
    to,
    trades,
    firstId: null,
    lastId: null,
    ordered: SCATTERED,
    bytes: 0,
  })
  const plan = (entries: Parameters<typeof planSeal>[0], times: readonly number[]) => {
    const { groups, putOff } = planSeal(
      entries,
      Float64Array.from(times),
      Uint32Array.from(times, (_, i) => i),
      64,
    )
    return {
      groups: groups.map(({ segments, rows }) => [segments.map(({ id }) => id), [...rows]]),
      putOff: [...putOff],
    }
  }

  it('leaves full segments alone that nothing falls into', () =>
    expect(plan([entry(1, 0, 9, 64), entry(2, 20, 29, 64)], [10, 15, 30])).toEqual({
      groups: [
        [[], [0, 1]],
        [[], [2]],
      ],
      putOff: [],
    }))

  it('opens the segment that a late trade falls into, its ends included', () =>
    expect(plan([entry(1, 0, 9, 64), entry(2, 20, 29, 64)], [9, 20])).toEqual({
      groups: [
        [[1], [0]],
        [[2], [1]],
      ],
      putOff: [],
    }))

  it('joins eight small neighbours, but not with the newest', () => {
    const small = Array.from({ length: 8 }, (_, i) => entry(i + 1, i * 10, i * 10 + 5, 2))
    expect(plan(small, [100])).toEqual({
      groups: [
        [[1, 2, 3, 4, 5, 6, 7, 8], []],
        [[], [0]],
      ],
      putOff: [],
    })
  })
})

describe('the schedule', () => {
  /** What runs when nobody waits, by hand. */
  class HandIdle {
    readonly due: (() => void)[] = []
    timer: (() => void) | undefined
    soon = (run: () => void): void => void this.due.push(run)
    after = (_ms: number, run: () => void): (() => void) => {
      this.timer = run
      return () => {
        this.timer = undefined
      }
    }
    drain(): number {
      let steps = 0
      for (let run = this.due.shift(); run !== undefined; run = this.due.shift()) {
        run()
        steps += 1
      }
      return steps
    }
  }

  it('seals after a while, a step at a time, and waits again', () => {
    const idle = new HandIdle()
    const posted: FromStore[] = []
    const schedule = new SealSchedule(store.compaction, idle, (message) => posted.push(message))
    schedule.wrote()
    expect(idle.timer).toBeUndefined()
    append(0, 100)
    schedule.wrote()
    expect(idle.due).toEqual([])
    idle.timer?.()
    expect(idle.drain()).toBeGreaterThanOrEqual(2)
    expect(sizes()).toEqual([100])
    append(100, 5)
    schedule.wrote()
    expect(idle.timer).toBeDefined()
    expect(posted).toEqual([])
  })

  it('seals at once when there is much to seal', () => {
    const idle = new HandIdle()
    const schedule = new SealSchedule(
      store.compaction,
      idle,
      () => undefined,
      () => undefined,
      65_536,
    )
    for (let from = 0; from < 70_000; from += 7_000) append(from, 7_000)
    schedule.wrote()
    expect(idle.drain()).toBeGreaterThan(3)
    expect(store.compaction.waiting).toBe(0)
  })

  it('waits while trades come in bursts, also in the middle of a round', () => {
    const idle = new HandIdle()
    const schedule = new SealSchedule(store.compaction, idle, () => undefined)
    const burst = (from: number): void => {
      append(from, 7_000)
      schedule.wrote(7_000)
    }
    for (let from = 0; from < 140_000; from += 7_000) burst(from)
    expect(idle.due).toEqual([])
    idle.timer?.() // calm for a while: the round begins
    idle.due.shift()?.()
    burst(140_000)
    idle.due.shift()?.()
    expect(idle.due).toEqual([])
    expect(store.compaction.waiting).toBeGreaterThan(0)
    idle.timer?.()
    idle.drain()
    idle.timer?.()
    idle.drain()
    expect(store.compaction.waiting).toBe(0)
  })

  it('tells once that it cannot, and tries again later', () => {
    const idle = new HandIdle()
    const posted: FromStore[] = []
    const schedule = new SealSchedule(store.compaction, idle, (message) => posted.push(message))
    append(0, 100)
    schedule.wrote()
    store.db.pragma('query_only = 1')
    for (let tries = 0; tries < 3; tries += 1) {
      const { timer } = idle
      timer?.()
      idle.drain()
    }
    expect(posted).toMatchObject([
      { t: 'log', event: 'store.seal-failed', fields: { code: 'storage-read-only' } },
    ])
    store.db.pragma('query_only = 0')
    idle.timer?.()
    idle.drain()
    expect(sizes()).toEqual([100])
  })

  it('is that of the store, and what is left is sealed at closing', () => {
    store.close()
    const idle = new HandIdle()
    const posted: FromStore[] = []
    const handle = serveStore(
      folder.path,
      (message) => posted.push(message),
      () => {
        store = mustOpen(folder.path)
        return { ok: true, value: store }
      },
      { idle },
    )
    handle({ t: 'write', write: { batches: [packed(run(0, 50))], partials: [] } })
    idle.timer?.()
    idle.drain()
    expect(sizes()).toEqual([50])
    handle({ t: 'write', write: { batches: [packed(run(50, 50))], partials: [] } })
    handle({ t: 'close' })
    expect(posted.at(-1)).toEqual({ t: 'closed' })
    expect(idle.timer).toBeUndefined()
    store = mustOpen(folder.path)
    expect(number('SELECT count(*) FROM tape_log')).toBe(0)
    expect(number('SELECT sum(trades) FROM segment')).toBe(100)
    expect(store.history.tapeEnd(BTC)).toMatchObject({ id: '99', time: epochMs(T0 + 99) })
  })
})
