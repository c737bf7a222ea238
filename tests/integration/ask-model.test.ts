import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LLMock } from '@copilotkit/aimock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAiProvider } from '../../src/main/platform/ai-provider.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import { answerSchemaOf } from '../../src/main/services/analysis/answer-schemas.ts'
import { askModel, type ModelQuestion } from '../../src/main/services/analysis/ask.ts'
import { Breakers } from '../../src/main/services/analysis/breaker.ts'
import { FormMemory } from '../../src/main/services/analysis/form-memory.ts'
import { Gate, gateBookSince } from '../../src/main/services/analysis/gate.ts'
import { readAnswer } from '../../src/main/services/analysis/read-answer.ts'
import type { TradeStore } from '../../src/main/store/store.ts'
import { openStore } from '../../src/main/store/store-client.ts'
import type { AnalysisLimits } from '../../src/shared/contract/analysis.ts'
import { FREE, PRICES } from '../unit/services/analysis/gate-world.ts'
import { ListLogger, scratch, unwrap } from '../unit/store/store-kit.ts'
import { type AiPeer, aiPeer, events, json, piece } from './ai-peer.ts'

/** Searched for in the files, the log and all that is answered. */
const KEY = 'sk-canary-5b8e2f7d90a1c346-END'
const GOOD = JSON.stringify({
  reason: 'It stands 0.5 % above the mean.',
  anomalous: false,
  deviationPercent: 0.5,
  volatilityPercent: null,
})

let folder: ReturnType<typeof scratch>
let store: TradeStore
let log: ListLogger
let said: string
beforeEach(async () => {
  folder = scratch()
  log = new ListLogger()
  said = ''
  await open()
})
afterEach(async () => {
  await store.close()
  const files = readdirSync(dirname(folder.path)).map((name) =>
    readFileSync(join(dirname(folder.path), name)).toString('latin1'),
  )
  const all = [said, JSON.stringify(log.lines), ...files].join('\n')
  for (const part of ['canary', '5b8e2f7d', 'c346-END']) expect(all).not.toContain(part)
  folder.remove()
})

async function open(): Promise<void> {
  const opened = await openStore(
    { path: folder.path, maxWaitingTrades: 1_000 },
    { clock: systemClock, log },
  )
  store = unwrap(opened)
}

/** All of the way to the wire, over the store on the disk. */
async function asker(baseUrl: string, limits: Partial<AnalysisLimits> = {}) {
  const book = unwrap(await store.analysisBook(gateBookSince(systemClock.now())))
  const gate = new Gate({
    clock: systemClock,
    keep: (changes) => store.keepAnalyses(changes),
    settings: () => ({ limits: { ...FREE, ...limits }, prices: PRICES }),
    book,
  })
  const deps = {
    gate,
    provider: createAiProvider({ agentFor: () => undefined, clock: systemClock }),
    breakers: new Breakers(systemClock, Math.random),
    forms: new FormMemory(),
    clock: systemClock,
    random: () => 0.5,
  }
  const question: ModelQuestion = {
    baseUrl,
    key: KEY,
    model: 'm',
    system: 'You read figures.',
    user: '{"last":100.5}',
    schema: answerSchemaOf('anomaly'),
    maxTokens: 100,
    deadlineMs: 20_000,
    byHand: false,
    read: (text) => readAnswer('anomaly', text),
  }
  const ask = async (fields: Partial<ModelQuestion> = {}) => {
    const answer = await askModel(
      deps,
      { ...question, ...fields },
      (text) => {
        said += text
      },
      new AbortController().signal,
    )
    said += JSON.stringify(answer)
    return answer
  }
  return { ask, gate, deps }
}

