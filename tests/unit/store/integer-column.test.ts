import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockError } from '../../../src/main/store/block-error.ts'
import { ByteReader } from '../../../src/main/store/byte-reader.ts'
import { ByteWriter } from '../../../src/main/store/byte-writer.ts'
import { readIntegers, readNarrow, writeIntegers } from '../../../src/main/store/integer-column.ts'
import { FORM } from '../../../src/main/store/integer-plan.ts'

function written(values: readonly number[]): Uint8Array {
  const out = new ByteWriter()
  writeIntegers(out, Float64Array.from(values), values.length)
  return out.bytes.slice(0, out.length)
}

function read(bytes: Uint8Array, count: number): number[] {
  const values = new Float64Array(count)
  const reader = new ByteReader(bytes, 0, bytes.length)
  readIntegers(reader, values, count)
  expect(reader.at).toBe(bytes.length)
  return [...values]
}

const { MAX_SAFE_INTEGER: MOST } = Number

/** Leaps of 38 bits, back now and then. */
const FAR_CLIMB = Array.from(
  { length: 60 },
  (_, at) => (at - 3 * Math.floor(at / 7)) * (2 ** 38 - 7),
)

describe('integers', () => {
  it('come back, whatever they are', () => {
    const any = fc.oneof(
      fc.integer({ min: -3, max: 300 }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double().map((value) => value + 0),
      fc.constantFrom(MOST, -MOST, 2 ** 53, 2 ** 30, 2 ** 31, 2 ** 32, 0.5, Number.NaN),
    )
    const near = fc
      .tuple(fc.maxSafeInteger(), fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 40 }))
      .map(([base, steps]) => [base, ...steps.map((step) => base + step)])
    fc.assert(
      fc.property(fc.oneof(fc.array(any, { minLength: 1 }), near), (values) => {
        // A whole number has no sign of zero.
        const expected = values.map((value) => (value === 0 ? 0 : value))
        expect(read(written(values), values.length).map((value) => value + 0)).toEqual(expected)
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['the same', [7, 7, 7], FORM.constant, 3],
    ['one alone', [-1], FORM.constant, 2],
    ['a stair', [10, 13, 16, 19], FORM.steps, 3],
    ['a stair down over all', [MOST, 0, -MOST], FORM.steps, 17],
    ['two values', [5, 6, 6, 5], FORM.bits, 3],
    ['noise', [200, 3, 77, 145, 9], FORM.planes, 8],
    ['a walk', [1_000, 1_010, 1_011, 1_025, 1_040, 1_041], FORM.deltas, 10],
    ['numbers without order', [MOST, 1, 2 ** 40, 5], FORM.planes, 31],
    ['a walk far up', [2 ** 50, 2 ** 50 + 2, 2 ** 50 + 1], FORM.planes, 13],
    [
      'rare great leaps',
      [2 ** 40, 2 ** 40 + 5, 2 ** 40 + 2 ** 33, 2 ** 40 + 2 ** 34],
      FORM.planes,
      29,
    ],
    ['a climb far up by leaps', FAR_CLIMB, FORM.deltas, 5 * FAR_CLIMB.length + 3],
    ['too far apart', [MOST, -MOST, 0], FORM.doubles, 25],
    ['a fraction', [0, 1, 1.5], FORM.doubles, 25],
    ['a fraction hidden in a stair', [MOST, 0.25, 0], FORM.doubles, 25],
    ['a fraction hidden in a sum', [-(2 ** 29), 2 ** -40, 3], FORM.doubles, 25],
    ['beyond the exact integers', [MOST, 2 ** 53 + 2, MOST], FORM.doubles, 25],
  ])('%s', (_, values, form, length) => {
    const bytes = written(values)
    expect(bytes[0]).toBe(form)
    expect(read(bytes, values.length)).toEqual(values)
    expect(bytes.length).toBeLessThanOrEqual(length)
  })

  it('an outlier does not decide how all others are written', () => {
    const noise = Array.from({ length: 500 }, (_, at) => (at * 7_919) % 251)
    expect(written([...noise, 40_000])[0]).toBe(FORM.planes)
    const drift = Array.from({ length: 500 }, (_, at) => 10 * at + (at % 3))
    expect(written([...drift, 0])[0]).toBe(FORM.deltas)
  })

  it('a value that the column cannot hold is refused', () => {
    for (const [values, least, most] of [
      [[300, 300], 0, 255],
      [[-1, -1], 0, 255],
      [[0, 4], 0, 3],
      [[0, 0.5], 0, 3],
      [[0, Number.NaN], 0, 3],
    ] as const) {
      const bytes = written(values)
      const reader = new ByteReader(bytes, 0, bytes.length)
      expect(() => readNarrow(reader, new Uint8Array(2), least, most)).toThrow(BlockError)
    }
  })

  it('numbers of the head come back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeInteger(), (whole, signed) => {
        const out = new ByteWriter()
        out.varint(whole)
        out.signed(signed)
        const reader = new ByteReader(out.bytes, 0, out.length)
        expect([reader.varint(), reader.signed() + 0]).toEqual([whole, signed])
        expect(reader.at).toBe(out.length)
        expect(() => reader.byte()).toThrow(BlockError)
      }),
    )
  })

  it('a number of the head that is too large is refused', () => {
    const bytes = Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])
    expect(() => new ByteReader(bytes, 0, bytes.length).varint()).toThrow(BlockError)
    expect(() => new ByteReader(bytes, 0, bytes.length).signed()).toThrow(BlockError)
  })
})
