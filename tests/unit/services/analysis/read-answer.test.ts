import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerSchemaOf } from '../../../../src/main/services/analysis/answer-schemas.ts'
import { MOST_REASON } from '../../../../src/main/services/analysis/answer-text.ts'
import { readAnswer } from '../../../../src/main/services/analysis/read-answer.ts'
import { ANALYSES } from '../../../../src/shared/domain/analysis.ts'

const SIGNAL = { reason: 'Up.', trend: 'up', entry: 10, stop: 9, targets: [11, 12] }
const ANOMALY = { reason: 'Odd.', anomalous: true, deviationPercent: -1.5, volatilityPercent: null }
const SENTIMENT = { reason: 'Buyers.', sentiment: 'bullish', buySellRatio: 1.8 }

const signal = (more: object) => readAnswer('signal', JSON.stringify({ ...SIGNAL, ...more }))
const code = (text: string) => {
  const answer = readAnswer('signal', text)
  return answer.ok ? 'ok' : answer.code
}

describe('an answer', () => {
  it('is a verdict and its reason', () => {
    expect(signal({})).toEqual({
      ok: true,
      reason: 'Up.',
      verdict: { kind: 'signal', trend: 'up', entry: 10, stop: 9, targets: [11, 12] },
    })
    expect(readAnswer('anomaly', JSON.stringify(ANOMALY))).toEqual({
      ok: true,
      reason: 'Odd.',
      verdict: {
        kind: 'anomaly',
        anomalous: true,
        deviationPercent: -1.5,
        volatilityPercent: null,
      },
    })
    expect(readAnswer('sentiment', JSON.stringify(SENTIMENT))).toEqual({
      ok: true,
      reason: 'Buyers.',
      verdict: { kind: 'sentiment', sentiment: 'bullish', buySellRatio: 1.8 },
    })
  })

  it('may stand in a fence and in prose', () => {
    const json = JSON.stringify(SIGNAL, null, 2)
    for (const text of [
      `\`\`\`json\n${json}\n\`\`\``,
      `Sure! Here it is:\n\n${json}\n\nGood luck :}`,
      `I fill in {this form}: ${json}`,
      `\ufeff${json}`,
    ])
      expect(code(text)).toBe('ok')
  })

  it('has its targets in order, and no levels when it goes sideways', () => {
    expect(signal({ targets: [12, 11] })).toMatchObject({ verdict: { targets: [11, 12] } })
    expect(signal({ trend: 'down', targets: [7, 8] })).toMatchObject({
      verdict: { targets: [8, 7] },
    })
    expect(signal({ trend: 'sideways' })).toMatchObject({
      verdict: { trend: 'sideways', entry: null, stop: null, targets: [] },
    })
  })

  it.each([
    ['', 'malformed'],
    ['I would rather not.', 'malformed'],
    ['{"reason": "cut', 'malformed'],
    ['[1, 2]', 'malformed'],
    ['null', 'malformed'],
    [`${JSON.stringify(SIGNAL)} or ${JSON.stringify(SIGNAL)}`, 'malformed'],
    [JSON.stringify(SIGNAL).replace('10', 'NaN'), 'malformed'],
    [JSON.stringify(SIGNAL).replace('10', 'Infinity'), 'malformed'],
    [JSON.stringify(SIGNAL).replace('10', "'10'"), 'malformed'],
    [`{"a":${'['.repeat(50_000)}`, 'malformed'],
    [`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`, 'malformed'],
    // A whole object within one that was cut is no answer.
    [`{"answer": ${JSON.stringify(SIGNAL)}`, 'malformed'],
    [`{ ${JSON.stringify(SIGNAL)}`, 'ok'],
    ['{'.repeat(100_000), 'malformed'],
    ['{"'.repeat(50_000), 'malformed'],
    [JSON.stringify({ ...SIGNAL, reason: 'x'.repeat(100_000) }), 'malformed'],
    [JSON.stringify(SIGNAL).replace('10', '1e400'), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, entry: 1e16 }), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, entry: '10' }), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, trend: 'Up' }), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, targets: null }), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, targets: [1, 2, 3, 4, 5, 6] }), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, confidence: 0.9 }), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, stop: undefined }), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, reason: '' }), 'wrong-schema'],
    [JSON.stringify({ ...SIGNAL, reason: ' \u202e\n' }), 'wrong-schema'],
    [JSON.stringify(SIGNAL).replace('{', '{"__proto__":{"trend":"up"},'), 'wrong-schema'],
    ['{}', 'wrong-schema'],
    [JSON.stringify(SENTIMENT), 'wrong-schema'],
  ])('is judged: %.60s: %s', (text, expected) => {
    expect(code(text)).toBe(expected)
  })

  it('says in few words what was wrong', () => {
    expect(signal({ entry: 'high', [`${'k'.repeat(1_000)}`]: 1 })).toMatchObject({
      message: expect.stringMatching(/^entry: .*number/),
    })
    const answer = signal(
      Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at])),
    )
    expect(answer.ok ? '' : answer.message).toHaveLength(300)
  })
})

