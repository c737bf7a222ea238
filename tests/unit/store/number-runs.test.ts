import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NumberRuns } from '../../../src/main/store/number-runs.ts'

describe('numbers that rise', () => {
  it('are found again, and no others', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(1, 1, 1, 1, 2, 3, 1_000), { maxLength: 200 }),
        (steps) => {
          const runs = new NumberRuns()
          const added = new Set<number>()
          let value = 7
          for (const step of steps) {
            value += step
            runs.add(value)
            added.add(value)
          }
          for (let each = 0; each <= value + 2; each += 1)
            expect(runs.has(each)).toBe(added.has(each))
        },
      ),
      { numRuns: 100 },
    )
  })
})
