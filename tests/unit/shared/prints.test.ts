import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Prints, type PrintText } from '../../../src/shared/domain/prints.ts'

const id = fc.oneof(
  fc.maxSafeNat().map(String),
  fc.stringMatching(/^[\w-]{1,40}$/),
  fc.constantFrom(
    '9007199254740991',
    '9007199254740992',
    '2290000000050703789',
    '007',
    '0',
    'ü€😀',
  ),
)
/** Canonical, short and long ones. */
const decimal = fc.oneof(
  fc.nat({ max: 1e9 }).map(String),
  fc.stringMatching(/^(0|[1-9]\d{0,20})\.\d{0,20}[1-9]$/),
)
const print: fc.Arbitrary<PrintText> = fc.record({
  id,
  price: decimal,
  qty: decimal,
  side: fc.constantFrom('buy' as const, 'sell' as const),
  time: fc.integer({ min: 1e12, max: 1e13 - 1 }),
  extra: fc.record(
    {
      micros: fc.nat({ max: 999 }),
      pushed: fc.integer({ min: 1e12, max: 1e13 - 1 }),
      matches: fc.integer({ min: 2, max: 0xffff_ffff }),
      seq: fc.maxSafeNat(),
      snapshot: fc.constant(true as const),
    },
    { requiredKeys: [] },
  ),
})
const texts = (prints: Prints): readonly PrintText[] =>
  Array.from({ length: prints.count }, (_, row) => prints.text(row))

describe('prints on their way', () => {
  it('come out as they went in, however many', () => {
    fc.assert(
      fc.property(fc.array(print, { maxLength: 20 }), fc.nat({ max: 700 }), (some, copies) => {
        const rows = Array.from({ length: copies }, (_, n) => some[n % some.length]).flatMap(
          (row) => row ?? [],
        )
        const prints = new Prints()
        for (const [n, row] of rows.entries()) prints.add(n % 7, row)
        expect(texts(prints)).toEqual(rows)
        expect([...prints.symbol.subarray(0, rows.length)]).toEqual(rows.map((_, n) => n % 7))
      }),
      { numRuns: 60 },
    )
  })

  it('cut back, keep the rows before, and take others in the place of those that went', () => {
    const rows = fc.array(print, { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(rows, rows, fc.nat(), (before, after, at) => {
        const prints = new Prints()
        for (const row of before) prints.add(0, row)
        const kept = at % (before.length + 1)
        prints.cut(kept)
        for (const row of after) prints.add(0, row)
        expect(texts(prints)).toEqual([...before.slice(0, kept), ...after])
        expect([...prints.price.texts.keys()].every((row) => row < prints.count)).toBe(true)
      }),
    )
  })

  it('cleared, remember nothing', () => {
    fc.assert(
      fc.property(fc.array(print), fc.array(print), (before, after) => {
        const prints = new Prints()
        for (const row of before) prints.add(0, row)
        prints.clear()
        expect(prints.count).toBe(0)
        expect(prints.id.used + prints.price.texts.size + prints.qty.texts.size).toBe(0)
        for (const row of after) prints.add(0, row)
        expect(texts(prints)).toEqual(after)
      }),
    )
  })
})