describe('a reason', () => {
  const reasonOf = (reason: string) => {
    const answer = signal({ reason })
    return answer.ok ? answer.reason : null
  }

  it('is one line without control and bidirectional characters', () => {
    expect(reasonOf('a\u0000b\u001b[31m c\n\nd\u202ee\u2066f\u200b\u00adg\u{e0041}')).toBe(
      'ab[31m c defg',
    )
    expect(reasonOf(`z${'\u0300'.repeat(50)}!`)).toBe(`z${'\u0300'.repeat(4)}!`)
    expect(reasonOf('half \ud83d of one, 😀')).toBe('half of one, 😀')
  })

  it('keeps what looks like markup as it is: it is for the screen to show as text', () => {
    const html = '<img src=x onerror=alert(1)> [link](https://example.com)'
    expect(reasonOf(html)).toBe(html)
  })

  it('is cut at its length, never through a character', () => {
    const long = reasonOf('x'.repeat(5_000))
    expect(long).toHaveLength(MOST_REASON)
    expect(long?.endsWith('x…')).toBe(true)
    expect(reasonOf('x'.repeat(MOST_REASON))?.endsWith('x')).toBe(true)
    expect(reasonOf(`${'x'.repeat(MOST_REASON - 2)}😀😀`)).toBe(`${'x'.repeat(MOST_REASON - 2)}…`)
  })
})

describe('any text', () => {
  it('is read without a fault', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.constantFrom('{', '}', '[', '"', '\\', '"reason":', '"up"', ',', '1e999', '```'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...ANALYSES), fc.array(piece), (kind, pieces) => {
        const answer = readAnswer(kind, pieces.join(''))
        if (!answer.ok) expect(answer.message.length).toBeGreaterThan(0)
      }),
    )
  })

  it('that is JSON is taken only when it is what was asked for', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(SIGNAL)), (value, field) => {
        const answer = signal({ [field]: value })
        if (!answer.ok) return
        const { verdict } = answer
        if (verdict.kind !== 'signal') throw new Error('another kind')
        for (const price of [verdict.entry, verdict.stop, ...verdict.targets])
          expect(price === null || Number.isFinite(price)).toBe(true)
        expect(['up', 'down', 'sideways']).toContain(verdict.trend)
      }),
    )
  })
})

describe('the schema that is sent', () => {
  interface Body {
    readonly properties: Readonly<Record<string, { readonly type: unknown }>>
    readonly required: readonly string[]
    readonly additionalProperties: boolean
  }

  it.each(ANALYSES)('of %s is what the strict mode of the API takes', (kind) => {
    const { name, body } = answerSchemaOf(kind)
    const { properties, required, additionalProperties } = body as unknown as Body
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
    expect(additionalProperties).toBe(false)
    expect(required).toEqual(Object.keys(properties))
    expect(required[0]).toBe('reason')
    for (const property of Object.values(properties)) expect(property.type).toBeDefined()
  })

  it.each([
    ['anomaly', ANOMALY],
    ['sentiment', SENTIMENT],
    ['signal', SIGNAL],
  ] as const)('of %s has the fields that are read', (kind, answer) => {
    const { required } = answerSchemaOf(kind).body as unknown as Body
    expect(required).toEqual(Object.keys(answer))
    expect(readAnswer(kind, JSON.stringify(answer)).ok).toBe(true)
  })
})
