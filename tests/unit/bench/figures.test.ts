import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  median,
  percentile,
  type Row,
  ratio,
  regressions,
  verdict,
} from '../../bench/harness/figures.ts'

const row = (fields: Partial<Row> = {}): Row => ({
  name: 'a',
  what: 'a',
  unit: 'x',
  better: 'less',
  target: 0.6,
  measured: 0.5,
  ...fields,
})

describe('median', () => {
  it('is the middle one, or between the two middle ones', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNaN()
  })

  it('has as many values below as above, and leaves the list alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1 }), (values) => {
        const copy = [...values]
        const middle = median(values)
        expect(values).toEqual(copy)
        const below = values.filter((value) => value < middle).length
        const above = values.filter((value) => value > middle).length
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })
})

describe('percentile', () => {
  it('is a value that was there, by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect(percentile(values, 0.99)).toBe(99)
    expect(percentile(values, 1)).toBe(100)
    expect(percentile([7], 0.5)).toBe(7)
    expect(percentile([], 0.5)).toBeNaN()
  })
})

describe('ratio', () => {
  it('compares within each round: a round in which the machine was slow changes nothing', () => {
    expect(ratio([1, 1, 10], [2, 2, 20])).toBe(0.5)
    // The medians of both sides, one by the other, would say 0.3.
    expect(ratio([3, 1, 10], [2, 10, 10])).toBe(1)
  })

  it('takes whole rounds only, and says when there is none', () => {
    expect(ratio([1, 100], [2])).toBe(0.5)
    expect(ratio([], [])).toBeNaN()
  })
})

describe('verdict', () => {
  it('keeps a target that is just reached, on the side that is better', () => {
    expect(verdict(row({ measured: 0.6 }))).toBe('met')
    expect(verdict(row({ measured: 0.61 }))).toBe('SHORT')
    expect(verdict(row({ better: 'more', target: 15, measured: 15 }))).toBe('met')
    expect(verdict(row({ better: 'more', target: 15, measured: 14.9 }))).toBe('SHORT')
  })

  it('never calls met what was not measured', () => {
    expect(verdict(row({ measured: null, why: 'no writer' }))).toBe('not measured')
    expect(verdict(row({ measured: Number.NaN }))).toBe('not measured')
    expect(verdict(row({ better: 'more', measured: Number.NaN }))).toBe('not measured')
    expect(verdict(row({ target: null }))).toBe('')
  })
})

describe('regressions', () => {
  it('names what became worse by more than a quarter', () => {
    expect(regressions([row({ measured: 0.5 })], { a: 0.4 })).toEqual([])
    expect(regressions([row({ measured: 0.51 })], { a: 0.4 })).toMatchObject([
      { name: 'a', before: 0.4, now: 0.51 },
    ])
  })

  it('knows where more is better', () => {
    const more = row({ better: 'more', target: 15 })
    expect(regressions([{ ...more, measured: 12 }], { a: 16 })).toMatchObject([{ now: 12 }])
    expect(regressions([{ ...more, measured: 13 }], { a: 16 })).toEqual([])
    expect(regressions([{ ...more, measured: 30 }], { a: 16 })).toEqual([])
  })

  it('compares ratios and sizes, not what another machine or another load would change', () => {
    expect(regressions([row({ unit: 'B', measured: 8 })], { a: 4 })).toHaveLength(1)
    for (const unit of ['ms', 'MB', 'µs', '/s'] as const)
      expect(regressions([row({ unit, measured: 8 })], { a: 4 })).toEqual([])
  })

  it('says nothing of rows that are new or were not measured', () => {
    expect(regressions([row({ measured: 9 })], {})).toEqual([])
    expect(regressions([row({ measured: null })], { a: 0.4 })).toEqual([])
  })
})
