import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDecimal, parseDecimal } from '../../../src/shared/domain/decimal.ts'
import {
  DecimalBuilder,
  decimalAt,
  doubleAt,
  MOST_SCALE,
  placePoint,
} from '../../../src/shared/domain/decimal-column.ts'

/** What a column is to give back: the canonical spelling, or the text where it is no decimal. */
function canonical(text: string): string {
  const decimal = parseDecimal(text)
  return decimal === undefined ? text : formatDecimal(decimal)
}

const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength })

/** Decimals as venues send them, far too long ones, and what is none. */
const text = fc.oneof(
  fc.tuple(digits(8), digits(8)).map((parts) => parts.join('.')),
  fc
    .tuple(fc.constantFrom('', '-', '+'), digits(20), digits(26))
    .map(([s, a, b]) => `${s}${a}.${b}`),
  fc.tuple(digits(6), fc.integer({ min: -30, max: 30 })).map(([a, e]) => `${a}e${e}`),
  fc.double().map(String),
  fc.string(),
  fc.constantFrom(
    '0',
    '0.0',
    '-0',
    '.',
    '.5',
    '5.',
    '1..2',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '900719925474099.10000000',
    '0.0000000000000000000001',
    '0.00000000000000000000001',
    '00012.500',
  ),
)

const built = (texts: readonly string[]): DecimalBuilder => {
  const column = new DecimalBuilder(texts.length)
  for (const [row, value] of texts.entries()) column.set(row, value)
  return column
}

describe('a column of decimals', () => {
  it('gives back what parseDecimal and formatDecimal make of each text', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const column = built(texts)
        expect(texts.map((_, row) => decimalAt(column, row))).toEqual(texts.map(canonical))
      }),
      { numRuns: 3_000 },
    )
  })

  it('its doubles are those nearest to the text', () => {
    fc.assert(
      fc.property(text, (value) => {
        const column = built([value])
        const decimal = parseDecimal(value)
        expect(doubleAt(column, 0) + 0).toBe(
          decimal === undefined ? Number(value) + 0 : Number(formatDecimal(decimal)) + 0,
        )
      }),
      { numRuns: 3_000 },
    )
  })

  it('holds numbers where they fit: exact mantissas without trailing zeros', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const column = built(texts)
        for (const [row, value] of texts.entries()) {
          const decimal = parseDecimal(value)
          const fits =
            decimal !== undefined &&
            decimal.scale <= MOST_SCALE &&
            decimal.mantissa <= Number.MAX_SAFE_INTEGER &&
            decimal.mantissa >= -Number.MAX_SAFE_INTEGER
          expect(column.mantissa[row]).toBe(fits ? Number(decimal.mantissa) : Number.NaN)
          expect(column.scale[row]).toBe(fits ? decimal.scale : 0)
          expect(column.texts.has(row)).toBe(!fits)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('grows with what it holds, and taking begins anew', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.array(text), (first, second) => {
        const column = new DecimalBuilder(1)
        let capacity = 1
        for (const [row, value] of first.entries()) {
          if (row >= capacity) {
            capacity *= 2
            column.grow(capacity)
          }
          column.set(row, value)
        }
        const taken = column.take(first.length)
        expect(taken.mantissa.length).toBe(first.length)
        column.grow(capacity + second.length)
        for (const [row, value] of second.entries()) column.set(row, value)
        expect(second.map((_, row) => decimalAt(column, row))).toEqual(second.map(canonical))
        expect(first.map((_, row) => decimalAt(taken, row))).toEqual(first.map(canonical))
        const again = column.take(second.length)
        expect([...again.texts.keys()].every((row) => row < second.length)).toBe(true)
      }),
    )
  })

  it('copies rows of another column', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.array(fc.nat(50)), (texts, picks) => {
        const from = built(texts)
        const column = new DecimalBuilder(picks.length)
        for (const [row, pick] of picks.entries()) column.copy(row, from, pick % texts.length)
        expect(picks.map((_, row) => decimalAt(column, row))).toEqual(
          picks.map((pick) => canonical(texts[pick % texts.length] ?? '')),
        )
      }),
    )
  })

  it('leaves trailing zeros out when it places the point', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(MOST_SCALE), (mantissa, scale) => {
        const spelled = placePoint(String(mantissa + 0), scale)
        expect(spelled).toBe(canonical(`${mantissa + 0}e-${scale}`))
      }),
      { numRuns: 1_000 },
    )
  })
})
