import { describe, expect, it } from 'vitest'
import {
  decimalText,
  drawFrom,
  MARKETS,
  type SyntheticTrade,
  synthetic,
  uuid,
} from '../../bench/harness/synthetic.ts'

const COUNT = 50_000
const trades: readonly SyntheticTrade[] = [...synthetic(COUNT)]

describe('synthetic trades', () => {
  it('are the same each time', () => {
    expect([...synthetic(1_000)]).toEqual(trades.slice(0, 1_000))
  })

  it('have ids without a gap in each market, and times that never go back', () => {
    const next = MARKETS.map(({ firstId }) => firstId)
    let time = 0
    for (const trade of trades) {
      expect(trade.id).toBe(next[trade.market])
      next[trade.market] = trade.id + 1
      expect(trade.time).toBeGreaterThanOrEqual(time)
      time = trade.time
    }
  })

  it('come in bursts: 1.82 an order, 55 % in the millisecond of the one before', () => {
    const orders = trades.filter(({ burst }) => !burst).length
    expect(COUNT / orders).toBeCloseTo(1.82, 1)
    const same = trades.filter(({ time }, i) => i > 0 && time === trades[i - 1]?.time).length
    expect(same / COUNT).toBeCloseTo(0.55, 1)
    for (const [i, { burst, market, time, buy }] of trades.entries())
      if (burst) expect(trades[i - 1]).toMatchObject({ market, time, buy })
  })

  it('are spread as 1/rank over twenty markets', () => {
    const counts = MARKETS.map((_, market) => trades.filter((one) => one.market === market).length)
    expect(counts).toHaveLength(20)
    expect((counts[0] ?? 0) / (counts[9] ?? 1)).toBeGreaterThan(7)
    expect((counts[0] ?? 0) / (counts[9] ?? 1)).toBeLessThan(13)
    expect(Math.min(...counts)).toBeGreaterThan(0)
  })

  it('have whole prices and quantities above zero', () => {
    expect(trades.every(({ ticks, lots }) => ticks >= 1 && lots >= 1)).toBe(true)
    expect(trades.every(({ ticks, lots }) => Number.isInteger(ticks + lots))).toBe(true)
  })
})

describe('decimalText', () => {
  it('is exact', () => {
    expect(decimalText(9_115_412, 2, 8)).toBe('91154.12000000')
    expect(decimalText(5, 3)).toBe('0.005')
    expect(decimalText(12, 0)).toBe('12')
    expect(decimalText(12, 0, 8)).toBe('12.00000000')
  })
})

it('makes UUIDs that do not repeat', () => {
  const random = drawFrom(1)
  const ids = Array.from({ length: 1_000 }, () => uuid(random))
  expect(new Set(ids).size).toBe(1_000)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})
