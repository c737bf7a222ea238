import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Ring } from '../../../../src/renderer/state/ring.ts'

it('keeps the newest items in order, whatever comes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer()), (capacity, items) => {
      const ring = new Ring<number>(capacity)
      const gone = items.map((item) => ring.push(item)).filter((item) => item !== undefined)
      expect(ring.toNewestFirst()).toEqual(items.slice(-capacity).reverse())
      expect(ring.size).toBe(Math.min(capacity, items.length))
      expect([...gone, ...ring.toNewestFirst().reverse()]).toEqual(items)
      expect(ring.newest(ring.size)).toBeUndefined()
    }),
  )
})
