import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockError } from '../../../src/main/store/block-error.ts'
import { ByteReader } from '../../../src/main/store/byte-reader.ts'
import { ByteWriter } from '../../../src/main/store/byte-writer.ts'
import { bucketsPay, readBuckets, writeBuckets } from '../../../src/main/store/integer-buckets.ts'
import { readIntegers, writeIntegers } from '../../../src/main/store/integer-column.ts'
import { FORM } from '../../../src/main/store/integer-plan.ts'

function written(words: Uint32Array): Uint8Array {
  const out = new ByteWriter()
  // What an earlier use left behind must not shine through.
  out.bytes.fill(0xff)
  writeBuckets(out, words, words.length)
  return out.bytes.slice(0, out.length)
}

/** Evenly spread over the sizes from 1 to 2^bits. */
const heavyTailed = (count: number, bits: number): Uint32Array =>
  Uint32Array.from({ length: count }, (_, at) => 2 ** (((at * 0.618_034) % 1) * bits))

function walk(strides: Uint32Array): number[] {
  let place = 0
  return Array.from(strides, (stride, at) => {
    place += (at * 7) % 10 < 6 ? stride : -stride
    return place
  })
}

describe('buckets', () => {
  it('give back any numbers below 2^24', () => {
    const word = fc.oneof(
      fc.nat(20),
      fc.nat(2 ** 24 - 1),
      fc.constantFrom(7, 8, 15, 16, 2 ** 23, 2 ** 24 - 1),
    )
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const bytes = written(Uint32Array.from(words))
        const reader = new ByteReader(bytes, 0, bytes.length)
        const read = new Uint32Array(words.length)
        readBuckets(reader, read, words.length)
        expect([...read]).toEqual(words)
        expect(reader.at).toBe(bytes.length)
      }),
      { numRuns: 1_000 },
    )
  })

  it('every power of two and what lies beside it', () => {
    const words = Array.from({ length: 23 }, (_, n) => [
      2 ** n,
      2 ** n + 1,
      2 ** (n + 1) - 1,
    ]).flat()
    const bytes = written(Uint32Array.from(words))
    const read = new Uint32Array(words.length)
    readBuckets(new ByteReader(bytes, 0, bytes.length), read, words.length)
    expect([...read]).toEqual(words)
  })

  it('pay for heavy tails; not for few rows, narrow columns, or values that come again and again', () => {
    expect(bucketsPay(heavyTailed(4_096, 17), 4_096, 3)).toBe(true)
    expect(bucketsPay(heavyTailed(500, 17), 500, 3)).toBe(false)
    expect(bucketsPay(heavyTailed(4_096, 7), 4_096, 1)).toBe(false)
    expect(bucketsPay(heavyTailed(4_096, 30), 4_096, 4)).toBe(false)
    const round = Uint32Array.from(
      { length: 4_096 },
      (_, at) => [100_000, 50_000, 70_001][at % 3] ?? 0,
    )
    expect(bucketsPay(round, 4_096, 3)).toBe(false)
  })

  it.each([
    ['quantities', Array.from(heavyTailed(4_096, 17)), FORM.buckets],
    ['a walk by strides of all sizes', walk(heavyTailed(4_096, 17)), FORM.bucketDeltas],
  ])('a column of %s', (_, values, form) => {
    const out = new ByteWriter()
    writeIntegers(out, Float64Array.from(values), values.length)
    expect(out.bytes[0]).toBe(form)
    const read = new Float64Array(values.length)
    readIntegers(new ByteReader(out.bytes, 0, out.length), read, values.length)
    expect([...read]).toEqual(values)
  })

  it('bits that are too many or too few for the buckets are refused', () => {
    const bytes = written(Uint32Array.of(1_000, 9, 3))
    const read = new Uint32Array(3)
    for (const [at, value] of [
      [1, 80],
      [2, 255],
      [3, 40],
    ] as const) {
      const damaged = bytes.slice()
      damaged[at] = value
      const reader = new ByteReader(damaged, 0, damaged.length)
      expect(() => readBuckets(reader, read, 3), `${at} ${value}`).toThrow(BlockError)
    }
  })
})
