import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseUnits } from '../../../src/main/ingest/contract-size.ts'

/** Decimal text with its exact value as mantissa over 10^digits. */
const decimal = fc
  .record({ mantissa: fc.bigInt({ min: 1n, max: 10n ** 24n }), digits: fc.nat(20) })
  .map(({ mantissa, digits }) => {
    const text = mantissa.toString().padStart(digits + 1, '0')
    const whole = text.slice(0, text.length - digits)
    const written = digits === 0 ? whole : `${whole}.${text.slice(text.length - digits)}`
    return { mantissa, digits, written }
  })

describe('contract size', () => {
  it('multiplies exactly, whatever the digits', () => {
    fc.assert(
      fc.property(decimal, decimal, (size, qty) => {
        const product = baseUnits(size.written)?.(qty.written) ?? ''
        const [whole = '', fraction = ''] = product.split('.')
        const got = BigInt(whole + fraction) * 10n ** BigInt(size.digits + qty.digits)
        const exact = size.mantissa * qty.mantissa * 10n ** BigInt(fraction.length)
        expect(got).toBe(exact)
        expect(product).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/)
      }),
    )
  })

  it('leaves quantities as the venue wrote them where it counts base units', () => {
    expect(baseUnits(undefined)?.('1.50')).toBe('1.50')
    expect(baseUnits('1')?.('1.50')).toBe('1.50')
    expect(baseUnits('0.01')?.('3')).toBe('0.03')
    expect(baseUnits('100')?.('0.30')).toBe('30')
  })

  it.each(['', 'x', '0', '-1'])('refuses the size %j', (size) => {
    expect(baseUnits(size)).toBeUndefined()
  })
})
