import { describe, expect, it } from 'vitest'
import type { AiAnswer, AiFailure, AiOutcome, AiRequest } from '../../../../src/main/ports.ts'
import { askModel, type ModelQuestion } from '../../../../src/main/services/analysis/ask.ts'
import { Breakers } from '../../../../src/main/services/analysis/breaker.ts'
import { FormMemory } from '../../../../src/main/services/analysis/form-memory.ts'
import { Gate } from '../../../../src/main/services/analysis/gate.ts'
import type { ReadAnswer } from '../../../../src/main/services/analysis/read-answer.ts'
import type { AnalysisLimits } from '../../../../src/shared/contract/analysis.ts'
import { START } from '../fakes.ts'
import { FakeDisk, FREE, livingClock, PRICES } from './gate-world.ts'

const VERDICT = {
  kind: 'anomaly',
  anomalous: false,
  deviationPercent: 1,
  volatilityPercent: 2,
} as const
const GOOD = '{"good":true}'
const read = (text: string): ReadAnswer => {
  if (text === GOOD) return { ok: true, verdict: VERDICT, reason: 'Because.' }
  return text.startsWith('{')
    ? { ok: false, code: 'wrong-schema', message: 'anomalous is missing.' }
    : { ok: false, code: 'malformed', message: 'there is no JSON in it.' }
}

const answer = (fields: Partial<AiAnswer> = {}): AiOutcome<AiAnswer> => ({
  ok: true,
  value: {
    text: GOOD,
    finish: 'stop',
    refusal: null,
    usage: { promptTokens: 100, completionTokens: 10 },
    firstByteMs: 40,
    totalMs: 90,
    ...fields,
  },
})
const failure = (fields: Partial<AiFailure> & Pick<AiFailure, 'code'>): AiOutcome<AiAnswer> => ({
  ok: false,
  failure: {
    message: `${fields.code}!`,
    status: null,
    retryAfterMs: null,
    usage: null,
    firstByteMs: null,
    totalMs: 90,
    ...fields,
  },
})

/** A provider that answers as it is told, 100 ms later each; and the rest for real. */
function setUp(outcomes: AiOutcome<AiAnswer>[], limits: Partial<AnalysisLimits> = {}) {
  const time = livingClock()
  const disk = new FakeDisk()
  const settings = { limits: { ...FREE, ...limits }, prices: PRICES }
  const gate = new Gate({
    clock: time.clock,
    keep: disk.keep,
    settings: () => settings,
    book: disk.book(),
  })
  const asked: (AiRequest & { readonly key: string; readonly at: number })[] = []
  let slow = false
  const deps = {
    gate,
    breakers: new Breakers(time.clock, () => 0.5),
    forms: new FormMemory(),
    clock: { ...time.clock, every: () => () => undefined },
    random: () => 0.5,
    provider: {
      ask: (
        request: AiRequest,
        key: string,
        onText: (text: string) => void,
        signal: AbortSignal,
      ): Promise<AiOutcome<AiAnswer>> => {
        asked.push({ ...request, key, at: time.clock.monotonic() })
        onText('{')
        const began = time.clock.monotonic()
        return new Promise((resolve) => {
          signal.addEventListener('abort', () =>
            resolve(failure({ code: 'cancelled', totalMs: time.clock.monotonic() - began })),
          )
          if (!slow)
            time.clock.after(100, () => resolve(outcomes.shift() ?? failure({ code: 'server' })))
        })
      },
      models: () => Promise.reject(new Error('not asked')),
    },
  }
  const question: ModelQuestion = {
    baseUrl: 'https://ai.example/v1',
    key: 'k',
    model: 'm',
    system: 'sys',
    user: 'data',
    schema: { name: 'anomaly', body: {} },
    maxTokens: 50,
    deadlineMs: 60_000,
    byHand: false,
    read,
  }
  const texts: string[] = []
  const controller = new AbortController()
  const ask = async (fields: Partial<ModelQuestion> = {}, ms = 600_000) => {
    const result = askModel(
      deps,
      { ...question, ...fields },
      (text) => texts.push(text),
      controller.signal,
    )
    await time.advance(ms)
    return result
  }
  return {
    ask,
    asked,
    texts,
    time,
    gate,
    disk,
    deps,
    controller,
    hang: () => {
      slow = true
    },
  }
}
const formsOf = (asked: readonly AiRequest[]) => asked.map(({ form }) => form)

