import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LEAD_EDGES, SourceComparison } from '../../../src/main/pipeline/source-comparison.ts'

const SETTLE = 1_000

describe('comparison of ways', () => {
  it('counts what each way had and what it never saw, of the union', () => {
    const comparison = new SourceComparison(2, SETTLE)
    comparison.begin(10_000)
    comparison.saw(0, 'a', 10_000, 10_050)
    comparison.saw(1, 'a', 10_000, 10_400)
    comparison.saw(0, 'b', 10_100, 10_150)
    comparison.saw(1, 'c', 10_200, 10_900)
    comparison.settle(11_200)
    expect(comparison.union).toBe(3)
    expect(comparison.results()).toMatchObject([
      { seen: 2, missed: 1, delay: { count: 2, min: 50, max: 50 } },
      { seen: 2, missed: 1, delay: { count: 2, min: 400, max: 700 } },
    ])
    expect(comparison.leads()).toMatchObject([
      { ahead: 0, behind: 1, lead: { count: 1, min: 350, max: 350 } },
    ])
    expect(comparison.leads()[0]?.counts[LEAD_EDGES.indexOf(200)]).toBe(1)
  })

  it('leaves out trades made before all ways were running, and those that may still come', () => {
    const comparison = new SourceComparison(2, SETTLE)
    comparison.saw(0, 'early', 9_000, 9_050)
    comparison.begin(10_000)
    comparison.saw(1, 'early', 9_000, 10_050)
    comparison.saw(0, 'young', 10_500, 10_550)
    comparison.settle(11_499)
    expect(comparison.union).toBe(0)
    comparison.settle(11_500)
    expect(comparison.union).toBe(1)
  })

  it('a poll that shows a settled trade once more does not make it another', () => {
    const comparison = new SourceComparison(2, SETTLE)
    comparison.begin(10_000)
    comparison.saw(0, 'a', 10_000, 10_050)
    comparison.settle(11_000)
    comparison.saw(1, 'a', 10_000, 11_500)
    comparison.settle(20_000)
    expect(comparison.union).toBe(1)
    expect(comparison.results()).toMatchObject([{ seen: 1 }, { seen: 0, missed: 1 }])
  })

  it('a second sighting by the same way changes nothing', () => {
    const comparison = new SourceComparison(1, SETTLE)
    comparison.begin(0)
    comparison.saw(0, 'a', 1_000, 1_010)
    comparison.saw(0, 'a', 1_000, 5_000)
    comparison.settle(9_000)
    expect(comparison.results()[0]).toMatchObject({ seen: 1, delay: { max: 10 } })
  })

  it('says exactly which were lost and how late the others came, whatever the order', () => {
    const trade = fc.record({
      match: fc.integer({ min: 10_000, max: 20_000 }),
      delays: fc.tuple(
        fc.option(fc.integer({ min: -50, max: 900 }), { nil: null }),
        fc.option(fc.integer({ min: -50, max: 900 }), { nil: null }),
      ),
    })
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 40 }), (trades) => {
        const comparison = new SourceComparison(2, SETTLE)
        comparison.begin(10_000)
        const sightings = trades.flatMap(({ match, delays }, key) =>
          delays.flatMap((delay, way) =>
            delay === null ? [] : [{ way, key: String(key), match, at: match + delay }],
          ),
        )
        for (const { way, key, match, at } of sightings.sort((a, b) => a.at - b.at))
          comparison.saw(way, key, match, at)
        comparison.settle(30_000)
        const union = trades.filter(({ delays }) => delays.some((delay) => delay !== null))
        expect(comparison.union).toBe(union.length)
        for (const way of [0, 1] as const) {
          const had = trades.flatMap(({ delays }) => delays[way] ?? [])
          const result = comparison.results()[way]
          expect(result?.seen).toBe(had.length)
          expect(result?.missed).toBe(union.length - had.length)
          if (had.length > 0) expect(result?.delay.max).toBe(Math.max(...had))
          if (had.length > 0) expect(result?.delay.min).toBe(Math.min(...had))
        }
        const lead = comparison.leads()[0]
        const both = trades.filter(({ delays: [a, b] }) => a !== null && b !== null)
        expect(lead?.lead.count).toBe(both.length)
        expect(lead?.counts.reduce((sum, count) => sum + count, 0)).toBe(both.length)
      }),
    )
  })
})
