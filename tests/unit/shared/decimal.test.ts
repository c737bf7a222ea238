import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalsOf, formatDecimal, parseDecimal } from '../../../src/shared/domain/decimal.ts'

const canonical = (text: string): string | undefined => {
  const parsed = parseDecimal(text)
  return parsed && formatDecimal(parsed)
}

describe('decimal', () => {
  it.each([
    ['0.35280000', '0.3528'],
    ['58.00000000', '58'],
    ['9.2e-07', '0.00000092'],
    ['1.16539E8', '116539000'],
    ['0', '0'],
    ['0.000', '0'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-1.50', '-1.5'],
    ['123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
  ])('spells %s as %s', (text, expected) => expect(canonical(text)).toBe(expected))

  it.each(['', '.', 'abc', '1.2.3', 'NaN', 'Infinity', '1e', '0x10', ' 1'])('refuses %j', (text) =>
    expect(parseDecimal(text)).toBeUndefined(),
  )

  it('keeps the value of any mantissa and scale', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.nat(20), (mantissa, scale) => {
        const again = parseDecimal(formatDecimal({ mantissa, scale }))
        expect(again).toBeDefined()
        if (again === undefined) return
        expect(again.mantissa * 10n ** BigInt(scale - again.scale)).toBe(mantissa)
      }),
    )
  })

  it('counts the digits of a step', () => {
    expect(decimalsOf('0.0100')).toBe(2)
    expect(decimalsOf('1')).toBe(0)
    expect(decimalsOf('')).toBeUndefined()
  })
})