describe('a question to a model', () => {
  it('is asked once when the answer is good, and says what it cost and how long it took', async () => {
    const { ask, asked, texts, gate } = setUp([answer()])
    expect(await ask()).toEqual({
      ok: true,
      verdict: VERDICT,
      reason: 'Because.',
      usage: { promptTokens: 100, completionTokens: 10, reported: true },
      cost: 0.11,
      latency: { queueMs: 0, firstByteMs: 40, totalMs: 100 },
      attempts: 1,
    })
    expect(asked).toMatchObject([
      { form: 'json-schema', user: 'data', deadlineMs: 60_000, key: 'k', maxTokens: 50 },
    ])
    expect(texts).toEqual(['{'])
    expect(gate.today()).toMatchObject({ requests: 1, tokens: 110, money: 0.11 })
  })

  it('goes down the forms until one is known, and remembers it', async () => {
    const { ask, asked } = setUp([
      failure({ code: 'no-such-form', status: 400 }),
      failure({ code: 'refused-request', status: 400 }),
      answer(),
      answer(),
      answer(),
    ])
    expect(await ask()).toMatchObject({ ok: true, attempts: 3, cost: 0.11 })
    await ask()
    await ask({ model: 'other' })
    expect(formsOf(asked)).toEqual([
      'json-schema',
      'json-object',
      'prompt',
      'prompt',
      'json-schema',
    ])
  })

  it('ends when no form is taken, and the refusals cost nothing', async () => {
    const refusals = [1, 2, 3].map(() => failure({ code: 'refused-request', status: 400 }))
    const { ask, gate } = setUp(refusals)
    expect(await ask()).toMatchObject({
      ok: false,
      failure: { code: 'internal', message: 'refused-request!' },
      attempts: 3,
      usage: null,
      cost: null,
    })
    expect(gate.today().tokens).toBe(0)
  })

  it('is asked again as the provider wants it', async () => {
    const { ask, asked, gate } = setUp([failure({ code: 'ask-again' }), answer()])
    expect(await ask()).toMatchObject({ ok: true, attempts: 2 })
    expect(formsOf(asked)).toEqual(['json-schema', 'json-schema'])
    // Each of them went through the gate.
    expect(gate.today()).toMatchObject({ requests: 2, tokens: 110 })
  })

  it.each([
    ['malformed', 'Buy!'],
    ['wrong-schema', '{"bad":1}'],
  ] as const)(
    'is repaired once after a %s answer, with the fault and the answer',
    async (code, text) => {
      const { ask, asked, texts } = setUp([answer({ text }), answer()])
      expect(await ask()).toMatchObject({
        ok: true,
        attempts: 2,
        usage: { promptTokens: 200, completionTokens: 20, reported: true },
        cost: 0.22,
      })
      expect(asked[1]?.user).toContain('data')
      expect(asked[1]?.user).toContain(text)
      expect(asked[1]?.user).toContain(code === 'malformed' ? 'no JSON' : 'anomalous is missing')
      expect(texts).toEqual(['{', '', '{'])
      const twice = setUp([answer({ text }), answer({ text }), answer()])
      expect(await twice.ask()).toMatchObject({ ok: false, failure: { code }, attempts: 2 })
    },
  )

  it('is not repeated when the model declines or breaks off', async () => {
    const cases = [
      ['declined', answer({ refusal: 'I cannot.' })],
      ['declined', answer({ finish: 'filter', text: '' })],
      ['truncated', answer({ finish: 'length', text: '{"goo' })],
    ] as const
    for (const [code, outcome] of cases) {
      const { ask } = setUp([outcome])
      expect(await ask()).toMatchObject({ ok: false, failure: { code }, attempts: 1, cost: 0.11 })
    }
    const whole = setUp([answer({ finish: 'length' })])
    expect(await whole.ask()).toMatchObject({ ok: true })
  })

  it('is repeated after what passes, with growing pauses, three times', async () => {
    const { ask, asked, gate } = setUp([
      failure({ code: 'server', status: 500 }),
      failure({ code: 'cut' }),
      failure({ code: 'timeout', status: 408 }),
      failure({ code: 'server', status: 500 }),
    ])
    const result = await ask()
    expect(result).toMatchObject({ ok: false, failure: { code: 'server' }, attempts: 4 })
    expect(asked.map(({ at }) => at)).toEqual([0, 600, 1_700, 3_800])
    // Nobody knows what they used: each reservation stands.
    expect(result.usage?.reported).toBe(false)
    expect(gate.today().tokens).toBe(
      result.usage && result.usage.promptTokens + result.usage.completionTokens,
    )
    expect(gate.today().tokens).toBeGreaterThan(4 * 50)
  })

  it('waits as long as the provider asks for, where there is time', async () => {
    const limited = failure({ code: 'rate-limited', status: 429, retryAfterMs: 20_000 })
    const { ask, asked, gate } = setUp([limited, answer()])
    expect(await ask()).toMatchObject({ ok: true, attempts: 2 })
    expect(asked.map(({ at }) => at)).toEqual([0, 20_100])
    expect(gate.today().tokens).toBe(110)
    const long = setUp([failure({ code: 'rate-limited', status: 429, retryAfterMs: 90_000 })])
    expect(await long.ask()).toMatchObject({
      ok: false,
      failure: { code: 'rate-limited', retryAt: START + 90_100 },
      latency: { totalMs: 100 },
    })
  })

  it.each(['bad-key', 'no-credit', 'wrong-address', 'no-model', 'offline'] as const)(
    'is not repeated after %s',
    async (code) => {
      const { ask } = setUp([failure({ code, status: code === 'offline' ? null : 404 }), answer()])
      expect(await ask()).toMatchObject({ ok: false, failure: { code }, attempts: 1, usage: null })
    },
  )

  it('has one deadline for everything', async () => {
    const { ask, asked, hang, gate } = setUp([])
    hang()
    const result = await ask({ deadlineMs: 5_000 })
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'timeout' },
      latency: { totalMs: 5_000 },
    })
    expect(asked).toHaveLength(1)
    expect(gate.today().tokens).toBeGreaterThan(50)
  })

  it('has one deadline for the wait for its turn as well, and sends nothing then', async () => {
    const { ask, asked, gate } = setUp([answer(), answer()], { requestsPerSecond: 0.1 })
    await ask({}, 1_000)
    expect(await ask({ deadlineMs: 5_000 })).toMatchObject({
      ok: false,
      failure: { code: 'timeout' },
      latency: null,
      attempts: 0,
    })
    expect([asked.length, gate.today().requests]).toEqual([1, 1])
  })

  it('can be called off, before it is sent and afterwards', async () => {
    const running = setUp([])
    running.hang()
    const going = running.ask({}, 50)
    running.time.clock.after(10, () => running.controller.abort())
    expect(await going).toMatchObject({ ok: false, failure: { code: 'cancelled' }, attempts: 1 })
    expect(running.deps.breakers.of('https://ai.example/').status().state).toBe('closed')
    expect(await running.ask()).toMatchObject({
      ok: false,
      failure: { code: 'cancelled' },
      attempts: 0,
    })
  })

  it('tells the limit that stops it', async () => {
    const { ask, asked } = setUp([answer()], { tokensPerDay: 10 })
    expect(await ask()).toMatchObject({
      ok: false,
      failure: { code: 'limit', limit: 'tokensPerDay' },
      attempts: 0,
    })
    expect(asked).toEqual([])
  })

  it('reserves for the most that its texts can be, and settles for what they were', async () => {
    const { ask, gate } = setUp([answer({ usage: null })])
    const user = '買'.repeat(100)
    const result = await ask({ user })
    expect(result.usage?.reported).toBe(false)
    expect(result.usage?.promptTokens).toBeGreaterThanOrEqual(300)
    expect(gate.today().tokens).toBe((result.usage?.promptTokens ?? 0) + 50)
  })
})

