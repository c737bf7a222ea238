import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shownText } from '../../../../src/main/services/analysis/answer-text.ts'
import { partialReason } from '../../../../src/main/services/analysis/partial-reason.ts'

describe('the reason as it comes', () => {
  it.each([
    ['', ''],
    ['{"rea', ''],
    ['{"reason', ''],
    ['{"reason" : ', ''],
    ['{"reason":"', ''],
    ['{"reason":"Price is', 'Price is'],
    ['```json\n{\n  "reason": "Price is', 'Price is'],
    ['{"reason":"He said \\"buy', 'He said "buy'],
    ['{"reason":"a\\', 'a'],
    ['{"reason":"a\\u00', 'a'],
    ['{"reason":"a\\u00e9', 'aé'],
    ['{"reason":"a\\ud83d', 'a'],
    ['{"reason":"a\\ud83d\\ude00', 'a😀'],
    ['{"reason":"a\ud83d', 'a'],
    ['{"reason":"a\\nb\\tc', 'a b c'],
    ['{"reason":"done","trend":"up"', 'done'],
    ['{"trend":"up","reason":"last', 'last'],
    ['{"reason":null,"trend":"up"', ''],
    ['{"reason":"a\\u202eb', 'ab'],
    ['{"reason":"<b>x', '<b>x'],
  ])('%j: %j', (text, expected) => {
    expect(partialReason(text)).toBe(expected)
  })

  it('grows to what the whole answer says, whatever it is and wherever it is cut', () => {
    const reason = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(reason, fc.boolean(), (text, isAscii) => {
        const json = JSON.stringify({ reason: text, trend: 'up' })
        const sent = isAscii
          ? json.replace(
              /[^\x20-\x7e]/g,
              (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
            )
          : json
        const whole = shownText(text)
        expect(partialReason(sent)).toBe(whole)
        for (let cut = 0; cut <= sent.length; cut += 1)
          expect(whole.startsWith(partialReason(sent.slice(0, cut)))).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
