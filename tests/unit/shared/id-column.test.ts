import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  IdBuilder,
  type IdColumn,
  idAt,
  idNumber,
  WIDE,
} from '../../../src/shared/domain/id-column.ts'

const id = fc.oneof(
  fc.maxSafeNat().map(String),
  fc.uuid(),
  fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 26 }),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '0',
    '00',
    '-1',
    '1.0',
    '1e3',
    '\u00ff',
    '\ud800',
    'x\u0000',
    '9007199254740992',
  ),
)

/** Either ids of one venue, numbers only, or anything. */
const ids = fc.oneof(fc.array(fc.maxSafeNat().map(String)), fc.array(id), fc.array(fc.uuid()))

function built(texts: readonly string[]): IdBuilder {
  const column = new IdBuilder(texts.length)
  for (const [row, text] of texts.entries()) column.set(row, text)
  return column
}

const all = (column: IdColumn, count: number): string[] =>
  Array.from({ length: count }, (_, row) => idAt(column, row))

describe('a column of ids', () => {
  it('gives back every id exactly', () => {
    fc.assert(
      fc.property(ids, (texts) => {
        expect(all(built(texts), texts.length)).toEqual(texts)
      }),
      { numRuns: 2_000 },
    )
  })

  it('knows a number by its canonical spelling', () => {
    fc.assert(
      fc.property(id, (text) => {
        const value = Number(text)
        const canonical = Number.isSafeInteger(value) && value >= 0 && String(value) === text
        expect(idNumber(text)).toBe(canonical ? value : Number.NaN)
      }),
      { numRuns: 3_000 },
    )
  })

  it('a column of numbers holds no bytes; text that is not ASCII is marked', () => {
    const numbers = built(['1', '2']).take(2)
    expect([numbers.bytes.length, numbers.end.length]).toEqual([0, 0])
    expect(built(['é']).bytes[0]).toBe(WIDE)
  })

  it('grows with what it holds; taking begins anew and leaves what was taken alone', () => {
    fc.assert(
      fc.property(ids, ids, (first, second) => {
        const column = new IdBuilder(1)
        let capacity = 1
        const fill = (texts: readonly string[]): IdColumn => {
          for (const [row, text] of texts.entries()) {
            if (row >= capacity) {
              capacity *= 2
              column.grow(capacity)
            }
            column.set(row, text)
          }
          return column.take(texts.length)
        }
        const one = fill(first)
        const two = fill(second)
        expect(all(one, first.length)).toEqual(first)
        expect(all(two, second.length)).toEqual(second)
        expect(one.number.length).toBe(first.length)
      }),
      { numRuns: 1_000 },
    )
  })

  it('rows that are cut off can be written anew', () => {
    fc.assert(
      fc.property(ids, ids, fc.nat(), (first, second, place) => {
        const at = place % (first.length + 1)
        const column = built(first)
        column.grow(first.length + second.length)
        column.cut(at)
        for (const [row, text] of second.entries()) column.set(at + row, text)
        const left = [...first.slice(0, at), ...second]
        expect(all(column.take(left.length), left.length)).toEqual(left)
      }),
      { numRuns: 1_000 },
    )
  })

  it('copies rows of another column, numbers and texts', () => {
    fc.assert(
      fc.property(fc.array(id, { minLength: 1 }), fc.array(fc.nat(50)), (texts, picks) => {
        const from = built(texts).take(texts.length)
        const column = new IdBuilder(picks.length)
        for (const [row, pick] of picks.entries()) column.copy(row, from, pick % texts.length)
        expect(all(column.take(picks.length), picks.length)).toEqual(
          picks.map((pick) => texts[pick % texts.length]),
        )
      }),
      { numRuns: 1_000 },
    )
  })

  it('ids written straight into the bytes, as a scanner does', () => {
    const column = new IdBuilder(3)
    column.setNumber(0, 7)
    const at = column.room(1, 4)
    for (const [i, letter] of [...'ab-1'].entries()) column.bytes[at + i] = letter.charCodeAt(0)
    column.setEnd(1, at + 4)
    column.setNumber(2, 8)
    expect(all(column.take(3), 3)).toEqual(['7', 'ab-1', '8'])
  })
})
