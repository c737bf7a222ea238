import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryAfterMsOf } from '../../../src/main/platform/ai-failures.ts'
import { withoutKey } from '../../../src/main/platform/scrub-key.ts'

const KEY = 'sk-proj-Zq8LwT4nVbX2mK7c'

describe('what a provider says, without the key', () => {
  it.each([
    [`Incorrect API key provided: ${KEY}.`, 'Incorrect API key provided: [key].'],
    ['key sk-pr********K7c is wrong', 'key [key] is wrong'],
    ['key sk-pr…mK7c is wrong', 'key [key] is wrong'],
    ['key sk-proj-Zq8... is wrong', 'key [key]... is wrong'],
    ['the key ending in ****mK7c', 'the key ending in [key]'],
    ['"Zq8LwT4nVb" and "other"', '"[key]" and "other"'],
    ['also sk-another-customers-key', 'also [key]'],
    ['Slow down. You sent 3.5 requests...', 'Slow down. You sent 3.5 requests...'],
    ['limit: 1,000 tokens (gpt-4.1)', 'limit: 1,000 tokens (gpt-4.1)'],
    ['one\r\ntwo\u0000\u202ethree', 'one two three'],
  ])('%s', (said, told) => {
    expect(withoutKey(said, KEY)).toBe(told)
  })

  it('holds no six letters of it in a row, wherever they stand', () => {
    const key = fc.string({
      unit: fc.constantFrom(...'abcXYZ0189-_'),
      minLength: 8,
      maxLength: 60,
    })
    const parts = fc.array(
      fc.oneof(
        fc.constant(null),
        fc.tuple(fc.nat(59), fc.nat(59)),
        fc.string({ maxLength: 12 }),
        fc.constantFrom(' ', '"', ': ', '/', '='),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(key, parts, (secret, pieces) => {
        const said = pieces
          .map((piece) => {
            if (piece === null) return secret
            return typeof piece === 'string' ? piece : secret.slice(...piece)
          })
          .join('')
        const told = withoutKey(said, secret)
        for (let at = 0; at + 6 <= secret.length; at += 1)
          expect(told).not.toContain(secret.slice(at, at + 6))
      }),
    )
  })

  it('does not take apart what has no key', () => {
    expect(withoutKey('a b c', '')).toBe('a b c')
  })
})

describe('Retry-After', () => {
  const of = (value: string) => retryAfterMsOf(new Headers({ 'retry-after': value }))
  it('is seconds or a date; anything else is nothing', () => {
    expect([of('7'), of('0'), of('1.5'), of('')]).toEqual([7_000, 0, 1_500, null])
    expect(of(new Date(Date.now() + 5_000).toUTCString())).toBeGreaterThan(3_000)
    expect(of('Wed, 21 Oct 2015 07:28:00 GMT')).toBe(0)
    expect([of('soon'), of('NaN'), retryAfterMsOf(undefined)]).toEqual([null, null, null])
  })
})
