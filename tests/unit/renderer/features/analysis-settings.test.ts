import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ADDRESSES,
  type AnalysisDraft,
  changedAnalysis,
  isAddress,
  isModel,
  NUMBER_NAMES,
  NUMBERS,
  readAnalysisDraft,
  readKey,
  readNumber,
  toAnalysisDraft,
  withPreset,
} from '../../../../src/renderer/features/settings/analysis-model.ts'
import type { AnalysisSettings } from '../../../../src/shared/contract/analysis.ts'
import {
  analysisPatch,
  analysisSchemas,
  isBaseUrl,
} from '../../../../src/shared/contract/analysis-schemas.ts'

const SETTINGS: AnalysisSettings = {
  preset: 'holysheep',
  baseUrl: 'https://api.holysheep.ai/v1',
  kinds: {
    anomaly: { on: true, model: 'gpt-4.1' },
    sentiment: { on: false, model: 'claude-sonnet-4.5' },
    signal: { on: true, model: 'gpt-4.1' },
  },
  schedules: {},
  limits: { requestsPerSecond: 50, requestsPerMinute: null, tokensPerDay: null, moneyPerDay: 5 },
  prices: [{ model: 'gpt-4.1', prompt: 2, completion: 8, dated: '2026-11' }],
  deadlineMs: 30_000,
  maxTokens: 600,
  language: 'en',
}
const SAVED = toAnalysisDraft(SETTINGS)
const typed = (name: keyof AnalysisDraft['numbers'], value: string): AnalysisDraft => ({
  ...SAVED,
  numbers: { ...SAVED.numbers, [name]: value },
})

describe('the settings of the analyses', () => {
  it('come back as they were, but for the schedules, which are kept elsewhere', () => {
    const { schedules: _, ...others } = SETTINGS
    expect(readAnalysisDraft(SAVED)).toEqual(others)
    expect(changedAnalysis(SAVED, SAVED)).toEqual({})
  })

  it('send only what changed', () => {
    expect(changedAnalysis(SAVED, typed('maxTokens', '700'))).toEqual({ maxTokens: 700 })
    expect(changedAnalysis(SAVED, typed('moneyPerDay', ''))).toEqual({
      limits: { ...SETTINGS.limits, moneyPerDay: null },
    })
  })

  it('send nothing while anything is wrong', () => {
    expect(changedAnalysis(SAVED, typed('requestsPerSecond', ''))).toBeUndefined()
    expect(changedAnalysis(SAVED, { ...SAVED, baseUrl: 'ftp://x' })).toBeUndefined()
    const price = { model: 'gpt-4.1', prompt: '1', completion: 'x', dated: null }
    expect(changedAnalysis(SAVED, { ...SAVED, prices: [price] })).toBeUndefined()
    const twice = [
      { ...price, completion: '1' },
      { ...price, completion: '2' },
    ]
    expect(changedAnalysis(SAVED, { ...SAVED, prices: twice })).toBeUndefined()
  })

  it('leave out a price that nothing was written into', () => {
    const empty = { model: '', prompt: '', completion: '', dated: null }
    expect(changedAnalysis(SAVED, { ...SAVED, prices: [...SAVED.prices, empty] })).toEqual({})
  })

  it('pass the checks of the engine whenever they pass these', () => {
    const number = fc.oneof(
      fc.constant(''),
      fc.double({ noNaN: true }).map(String),
      fc.integer({ min: -10, max: 2_000_000 }).map(String),
      fc.string(),
    )
    fc.assert(
      fc.property(
        fc.record({
          requestsPerSecond: number,
          requestsPerMinute: number,
          tokensPerDay: number,
          moneyPerDay: number,
          deadlineSeconds: number,
          maxTokens: number,
        }),
        fc.oneof(fc.constantFrom('https://a.b/v1', 'http://localhost:1/v1/'), fc.webUrl()),
        (numbers, baseUrl) => {
          const patch = changedAnalysis(SAVED, { ...SAVED, numbers, baseUrl })
          if (patch !== undefined) expect(analysisPatch.safeParse(patch).success).toBe(true)
        },
      ),
    )
  })

  it('take the bounds as they are', () => {
    for (const name of NUMBER_NAMES) {
      const { least, most } = NUMBERS[name]
      for (const bound of [least, most]) {
        expect(readNumber(name, String(bound)), name).toBe(bound)
        const patch = changedAnalysis(SAVED, typed(name, String(bound)))
        expect(analysisPatch.safeParse(patch).success, `${name} ${bound}`).toBe(true)
      }
      expect(readNumber(name, String(most + 1)), name).toBeUndefined()
      expect(readNumber(name, '-1'), name).toBeUndefined()
    }
  })

  it('bring the address of a preset along; a typed one stays with the other', () => {
    for (const preset of ['holysheep', 'openai', 'local'] as const)
      expect(withPreset(SAVED, preset).baseUrl).toBe(ADDRESSES[preset])
    expect(withPreset(SAVED, 'other')).toEqual({ ...SAVED, preset: 'other' })
  })
})

describe('an address', () => {
  it('is one exactly when the engine takes it', () => {
    const hosts = fc.constantFrom('a.example', 'localhost', '127.0.0.1', '[::1]', '10.0.0.1', 'a@b')
    const made = fc
      .tuple(fc.constantFrom('http', 'https', 'ftp', 'HTTPS'), hosts, fc.string({ maxLength: 8 }))
      .map(([scheme, host, rest]) => `${scheme}://${host}${rest}`)
    fc.assert(
      fc.property(fc.oneof(made, fc.webUrl(), fc.string()), (text) => {
        fc.pre(text.length <= 300)
        expect(isAddress(text)).toBe(isBaseUrl(text))
      }),
    )
    for (const address of Object.values(ADDRESSES)) expect(isAddress(address)).toBe(true)
    expect(isAddress('http://api.example.org/v1')).toBe(false)
    expect(isAddress('https://user:pass@api.example.org/v1')).toBe(false)
  })
})

describe('a model', () => {
  it('is one word', () => {
    expect(isModel('vendor/model-1:latest')).toBe(true)
    expect(isModel('two words')).toBe(false)
    expect(isModel('a\u202Eb')).toBe(false)
    expect(isModel('')).toBe(false)
  })
})

describe('a key', () => {
  it('is one line of visible ASCII; white space around it is the clipboard’s', () => {
    expect(readKey('  sk-abc\n')).toBe('sk-abc')
    expect(readKey('sk abc')).toBeUndefined()
    expect(readKey('clé')).toBeUndefined()
    expect(readKey('   ')).toBeUndefined()
  })

  it('is taken by the engine whenever it is taken here', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
        const key = readKey(text)
        if (key !== undefined)
          expect(analysisSchemas['analysis.key'].safeParse({ key }).success).toBe(true)
      }),
    )
  })
})
