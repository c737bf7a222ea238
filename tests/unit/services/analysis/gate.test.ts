import { describe, expect, it } from 'vitest'
import {
  type Admission,
  Gate,
  gateBookSince,
  type Lease,
} from '../../../../src/main/services/analysis/gate.ts'
import type { AnalysisLimits } from '../../../../src/shared/contract/analysis.ts'
import { epochMs } from '../../../../src/shared/domain/time.ts'
import { START } from '../fakes.ts'
import { FREE, PRICES, turns, world } from './gate-world.ts'

const MIDNIGHT = Date.UTC(2027, 0, 16)
const never = new AbortController().signal

function setUp(limits: Partial<AnalysisLimits> = {}) {
  const { time, disk } = world()
  const settings = { limits: { ...FREE, ...limits }, prices: PRICES }
  const start = () =>
    new Gate({
      clock: time.clock,
      keep: disk.keep,
      settings: () => settings,
      book: disk.book(gateBookSince(time.clock.now())),
    })
  return { time, disk, settings, gate: start(), restart: start }
}

const need = (tokens: number, model = 'm') => ({
  model,
  promptTokens: tokens - 10,
  maxTokens: 10,
})
const mustLet = async (gate: Gate, tokens: number, model?: string): Promise<Lease> => {
  const admission = await gate.acquire(need(tokens, model), never)
  if (!admission.ok) throw new Error(admission.failure.message)
  return admission.lease
}

