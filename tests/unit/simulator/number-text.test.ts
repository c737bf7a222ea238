import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  javaText,
  objectText,
  pythonText,
} from '../../../src/main/simulator/dialects/number-text.ts'
import { shortText } from '../../../src/main/simulator/fixed-point.ts'

describe('numbers as other languages print them', () => {
  it.each([
    [9_200, 10, '9.2e-07'],
    [1, 5, '1e-05'],
    [1, 4, '0.0001'],
    [2_099_588, 2, '20995.88'],
    [500, 2, '5.0'],
    [12_345_678, 12, '1.2345678e-05'],
  ])('%i steps of 10^-%i in Python: %s', (units, decimals, text) =>
    expect(pythonText(units, decimals)).toBe(text),
  )

  it.each([
    [116_539_000, 0, '1.16539E8'],
    [584, 1, '58.4'],
    [9_999_999, 0, '9999999.0'],
    [10_000_000, 0, '1.0E7'],
    [83_612_040_133, 8, '836.12040133'],
    [50_000, 8, '5.0E-4'],
    [1, 3, '0.001'],
    [0, 8, '0.0'],
  ])('%i steps of 10^-%i in Java: %s', (units, decimals, text) =>
    expect(javaText(units, decimals)).toBe(text),
  )

  it('are JSON, and the number that the decimal text is', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 2), fc.nat(12), (nat, decimals) => {
        const value = Number(shortText(nat + 1, decimals))
        expect(JSON.parse(pythonText(nat + 1, decimals))).toBe(value)
        expect(JSON.parse(javaText(nat + 1, decimals))).toBe(value)
      }),
    )
  })

  it('stay as they are in an object', () => {
    expect(objectText({ a: '1.0E7', b: 2, c: '"x"' })).toBe('{"a":1.0E7,"b":2,"c":"x"}')
  })
})
