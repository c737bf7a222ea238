import { beforeEach, expect, test } from 'vitest'
import { Schedules } from '../../../../src/main/services/analysis/schedules.ts'
import type { MarketSchedule } from '../../../../src/shared/contract/analysis.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'

const MARKET = 'okx:BTC-USDT' as MarketId
const schedule = (change: Partial<MarketSchedule>): MarketSchedule => ({
  ...{ kinds: ['anomaly'], everyMs: null, everyTrades: null, onAlert: false },
  ...change,
})

let asked: string[]
let trades: number
let schedules: Schedules
const tradesOf = () => trades
const set = (change: Partial<MarketSchedule>, now = 0) =>
  schedules.set({ [MARKET]: schedule(change) }, now, tradesOf)
const run = (from: number, to: number) => {
  for (let now = from; now <= to; now += 250) schedules.tick(now, tradesOf)
}

beforeEach(() => {
  asked = []
  trades = 1_000
  schedules = new Schedules((market, kind, trigger) => asked.push(`${market} ${kind} ${trigger}`))
})

test('every five seconds, the first at once', () => {
  set({ everyMs: 5_000 })
  run(0, 14_999)
  expect(asked).toEqual(Array(3).fill(`${MARKET} anomaly interval`))
})

test('after a sleep one is due, not all that were missed', () => {
  set({ everyMs: 5_000 })
  run(0, 1_000)
  run(3_600_000, 3_604_000)
  expect(asked).toHaveLength(2)
  run(3_604_250, 3_605_250)
  expect(asked).toHaveLength(3)
})

test('every fifty trades, however fast they come', () => {
  set({ everyTrades: 50, kinds: ['sentiment', 'signal'] })
  run(0, 1_000)
  expect(asked).toEqual([])
  trades += 49
  run(1_250, 1_250)
  expect(asked).toEqual([])
  trades += 1
  run(1_500, 2_000)
  expect(asked).toEqual([`${MARKET} sentiment trades`, `${MARKET} signal trades`])
})

test('a market that was taken off and put back counts anew', () => {
  set({ everyTrades: 50 })
  trades = 0
  run(0, 0)
  trades = 50
  run(250, 250)
  expect(asked).toHaveLength(1)
})

test('when an alert fires, where that is wanted', () => {
  set({ onAlert: true })
  schedules.fired('okx:ETH-USDT' as MarketId)
  schedules.fired(MARKET)
  expect(asked).toEqual([`${MARKET} anomaly alert`])
  set({ onAlert: false })
  schedules.fired(MARKET)
  expect(asked).toHaveLength(1)
})

test('a schedule that is taken away asks no more; a change of something else does not ask at once', () => {
  set({ everyMs: 5_000 })
  run(0, 0)
  set({ everyMs: 5_000, onAlert: true }, 1_000)
  run(1_000, 2_000)
  expect(asked).toHaveLength(1)
  schedules.set({}, 2_000, tradesOf)
  run(2_000, 20_000)
  expect(asked).toHaveLength(1)
})
