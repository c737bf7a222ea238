import { describe, expect, it } from 'vitest'
import type { AlertDraft } from '../../../../src/shared/contract/alerts.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'
import { START } from '../fakes.ts'
import { AlertWorld } from './alert-world.ts'

const A = 'okx:BTC-USDT' as MarketId
/** Longer than a tape is read back for an alert that has no windows. */
const LONG_MS = 3_600_000

const draft = (expr: string, more: Partial<AlertDraft> = {}): AlertDraft => ({
  ...{ name: '', expr, severity: 'info', cooldownMs: 0, rearm: 'auto', expiresAt: null },
  channels: [],
  ...more,
})

async function worldWith(each: AlertDraft, prices: readonly number[]): Promise<AlertWorld> {
  const world = new AlertWorld()
  await world.start()
  world.arm(each)
  await world.settle()
  for (const price of prices) world.trade({ market: A, price, qty: 1, side: 0 })
  world.checkpoint()
  world.tick(LONG_MS)
  world.flush()
  await world.crash()
  await world.settle()
  return world
}

const told = (world: AlertWorld): number => {
  world.flush()
  return world.disk.events.size
}

it('what was fetched and judged is in the windows of the next run, whenever this one ends', async () => {
  const world = new AlertWorld()
  await world.start()
  world.arm(draft(`${A} volume 2m > 10`))
  await world.settle()
  const trade = (qty: number): void => world.trade({ market: A, price: 100, qty, side: 0 })
  trade(1)
  world.time.advance(130_000)
  trade(1)
  world.checkpoint()
  world.disconnect(0)
  trade(1)
  trade(8)
  world.connect()
  trade(1)
  world.flush()
  world.fill(false)
  world.flush()
  for (let i = 0; i < 6; i += 1) {
    world.tick(250)
    await world.settle()
    world.time.advance(2)
    await world.settle()
  }
  world.flush()
  expect(told(world)).toBe(0)
  await world.crash()
  await world.settle()
  trade(3)
  for (let i = 0; i < 6; i += 1) {
    world.tick(250)
    await world.settle()
  }
  expect(told(world)).toBe(1)
})

it.each([
  ['each trade', `${A} price > 105`],
  ['the clock', `${A} stale > 10m`],
])(
  'a stretch that was judged is over, and the state is kept, for alerts judged by %s',
  async (_, expr) => {
    const world = new AlertWorld()
    await world.start()
    world.arm(draft(expr))
    await world.settle()
    const trade = (): void => world.trade({ market: A, price: 100, qty: 1, side: 0 })
    trade()
    world.disconnect(0)
    trade()
    world.connect()
    trade()
    world.fill(false)
    world.flush()
    expect(world.disk.stretches.size).toBe(1)
    for (let i = 0; i < 6; i += 1) {
      world.tick(250)
      await world.settle()
      world.time.advance(2)
      await world.settle()
    }
    world.flush()
    expect(world.disk.stretches.size).toBe(0)
    expect(world.disk.checkpoint?.at).toBeGreaterThan(START)
  },
)

it('a silence that was told is not told again because something that was missed before it came', async () => {
  const world = new AlertWorld()
  await world.start()
  world.arm(draft(`${A} stale > 5s`))
  await world.settle()
  const trade = (): void => world.trade({ market: A, price: 100, qty: 1, side: 0 })
  const pass = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      world.tick(250)
      await world.settle()
      world.time.advance(2)
      await world.settle()
    }
  }
  trade()
  world.disconnect(0)
  trade()
  world.connect()
  trade()
  world.flush()
  await pass(24)
  expect(told(world)).toBe(1)
  world.fill(false)
  await pass(24)
  expect(told(world)).toBe(1)
  trade()
  await pass(24)
  expect(told(world)).toBe(2)
})

it('a venue that is heard passes for silent neither live nor in what is judged afterwards', async () => {
  const world = new AlertWorld()
  world.heard.push('okx')
  await world.start()
  world.arm(draft(`${A} silent > 1m`))
  world.arm(draft(`${A} silent > 1m or ${A} price > 105`))
  await world.settle()
  const trade = (price: number): void => world.trade({ market: A, price, qty: 1, side: 0 })
  const pass = async (ms: number): Promise<void> => {
    for (let past = 0; past < ms; past += 250) {
      world.tick(250)
      await world.settle()
    }
  }
  trade(100)
  await pass(90_000)
  trade(100)
  world.disconnect(0)
  trade(106)
  trade(100)
  world.connect()
  trade(100)
  await pass(90_000)
  trade(100)
  world.flush()
  world.fill(false)
  for (let i = 0; i < 6; i += 1) {
    await pass(250)
    world.time.advance(2)
    await world.settle()
  }
  world.flush()
  expect([...world.disk.events.values()].map(({ price, late }) => [price, late?.cause])).toEqual([
    [106, 'disconnected'],
  ])
})

it('a verdict that comes while something missed is judged is not lost', async () => {
  const world = new AlertWorld()
  await world.start()
  world.arm(draft(`${A} ai anomaly`))
  await world.settle()
  const trade = (): void => world.trade({ market: A, price: 100, qty: 1, side: 0 })
  trade()
  world.disconnect(0)
  trade()
  world.connect()
  trade()
  world.flush()
  world.fill(false)
  world.flush()
  world.slow = true
  world.tick(250)
  await Promise.resolve()
  world.time.advance(5)
  world.alerts.verdict(A, 'anomaly', 3)
  for (let i = 0; i < 6; i += 1) {
    await world.settle()
    world.time.advance(2)
    await world.settle()
    world.tick(250)
  }
  expect(told(world)).toBe(1)
})

describe('a restart goes on from the state that was kept', () => {
  it('so that what held before does not fire again', async () => {
    const world = await worldWith(draft(`${A} price > 105`), [100, 106])
    expect(told(world)).toBe(1)
    world.trade({ market: A, price: 106, qty: 1, side: 0 })
    expect(told(world)).toBe(1)
    world.trade({ market: A, price: 104, qty: 1, side: 1 })
    world.trade({ market: A, price: 106, qty: 1, side: 0 })
    expect(told(world)).toBe(2)
  })

  it('so that a crossing is known to come from the other side', async () => {
    const crossing = draft(`${A} price crosses above 105`, { hysteresis: 0.02 })
    const world = await worldWith(crossing, [100, 104])
    expect(told(world)).toBe(0)
    world.trade({ market: A, price: 106, qty: 1, side: 0 })
    expect(told(world)).toBe(1)
  })

  it('so that a silence that was told is not told again', async () => {
    const world = await worldWith(draft(`${A} stale > 10m`), [100])
    expect(told(world)).toBe(1)
    world.tick(250)
    await world.settle()
    world.tick(250)
    expect(told(world)).toBe(1)
    expect(world.toldTwice).toEqual([])
  })
})
