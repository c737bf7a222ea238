import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeId,
  encodeId,
  packFlags,
  placePoint,
  scaleDecimal,
  unpackFlags,
} from '../../../src/main/store/trade-row.ts'
import { formatDecimal, parseDecimal } from '../../../src/shared/domain/decimal.ts'

const again = (text: string): string => {
  const stored = encodeId(text)
  return decodeId(typeof stored === 'object' ? stored : String(stored))
}

describe('ids', () => {
  it.each([
    ['0', 'number'],
    ['9007199254740991', 'number'],
    ['9007199254740993', 'bigint'],
    ['9223372036854775807', 'bigint'],
    ['9223372036854775808', 'object'],
    ['007', 'object'],
    ['-1', 'object'],
    ['1.0', 'object'],
    ['', 'object'],
    ['2100000000-07f60f55-6bb6', 'object'],
    ['12345678-1234-1234-1234-1234567890ab', 'object'],
    ['12345678-1234-1234-1234-1234567890AB', 'object'],
    ['\ud800', 'object'],
  ])('keeps %j as a %s', (text, kind) => {
    expect(typeof encodeId(text)).toBe(kind)
    expect(again(text)).toBe(text)
  })

  it('gives any text back', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uuid(),
      fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
      fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
    )
    fc.assert(
      fc.property(text, (id) => {
        expect(again(id)).toBe(id)
      }),
    )
  })

  it('gives two texts two keys', () => {
    const key = (id: string): string => {
      const stored = encodeId(id)
      return typeof stored === 'object' ? `blob ${stored.toString('hex')}` : `integer ${stored}`
    }
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.uuid(),
      fc.nat(99).map(String),
    )
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(key(a) === key(b)).toBe(a === b)
      }),
    )
  })

  it('spends 17 bytes on a UUID', () =>
    expect(encodeId('12345678-1234-1234-1234-1234567890ab')).toHaveLength(17))
})

describe('scaled decimals', () => {
  it.each([
    ['0.35280000', 4, 3528],
    ['58.00000000', 0, 58],
    ['58', 8, 5_800_000_000],
    ['.5', 1, 5],
    ['5.', 1, 50],
    ['-1.5', 1, -15],
    ['9.2e-07', 8, 92],
    ['90071992.54740993', 8, 9007199254740993n],
    ['92233720368.54775807', 8, 9223372036854775807n],
    ['92233720368.54775808', 8, undefined],
    ['0.001', 2, undefined],
    ['', 2, undefined],
    ['.', 2, undefined],
    ['1.2.3', 4, undefined],
    ['1 ', 0, undefined],
  ])('%s at scale %d is %s', (text, scale, expected) =>
    expect(scaleDecimal(text, scale)).toBe(expected),
  )

  it('is exact, or undefined when it cannot be', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.nat(22))
      .map(([mantissa, scale]) => formatDecimal({ mantissa, scale }))
    fc.assert(
      fc.property(decimal, fc.nat(8), fc.nat(18), (text, zeros, scale) => {
        const spelled = text.includes('.') ? text + '0'.repeat(zeros) : text
        const scaled = scaleDecimal(spelled, scale)
        const parsed = parseDecimal(text)
        if (parsed === undefined) throw new Error(text)
        const power = 10n ** BigInt(Math.max(scale - parsed.scale, 0))
        const fits =
          parsed.scale <= scale &&
          BigInt.asIntN(64, parsed.mantissa * power) === parsed.mantissa * power
        expect(scaled !== undefined).toBe(fits)
        if (scaled !== undefined)
          expect(placePoint(String(scaled), scale)).toBe(formatDecimal(parsed))
      }),
      { numRuns: 1_000 },
    )
  })
})

it('packs and unpacks the small fields', () => {
  fc.assert(
    fc.property(
      fc.record({
        side: fc.nat(1),
        origin: fc.nat(2),
        micros: fc.integer({ min: -1, max: 999 }),
        matches: fc.integer({ min: 1, max: 4096 }),
        nth: fc.nat(65_535),
      }),
      (flags) => {
        const { side, origin, micros, matches, nth } = flags
        const stored = packFlags(side, origin, micros, matches, nth)
        expect(Number.isSafeInteger(stored)).toBe(true)
        expect(unpackFlags(stored)).toEqual(flags)
      },
    ),
  )
})
