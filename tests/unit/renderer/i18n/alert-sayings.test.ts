import { describe, expect, it } from 'vitest'
import { alertsEn } from '../../../../src/renderer/i18n/alerts/en.ts'
import { parseCondition } from '../../../../src/shared/alerts/parse.ts'
import { inEnglish, KINDS, SAYINGS } from '../../../../src/shared/alerts/saying.ts'

describe('what is said of an expression', () => {
  it('is the same in English on the screen and on the command line', () => {
    expect(alertsEn.alertEdit.said).toEqual(SAYINGS)
    expect(alertsEn.alertEdit.kind).toEqual(KINDS)
  })

  it.each([
    ['okx:BTC-USDT price > 2%', 'expected a number here', 'write 2'],
    ['okx:BTC-USDT move 2d > 2%', 'a window lasts from 1ms to 1d', null],
    ['okx:BTC-USDT trade size < 5', 'a single trade is compared with > or >=', 'write >'],
    ['okx:BTC-USDT rsi(1, 1m) > 5', 'a whole number from 2 to 1000', null],
  ])('%s', (text, why, advice) => {
    const read = parseCondition(text)
    if (read.ok || read.problem.why === null) throw new Error('It was read, or says nothing.')
    const { problem } = read
    expect([problem.message, problem.hint]).toEqual([why, advice])
    expect(inEnglish(read.problem.why)).toBe(why)
    expect(problem.advice === null ? null : inEnglish(problem.advice)).toBe(advice)
  })

  it('names a kind of word, and what was meant', () => {
    const read = parseCondition('okx:BTC-USDT prce > 1')
    expect(read).toMatchObject({
      problem: { why: null, advice: { key: 'didYouMean', gaps: { text: 'price' } } },
    })
    const ended = parseCondition('okx:BTC-USDT price >')
    expect(ended).toMatchObject({ problem: { expected: expect.arrayContaining([KINDS.number]) } })
  })
})