describe('a question over HTTP, to an independent server', () => {
  let mock: LLMock
  let baseUrl: string
  beforeEach(async () => {
    mock = new LLMock({ port: 0, logLevel: 'silent' })
    baseUrl = `${await mock.start()}/v1`
  })
  afterEach(() => mock.stop())

  it('is answered, and what it used is on the disk', async () => {
    const usage = { prompt_tokens: 40, completion_tokens: 20 }
    mock.onMessage(/./, { content: GOOD, usage })
    const { ask, gate } = await asker(baseUrl)
    expect(await ask()).toMatchObject({
      ok: true,
      verdict: { kind: 'anomaly', anomalous: false, deviationPercent: 0.5 },
      reason: 'It stands 0.5 % above the mean.',
      cost: 0.06,
      usage: { promptTokens: 40, completionTokens: 20, reported: true },
      attempts: 1,
    })
    expect(gate.today()).toMatchObject({ requests: 1, tokens: 60, money: 0.06 })
    gate.close()
    await store.close()
    await open()
    const again = await asker(baseUrl)
    expect(again.gate.today()).toEqual(gate.today())
  })

  it.each([
    ['Buy now, my friend!', 'malformed'],
    ['{"reason":"x","anomalous":"yes"}', 'wrong-schema'],
  ] as const)('is repaired once after %s', async (content, code) => {
    mock.onTurn(0, /answered this before/, { content: GOOD })
    mock.onMessage(/^\{"last"/, { content })
    const { ask } = await asker(baseUrl)
    expect(await ask()).toMatchObject({ ok: true, attempts: 2 })
    mock.clearFixtures()
    mock.onMessage(/./, { content })
    expect(await ask()).toMatchObject({ ok: false, failure: { code }, attempts: 2 })
  })

  it('is told what a refusal of the key, of the credit and of the model means', async () => {
    const { ask, deps } = await asker(baseUrl)
    for (const [status, type, code] of [
      [401, 'invalid_api_key', 'bad-key'],
      [402, 'payment_required', 'no-credit'],
      [404, 'model_not_found', 'no-model'],
    ] as const) {
      mock.clearFixtures()
      mock.onMessage(/./, { error: { message: `no: ${KEY}`, type, code: type }, status })
      deps.breakers.of(baseUrl).reset()
      expect(await ask()).toMatchObject({ ok: false, failure: { code }, attempts: 1, cost: null })
    }
    expect(mock.getRequests()).toHaveLength(3)
  })

  it('is cut off by its deadline, all attempts together', async () => {
    mock.onMessage(/./, { error: { message: 'busy', type: 'server' }, status: 503 })
    const { ask } = await asker(baseUrl)
    const began = performance.now()
    const answer = await ask({ deadlineMs: 1_500 })
    expect(performance.now() - began).toBeLessThan(2_500)
    expect(answer).toMatchObject({ ok: false, failure: { code: 'server' } })
    expect(answer.attempts).toBeGreaterThan(1)
  })

  it('leaves a provider alone that fails again and again', async () => {
    mock.onMessage(/./, { error: { message: 'busy', type: 'server' }, status: 503 })
    const { ask, deps } = await asker(baseUrl)
    await Promise.all(Array.from({ length: 5 }, () => ask({ deadlineMs: 400 })))
    expect(deps.breakers.of(baseUrl).status().state).toBe('open')
    const before = mock.getRequests().length
    expect(await ask()).toMatchObject({ ok: false, failure: { code: 'paused' }, attempts: 0 })
    expect(mock.getRequests()).toHaveLength(before)
  })

  it('is stopped by a limit of the day, also after a restart', async () => {
    mock.onMessage(/./, { content: GOOD, usage: { prompt_tokens: 900, completion_tokens: 99 } })
    const first = await asker(baseUrl, { moneyPerDay: 2 })
    expect(await first.ask()).toMatchObject({ ok: true, cost: 0.999 })
    first.gate.close()
    await store.close()
    await open()
    const limited = await asker(baseUrl, { moneyPerDay: 1 })
    expect(await limited.ask()).toMatchObject({
      ok: false,
      failure: { code: 'limit', limit: 'moneyPerDay' },
      attempts: 0,
    })
    expect(limited.gate.stopped()).toMatchObject({ limit: 'moneyPerDay' })
    expect(mock.getRequests()).toHaveLength(1)
  })
})

describe('a question over HTTP, to a server that is peculiar', () => {
  let peer: AiPeer
  beforeEach(async () => {
    peer = await aiPeer()
  })
  afterEach(() => peer.close())

  it('goes down the forms, and stays with the one that is known', async () => {
    peer.answer = (response, { body }) => {
      if (body.includes('response_format'))
        json(response, 400, { error: { message: 'response_format is not supported' } })
      else if (body.includes('stream_options'))
        json(response, 422, { error: { message: 'stream_options: extra fields not permitted' } })
      else events(response, [piece(`Here it is:\n\`\`\`json\n${GOOD}\n\`\`\``, 'stop'), '[DONE]'])
    }
    const { ask, gate } = await asker(peer.baseUrl)
    expect(await ask()).toMatchObject({ ok: true, attempts: 4, usage: { reported: false } })
    expect(await ask()).toMatchObject({ ok: true, attempts: 1 })
    // Each of them was counted, and what was refused cost nothing.
    expect(gate.today()).toMatchObject({ requests: 5 })
    expect(peer.heard).toHaveLength(5)
  })

  it('is asked again when the time is over that it asked for', async () => {
    let times = 0
    peer.answer = (response) => {
      times += 1
      if (times > 1) events(response, [piece(GOOD, 'stop')])
      else response.writeHead(429, { 'retry-after': '2' }).end()
    }
    const { ask } = await asker(peer.baseUrl)
    const began = performance.now()
    expect(await ask()).toMatchObject({ ok: true, attempts: 2 })
    expect(performance.now() - began).toBeGreaterThan(1_990)
    times = 0
    expect(await ask({ deadlineMs: 1_900 })).toMatchObject({
      ok: false,
      failure: { code: 'rate-limited', retryAt: expect.any(Number) },
      attempts: 1,
    })
  })

  it('is asked again after a cut, and what it used then stays reserved', async () => {
    let times = 0
    peer.answer = (response) => {
      times += 1
      if (times === 1) {
        events(response, [piece('{"reason":"half')], false)
        setTimeout(() => response.socket?.destroy(), 30)
      } else
        events(response, [
          { ...piece(GOOD, 'stop'), usage: { prompt_tokens: 1, completion_tokens: 1 } },
        ])
    }
    const { ask, gate } = await asker(peer.baseUrl)
    const answer = await ask()
    expect(answer).toMatchObject({ ok: true, attempts: 2, usage: { reported: false } })
    expect(gate.today().tokens).toBeGreaterThan(100)
  })

  it('declines and breaks off', async () => {
    const refusal = { choices: [{ delta: { refusal: 'No.' }, finish_reason: 'stop' }] }
    const { ask } = await asker(peer.baseUrl)
    peer.answer = (response) => events(response, [refusal])
    expect(await ask()).toMatchObject({ ok: false, failure: { code: 'declined' } })
    peer.answer = (response) => events(response, [piece('{"reason":"so lon', 'length')])
    expect(await ask()).toMatchObject({ ok: false, failure: { code: 'truncated' } })
  })
})