describe('a provider that fails', () => {
  it('is left alone after five failures, whoever asks', async () => {
    const { ask, asked } = setUp(
      Array.from({ length: 9 }, () => failure({ code: 'server', status: 503 })),
    )
    await ask({}, 5_000)
    // Its second repeat is not sent any more: what happened is told, and when it may be tried again.
    expect(await ask({}, 2_000)).toMatchObject({
      ok: false,
      failure: { code: 'server', retryAt: expect.any(Number) },
      attempts: 1,
    })
    expect(asked).toHaveLength(5)
    expect(await ask({}, 100)).toMatchObject({
      ok: false,
      failure: { code: 'paused', retryAt: expect.any(Number) },
      latency: null,
    })
    expect(asked).toHaveLength(5)
  })

  it('for want of a key is asked again by a person only', async () => {
    const { ask, asked } = setUp([failure({ code: 'bad-key', status: 401 }), answer()])
    await ask()
    expect(await ask()).toMatchObject({ ok: false, failure: { code: 'bad-key' }, attempts: 0 })
    expect(await ask({ byHand: true })).toMatchObject({ ok: true })
    expect(asked).toHaveLength(2)
  })

  it('while a question waits for its turn is not asked by it any more', async () => {
    const { ask, asked, time, gate } = setUp([failure({ code: 'bad-key', status: 401 })], {
      requestsPerSecond: 1,
    })
    const both = [ask({}, 0), ask({}, 0)]
    await time.advance(5_000)
    expect(await both[1]).toMatchObject({ ok: false, failure: { code: 'bad-key' }, attempts: 0 })
    expect([asked.length, gate.today().tokens]).toEqual([1, 0])
  })

  it('by being slow counts, but not where we kept the question waiting', async () => {
    const { ask, hang, deps } = setUp([])
    hang()
    for (let i = 0; i < 5; i += 1) await ask({ deadlineMs: 2_000 }, 2_000)
    expect(deps.breakers.of('https://ai.example/').status().state).toBe('open')
    const waited = setUp([answer()], { requestsPerSecond: 1 })
    await waited.ask({}, 200)
    waited.hang()
    for (let i = 0; i < 5; i += 1) await waited.ask({ deadlineMs: 1_000 }, 1_000)
    expect(waited.asked.length).toBeGreaterThan(5)
    expect(waited.deps.breakers.of('https://ai.example/').status().state).toBe('closed')
  })
})
