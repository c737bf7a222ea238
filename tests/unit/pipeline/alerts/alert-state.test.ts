import { describe, expect, it } from 'vitest'
import { packState, unpackState } from '../../../../src/main/pipeline/alerts/alert-state.ts'
import type { MarketState } from '../../../../src/main/pipeline/alerts/market-watch.ts'
import type { MarketId } from '../../../../src/shared/domain/market.ts'

const market = (name: string, rows: number): MarketState => ({
  ...{ market: name as MarketId, now: 1, time: 1, price: 1, heardAt: null, isTouched: false },
  ...{ gaps: [], figures: {}, rows },
})
const state = (...markets: readonly MarketState[]) => ({
  ...{ at: 5, counts: false, rules: [] },
  outlook: { venues: {}, figures: {}, markets },
})
const columns = (prices: readonly number[]) => ({
  time: Float64Array.from(prices, (_, i) => 1_800_000_000_000 + i),
  price: Float64Array.from(prices),
  steps: Float64Array.from(prices, (_, i) => i * 1e8),
  side: Uint8Array.from(prices, (_, i) => i % 2),
})

const inParts = ({ time, price, steps, side }: ReturnType<typeof columns>) =>
  [...time.keys()].map((i) => ({
    time: time.subarray(i, i + 1),
    price: price.subarray(i, i + 1),
    steps: steps.subarray(i, i + 1),
    side: side.subarray(i, i + 1),
  }))

describe('the saved state of the evaluator', () => {
  it('comes back as it was, columns of several markets and none', () => {
    const rows = [columns([1.5, -0.1, 3e300]), columns([]), columns([42])]
    const saved = packState(
      state(market('a:A-B', 3), market('a:B-C', 0), market('aé:C-D', 1)),
      rows.map((each) => [each]),
    )
    expect(unpackState(saved)?.columns).toEqual(rows)
    // As the pages of a ring give it.
    const parts = packState(
      state(market('a:A-B', 3), market('a:B-C', 0), market('aé:C-D', 1)),
      rows.map(inParts),
    )
    expect([...parts]).toEqual([...saved])
    // In the middle of other bytes, as a database hands it over.
    const within = new Uint8Array(saved.length + 3)
    within.set(saved, 3)
    expect(unpackState(within.subarray(3))?.columns).toEqual(rows)
  })

  it('is written little-endian, so that another machine reads it', () => {
    const bytes = packState(state(market('a:A-B', 1)), [[columns([2])]])
    const price = bytes.subarray(bytes.length - 17, bytes.length - 9)
    expect([...price]).toEqual([0, 0, 0, 0, 0, 0, 0, 0x40])
  })

  it('is none when a byte is missing or too many, or the version is another', () => {
    const bytes = packState(state(market('a:A-B', 1)), [[columns([2])]])
    const other = bytes.slice()
    other[0] = 99
    for (const broken of [
      bytes.subarray(0, -1),
      Uint8Array.of(...bytes, 0),
      other,
      bytes.subarray(0, 5),
    ])
      expect(unpackState(broken)).toBeNull()
  })
})