describe('the turn of a request', () => {
  it('comes in order, never more than the limits in any second and any minute', async () => {
    const { time, gate } = setUp({ requestsPerSecond: 3, requestsPerMinute: 5 })
    const went: [number, number][] = []
    for (let i = 0; i < 7; i += 1)
      void gate.acquire(need(20), never).then(() => went.push([i, time.clock.monotonic()]))
    await turns()
    for (let ms = 0; ms < 61_000; ms += 100) {
      time.advance(100)
      await turns()
    }
    expect(went.map(([i]) => i)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(went.map(([, at]) => at)).toEqual([0, 0, 0, 1_000, 1_000, 60_000, 60_000])
  })

  it('may be rarer than once a second', async () => {
    const { time, gate } = setUp({ requestsPerSecond: 0.25 })
    await mustLet(gate, 20)
    const second = gate.acquire(need(20), never)
    let came = false
    void second.then(() => {
      came = true
    })
    time.advance(3_999)
    await turns()
    expect(came).toBe(false)
    time.advance(1)
    expect(await second).toMatchObject({ ok: true, lease: { queueMs: 4_000 } })
  })

  it('is given up by who calls off, and those behind move up', async () => {
    const { time, gate } = setUp({ requestsPerSecond: 1 })
    await mustLet(gate, 20)
    const controller = new AbortController()
    const second = gate.acquire(need(20), controller.signal)
    const third = gate.acquire(need(20), never)
    controller.abort()
    expect(await second).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    time.advance(1_000)
    expect((await third).ok).toBe(true)
    expect(gate.today().requests).toBe(2)
    const late = await gate.acquire(need(20), controller.signal)
    expect(late).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
  })

  it('comes sooner when a limit is raised', async () => {
    const { gate, settings } = setUp({ requestsPerMinute: 1 })
    await mustLet(gate, 20)
    const second = gate.acquire(need(20), never)
    settings.limits = FREE
    gate.changed()
    expect((await second).ok).toBe(true)
  })

  it('does not come before the disk has what it may use', async () => {
    const { disk, gate } = setUp()
    disk.held = []
    let came: Admission | undefined
    const waiting = gate.acquire(need(20), never).then((admission) => {
      came = admission
    })
    await turns()
    expect(came).toBeUndefined()
    disk.release()
    await waiting
    expect(came).toMatchObject({ ok: true })
    expect([...disk.requests.values()]).toEqual([
      { id: 1, at: START, model: 'm', tokens: 20, money: 0.02 },
    ])
  })

  it('does not come when the disk refuses, and nothing counts then', async () => {
    const { disk, gate } = setUp({ tokensPerDay: 20 })
    disk.refuse = true
    const refused = await gate.acquire(need(20), never)
    expect(refused).toMatchObject({ ok: false, failure: { code: 'internal' } })
    expect(JSON.stringify(refused)).toContain('The disk is full')
    disk.refuse = false
    expect(gate.today()).toMatchObject({ requests: 0, tokens: 0 })
    await mustLet(gate, 20)
  })

  it('is not taken by one that was called off while the disk wrote', async () => {
    const { disk, gate } = setUp({ requestsPerMinute: 1 })
    disk.held = []
    const controller = new AbortController()
    const first = gate.acquire(need(20), controller.signal)
    await turns()
    controller.abort()
    expect((await first).ok).toBe(false)
    disk.release()
    await mustLet(gate, 30)
    expect(gate.today().tokens).toBe(30)
    expect(disk.requests.get(1)).toMatchObject({ tokens: 0, money: 0 })
  })
})

describe('the limits of a day', () => {
  it('count the most that a running request may use, then what it used', async () => {
    const { gate, disk } = setUp({ tokensPerDay: 150 })
    const lease = await mustLet(gate, 100)
    expect(await gate.acquire(need(51), never)).toMatchObject({
      ok: false,
      failure: { code: 'limit', limit: 'tokensPerDay', retryAt: MIDNIGHT },
    })
    expect(gate.stopped()).toEqual({ limit: 'tokensPerDay', until: MIDNIGHT })
    expect(lease.settle({ promptTokens: 30, completionTokens: 9 }, true)).toEqual({
      usage: { promptTokens: 30, completionTokens: 9, reported: true },
      cost: 0.039,
    })
    expect(gate.stopped()).toBeNull()
    expect(gate.today()).toEqual({ requests: 1, tokens: 39, money: 0.039, unpriced: 0 })
    // With the next reservation, in one transaction.
    expect(disk.requests.get(1)).toMatchObject({ tokens: 100 })
    await mustLet(gate, 111)
    expect(disk.requests.get(1)).toMatchObject({ tokens: 39, money: 0.039 })
    expect(gate.stopped()).toEqual({ limit: 'tokensPerDay', until: MIDNIGHT })
  })

  it('stand as reserved when the provider does not say what was used', async () => {
    const { gate } = setUp({ moneyPerDay: 0.1 })
    const lease = await mustLet(gate, 60)
    expect(lease.settle(null, true)).toEqual({
      usage: { promptTokens: 50, completionTokens: 10, reported: false },
      cost: 0.06,
    })
    expect(await gate.acquire(need(41), never)).toMatchObject({
      ok: false,
      failure: { code: 'limit', limit: 'moneyPerDay' },
    })
    await mustLet(gate, 40)
  })

  it('get back what was not sent', async () => {
    const { gate } = setUp({ tokensPerDay: 20 })
    const lease = await mustLet(gate, 20)
    expect(lease.settle(null, false)).toBeNull()
    expect(() => lease.settle(null, true)).toThrow('once')
    await mustLet(gate, 20)
  })

  it('hold what a provider says beyond the reservation, and stop then', async () => {
    const { gate } = setUp({ tokensPerDay: 100 })
    const lease = await mustLet(gate, 20)
    lease.settle({ promptTokens: 500, completionTokens: 1 }, true)
    expect(gate.today().tokens).toBe(501)
    expect(gate.stopped()).toMatchObject({ limit: 'tokensPerDay' })
    expect(await gate.acquire(need(11), never)).toMatchObject({ ok: false })
  })

  it('are told to the disk a quarter of a second after, or when it takes them again, or at the end', async () => {
    const { gate, disk, time } = setUp()
    const leases = [await mustLet(gate, 100), await mustLet(gate, 100), await mustLet(gate, 100)]
    const used = { promptTokens: 1, completionTokens: 1 }
    const onDisk = () => [...disk.requests.values()].map(({ tokens }) => tokens)
    leases[0]?.settle(used, true)
    time.advance(249)
    expect(onDisk()).toEqual([100, 100, 100])
    time.advance(1)
    await turns()
    expect(onDisk()).toEqual([2, 100, 100])
    disk.refuse = true
    leases[1]?.settle(used, true)
    time.advance(250)
    await turns()
    disk.refuse = false
    expect(onDisk()).toEqual([2, 100, 100])
    time.advance(10_000)
    await turns()
    expect(onDisk()).toEqual([2, 2, 100])
    gate.close()
    leases[2]?.settle(used, true)
    await turns()
    expect(onDisk()).toEqual([2, 2, 2])
    expect(time.pending()).toBe(0)
  })

  it('begin anew at midnight UTC', async () => {
    const { gate, time } = setUp({ tokensPerDay: 20 })
    await mustLet(gate, 20)
    expect(gate.stopped()?.until).toBe(MIDNIGHT)
    time.advance(MIDNIGHT - time.clock.now() - 1)
    expect((await gate.acquire(need(20), never)).ok).toBe(false)
    time.advance(1)
    expect(gate.stopped()).toBeNull()
    await mustLet(gate, 20)
    expect(gate.today().tokens).toBe(20)
    expect(gate.month().tokens).toBe(40)
  })

  it('of zero let nothing out', async () => {
    const { gate } = setUp({ moneyPerDay: 0 })
    expect(gate.stopped()).toMatchObject({ limit: 'moneyPerDay' })
    expect((await gate.acquire(need(20), never)).ok).toBe(false)
  })

  it('of money let no model out that has no price, and say so; without one it is counted', async () => {
    const { gate, settings } = setUp({ moneyPerDay: 5 })
    const refused = await gate.acquire(need(20, 'other'), never)
    expect(refused).toMatchObject({ ok: false, failure: { code: 'limit', limit: 'moneyPerDay' } })
    expect(JSON.stringify(refused)).toContain('other has no price')
    expect(gate.stopped()).toBeNull()
    settings.limits = FREE
    const lease = await mustLet(gate, 20, 'other')
    expect(lease.settle({ promptTokens: 1, completionTokens: 1 }, true)?.cost).toBeNull()
    expect(gate.today()).toEqual({ requests: 1, tokens: 2, money: 0, unpriced: 1 })
  })

  it('hold when they are lowered while the disk writes', async () => {
    const { gate, disk, settings } = setUp({ tokensPerDay: 100 })
    disk.held = []
    const first = gate.acquire(need(100), never)
    await turns()
    settings.limits = { ...FREE, tokensPerDay: 99 }
    disk.release()
    expect(await first).toMatchObject({ ok: false, failure: { limit: 'tokensPerDay' } })
    expect(gate.today().tokens).toBe(0)
  })
})

describe('after a restart', () => {
  it('the day goes on, with what a crash cut off as it was reserved', async () => {
    const { gate, restart } = setUp({ tokensPerDay: 100 })
    ;(await mustLet(gate, 40)).settle({ promptTokens: 5, completionTokens: 5 }, true)
    await mustLet(gate, 50)
    const again = restart()
    expect(again.today()).toEqual({ requests: 2, tokens: 60, money: 0.06, unpriced: 0 })
    expect((await again.acquire(need(41), never)).ok).toBe(false)
    await mustLet(again, 40)
  })

  it('the minute goes on', async () => {
    const { gate, restart, time } = setUp({ requestsPerMinute: 2 })
    await mustLet(gate, 20)
    await mustLet(gate, 20)
    time.advance(59_000)
    const again = restart()
    const third = again.acquire(need(20), never)
    let came = false
    void third.then(() => {
      came = true
    })
    time.advance(1_000)
    await turns()
    // Nobody knows when the two went: as late as can be.
    expect(came).toBe(false)
    time.advance(59_000)
    expect((await third).ok).toBe(true)
  })

  it('a new month begins with nothing but the last minute', () => {
    const first = Date.UTC(2027, 1, 1)
    expect(gateBookSince(epochMs(first + 10))).toBe(first + 10 - 60_000)
    expect(gateBookSince(epochMs(first + 86_400_000))).toBe(first)
  })
})

it('closing tells whoever waits', async () => {
  const { gate, time } = setUp({ requestsPerSecond: 1 })
  await mustLet(gate, 20)
  const second = gate.acquire(need(20), never)
  gate.close()
  expect(await second).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
  expect(time.pending()).toBe(0)
})
