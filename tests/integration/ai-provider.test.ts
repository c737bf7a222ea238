import { createServer as createTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import { LLMock } from '@copilotkit/aimock'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAiProvider } from '../../src/main/platform/ai-provider.ts'
import { ProxyAgents } from '../../src/main/platform/proxy-agents.ts'
import { systemClock } from '../../src/main/platform/system-clock.ts'
import type { AiFailure, AiFailureCode, AiRequest } from '../../src/main/ports.ts'
import { type AiPeer, aiPeer, events, json, piece } from './ai-peer.ts'
import { connectProxy, type ProxyPeer } from './proxy-peers.ts'

/** Searched for in all that comes back. */
const KEY = 'sk-canary-7f3a9d51c0b24e68-TAIL'
const never = new AbortController().signal
const provider = createAiProvider({ agentFor: () => undefined, clock: systemClock })

const request = (baseUrl: string, fields: Partial<AiRequest> = {}): AiRequest => ({
  baseUrl,
  model: 'gpt-4.1',
  system: 'You read figures.',
  user: '{"last":100.5}',
  form: 'json-schema',
  schema: { name: 'anomaly', body: { type: 'object', additionalProperties: false } },
  maxTokens: 200,
  deadlineMs: 10_000,
  ...fields,
})

async function mustFail(
  baseUrl: string,
  fields: Partial<AiRequest> = {},
  signal = never,
): Promise<AiFailure> {
  const outcome = await provider.ask(request(baseUrl, fields), KEY, () => undefined, signal)
  if (outcome.ok) throw new Error(`it answered: ${outcome.value.text}`)
  const { failure } = outcome
  expect(failure.message.length).toBeLessThanOrEqual(300)
  expect(failure.message.length).toBeGreaterThan(10)
  expectNoKey(JSON.stringify(outcome))
  return failure
}

function expectNoKey(text: string): void {
  for (const part of [KEY, KEY.slice(3, 12), KEY.slice(-8), '7f3a9d51', 'b24e68'])
    expect(text).not.toContain(part)
}

// Whatever the SDK might write, and wherever.
const written: string[] = []
beforeAll(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...args) => void written.push(args.join(' ')))
})
afterAll(() => {
  vi.restoreAllMocks()
  expect(written.filter((line) => line.includes('canary') || line.includes('malformed'))).toEqual(
    [],
  )
})

describe('an independent OpenAI-compatible server', () => {
  let mock: LLMock
  let baseUrl: string
  beforeEach(async () => {
    mock = new LLMock({ port: 0, logLevel: 'silent' })
    baseUrl = `${await mock.start()}/v1`
  })
  afterEach(() => mock.stop())

  it('streams an answer, with its usage', async () => {
    const content = '{"reason":"Über dem Mittel – 買","anomalous":false}'
    const usage = { prompt_tokens: 31, completion_tokens: 17 }
    mock.onMessage(/./, { content, usage }, { chunkSize: 5 })
    const texts: string[] = []
    const outcome = await provider.ask(request(baseUrl), KEY, (text) => texts.push(text), never)
    expect(outcome).toEqual({
      ok: true,
      value: {
        text: content,
        finish: 'stop',
        refusal: null,
        usage: { promptTokens: 31, completionTokens: 17 },
        firstByteMs: expect.any(Number),
        totalMs: expect.any(Number),
      },
    })
    expect(texts.length).toBeGreaterThan(3)
    expect(texts.at(-1)).toBe(content)
    for (const [i, text] of texts.entries()) expect(content.startsWith(text), `${i}`).toBe(true)
    const sent = mock.getLastRequest()?.body as unknown as Record<string, unknown>
    expect(sent).toMatchObject({
      model: 'gpt-4.1',
      max_tokens: 200,
      stream: true,
      stream_options: { include_usage: true },
      response_format: { type: 'json_schema', json_schema: { name: 'anomaly', strict: true } },
    })
  })

  it.each([
    [401, 'invalid_api_key', 'bad-key'],
    [403, 'permission_denied', 'bad-key'],
    [402, 'payment_required', 'no-credit'],
    [429, 'insufficient_quota', 'no-credit'],
    [429, 'rate_limit_exceeded', 'rate-limited'],
    [404, 'model_not_found', 'no-model'],
    [400, 'model_not_found', 'no-model'],
    [400, 'invalid_value', 'refused-request'],
    [413, 'too_large', 'refused-request'],
    [408, 'timeout', 'timeout'],
    [500, 'server_error', 'server'],
    [503, 'overloaded', 'server'],
    [529, 'overloaded', 'server'],
  ] as const)('status %i %s is %s', async (status, code, wanted) => {
    const message = `The provider says something about ${KEY} here.`
    mock.onMessage(/./, { error: { message, type: code, code }, status })
    const failure = await mustFail(baseUrl)
    expect(failure).toMatchObject({ code: wanted, status, usage: null, firstByteMs: null })
    expect(failure.message).toContain('[key]')
    expect(mock.getRequests()).toHaveLength(1)
  })

  it('Retry-After is told', async () => {
    const error = { message: 'slow down', type: 'rate_limit', code: 'rate_limit_exceeded' }
    mock.onMessage(/./, { error, status: 429, retryAfter: 7 })
    expect(await mustFail(baseUrl)).toMatchObject({ code: 'rate-limited', retryAfterMs: 7_000 })
  })

  it('a slow first byte ends at the deadline, which is of all of it', async () => {
    mock.onMessage(/./, { content: 'late' }, { chaos: { latencyMs: 5_000 } })
    const began = performance.now()
    expect(await mustFail(baseUrl, { deadlineMs: 200 })).toMatchObject({ code: 'timeout' })
    expect(performance.now() - began).toBeLessThan(2_000)
  })

  it('a slow stream ends at the deadline too, and what had come does not count', async () => {
    mock.onMessage(/./, { content: 'x'.repeat(400) }, { latency: 100, chunkSize: 4 })
    const failure = await mustFail(baseUrl, { deadlineMs: 700 })
    expect(failure.code).toBe('timeout')
    expect(failure.firstByteMs).toBeGreaterThan(0)
  })

  it('is cut after a part of the stream', async () => {
    mock.onMessage(
      /./,
      { content: '{"reason":"and then' },
      { truncateAfterChunks: 3, chunkSize: 2 },
    )
    expect(await mustFail(baseUrl)).toMatchObject({ code: 'cut', usage: null })
  })

  it.each(['drop', 'malformed', 'rateLimit', 'disconnect'] as const)(
    'chaos %s is a failure, not an exception',
    async (kind) => {
      mock.onMessage(/./, { content: 'good' }, { chaos: { [`${kind}Rate`]: 1 } })
      const codes: Record<typeof kind, readonly AiFailureCode[]> = {
        drop: ['server', 'cut'],
        malformed: ['server', 'cut'],
        rateLimit: ['rate-limited'],
        disconnect: ['cut'],
      }
      expect(codes[kind]).toContain((await mustFail(baseUrl)).code)
    },
  )

  it('says when its answer was too long for it, and hands over what is no JSON as it is', async () => {
    mock.onMessage(/./, { content: '{"reason":"and', finishReason: 'length' })
    const outcome = await provider.ask(request(baseUrl), KEY, () => undefined, never)
    expect(outcome).toMatchObject({ ok: true, value: { finish: 'length', text: '{"reason":"and' } })
  })

  it('says when a filter held the answer back', async () => {
    mock.onMessage(/./, { content: 'x', finishReason: 'content_filter' })
    const outcome = await provider.ask(request(baseUrl), KEY, () => undefined, never)
    expect(outcome).toMatchObject({ ok: true, value: { finish: 'filter' } })
  })

  it('lists its models', async () => {
    const outcome = await provider.models(baseUrl, KEY, 5_000, never)
    if (!outcome.ok) throw new Error(outcome.failure.message)
    expect(outcome.value.length).toBeGreaterThan(0)
    expect(outcome.value).toEqual([...outcome.value].sort())
  })

  it('has no such path: the address is wrong', async () => {
    expect(await mustFail(baseUrl.replace('/v1', '/nothing/here'))).toMatchObject({
      code: 'wrong-address',
      status: 404,
    })
  })

  it('is reached through a CONNECT proxy, and not otherwise', async () => {
    const proxy: ProxyPeer = await connectProxy('me:secret')
    const agents = new ProxyAgents()
    const through = (address: string) =>
      createAiProvider({
        agentFor: () => agents.agent(new URL(address)),
        clock: systemClock,
      }).ask(request(baseUrl), KEY, () => undefined, never)
    mock.onMessage(/./, { content: 'by proxy' })
    expect(await through(`http://me:secret@127.0.0.1:${proxy.port}`)).toMatchObject({
      ok: true,
      value: { text: 'by proxy' },
    })
    expect(proxy.asked).toEqual([new URL(baseUrl).host])
    const refused = await through(`http://me:wrong@127.0.0.1:${proxy.port}`)
    expect(refused).toMatchObject({ ok: false, failure: { code: 'offline', status: 407 } })
    expect(JSON.stringify(refused)).not.toContain('wrong')
    agents.close()
    await proxy.close()
    const gone = await through(`http://me:secret@127.0.0.1:${proxy.port}`)
    expect(gone).toMatchObject({ ok: false, failure: { code: 'offline' } })
    expect(JSON.stringify(gone)).not.toContain('secret')
    agents.close()
  })
})

describe('a server that does what the mock cannot', () => {
  let peer: AiPeer
  beforeEach(async () => {
    peer = await aiPeer()
  })
  afterEach(() => peer.close())
  const ask = (fields: Partial<AiRequest> = {}) =>
    provider.ask(request(peer.baseUrl, fields), KEY, () => undefined, never)

  it('hears no header but those that are needed, and a body of the question alone', async () => {
    vi.stubEnv('OPENAI_ORG_ID', 'org-of-the-environment')
    vi.stubEnv('OPENAI_PROJECT_ID', 'project-of-the-environment')
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-the-environment')
    vi.stubEnv('OPENAI_ADMIN_KEY', 'admin-of-the-environment')
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/other')
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'X-Environment: yes')
    vi.stubEnv('OPENAI_LOG', 'debug')
    peer.answer = (response, { path }) =>
      path.endsWith('/models')
        ? json(response, 200, { data: [] })
        : events(response, [piece('a', 'stop')])
    await ask()
    await provider.models(peer.baseUrl, KEY, 5_000, never)
    vi.unstubAllEnvs()
    const [question, models] = peer.heard
    expect(question?.path).toBe('/v1/chat/completions')
    expect(question?.headers).toEqual({
      accept: 'application/json',
      authorization: `Bearer ${KEY}`,
      connection: 'keep-alive',
      'content-length': String(Buffer.byteLength(question?.body ?? '')),
      'content-type': 'application/json',
      host: new URL(peer.baseUrl).host,
      'user-agent': 'Tapedeck',
    })
    expect(Object.keys(JSON.parse(question?.body ?? '{}')).sort()).toEqual([
      'max_tokens',
      'messages',
      'model',
      'response_format',
      'stream',
      'stream_options',
    ])
    expect(question?.body).not.toContain('canary')
    expect(models?.path).toBe('/v1/models')
    expect(Object.keys(models?.headers ?? {}).sort()).toEqual([
      'accept',
      'authorization',
      'connection',
      'host',
      'user-agent',
    ])
    expect(written).toEqual([])
  })

  it('hears no key where there is none', async () => {
    peer.answer = (response) => events(response, [piece('a', 'stop')])
    expect(await provider.ask(request(peer.baseUrl), '', () => undefined, never)).toMatchObject({
      ok: true,
    })
    expect(peer.heard[0]?.headers).not.toHaveProperty('authorization')
  })

  it.each(['json-schema', 'json-object', 'prompt'] as const)('hears the form %s', async (form) => {
    peer.answer = (response) => events(response, [piece('a', 'stop')])
    await ask({ form })
    const { response_format: asked } = JSON.parse(peer.heard[0]?.body ?? '{}') as {
      response_format?: { type: string }
    }
    expect(asked?.type).toBe(
      { 'json-schema': 'json_schema', 'json-object': 'json_object', prompt: undefined }[form],
    )
  })

  it('answers a stream with plain JSON', async () => {
    const message = { role: 'assistant', content: 'all at once', refusal: null }
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 }
    peer.answer = (response) =>
      json(response, 200, { choices: [{ index: 0, message, finish_reason: 'stop' }], usage })
    expect(await ask()).toMatchObject({
      ok: true,
      value: {
        text: 'all at once',
        finish: 'stop',
        usage: { promptTokens: 3, completionTokens: 4 },
        firstByteMs: expect.any(Number),
      },
    })
  })

  it.each([
    [undefined],
    [{ prompt_tokens: -1, completion_tokens: 2 }],
    [{ prompt_tokens: 1.5, completion_tokens: 2 }],
    [{ prompt_tokens: 1e300, completion_tokens: 2 }],
    [{ prompt_tokens: '3', completion_tokens: 2 }],
    [{ total_tokens: 9 }],
  ])('with the usage %j has said nothing of it', async (usage) => {
    peer.answer = (response) => events(response, [{ ...piece('a', 'stop'), usage }, '[DONE]'])
    expect(await ask()).toMatchObject({ ok: true, value: { text: 'a', usage: null } })
  })

  it('does not know `stream_options`: it is to be asked again, and then without', async () => {
    peer.answer = (response, { body }) => {
      if (!body.includes('stream_options')) events(response, [piece('a', 'stop'), '[DONE]'])
      else json(response, 400, { error: { message: 'Unrecognized argument: stream_options' } })
    }
    expect(await mustFail(peer.baseUrl, { model: 'old' })).toMatchObject({ code: 'ask-again' })
    expect(await ask({ model: 'old' })).toMatchObject({ ok: true, value: { usage: null } })
    expect(peer.heard).toHaveLength(2)
  })

  it('wants the limit of tokens by its new name', async () => {
    peer.answer = (response, { body }) => {
      if (body.includes('"max_completion_tokens":200')) events(response, [piece('a', 'stop')])
      else
        json(response, 400, {
          error: { message: "'max_tokens' is not supported. Use 'max_completion_tokens' instead." },
        })
    }
    expect(await mustFail(peer.baseUrl, { model: 'new' })).toMatchObject({ code: 'ask-again' })
    expect(await ask({ model: 'new' })).toMatchObject({ ok: true })
  })

  it('does not know the form', async () => {
    peer.answer = (response) =>
      json(response, 400, { error: { message: 'response_format json_schema is unavailable now' } })
    expect(await mustFail(peer.baseUrl)).toMatchObject({ code: 'no-such-form', status: 400 })
    expect(await mustFail(peer.baseUrl, { form: 'prompt' })).toMatchObject({
      code: 'refused-request',
    })
  })

  it('refuses in words of the model', async () => {
    const delta = (refusal: string) => ({ choices: [{ delta: { refusal }, finish_reason: null }] })
    peer.answer = (response) => events(response, [delta('I can'), delta('not.'), piece('', 'stop')])
    expect(await ask()).toMatchObject({ ok: true, value: { refusal: 'I cannot.', text: '' } })
  })

  it('ends its stream without saying that it is the end', async () => {
    peer.answer = (response) => events(response, [piece('half an ')])
    expect(await mustFail(peer.baseUrl)).toMatchObject({ code: 'cut' })
    peer.answer = (response) => events(response, [piece('all'), '[DONE]'])
    expect(await ask()).toMatchObject({ ok: true, value: { finish: 'other', text: 'all' } })
  })

  it.each([
    ['rate_limit_exceeded', 'rate-limited'],
    ['insufficient_quota', 'no-credit'],
    ['something', 'server'],
  ] as const)('fails within its answer: %s', async (code, wanted) => {
    const error = { error: { message: `broken for ${KEY}`, code } }
    peer.answer = (response) => events(response, [piece('a'), error])
    expect(await mustFail(peer.baseUrl)).toMatchObject({ code: wanted })
    peer.answer = (response) => json(response, 200, error)
    expect(await mustFail(peer.baseUrl)).toMatchObject({ code: wanted })
  })

  it.each(['data: {"choices": [\n\n', 'data: nonsense\n\n'])(
    'streams %j, which is no JSON',
    async (text) => {
      peer.answer = (response) =>
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text)
      expect(['server', 'cut']).toContain((await mustFail(peer.baseUrl)).code)
    },
  )

  it('sends a page instead of an answer', async () => {
    const page = (response: Parameters<AiPeer['answer']>[0], status: number) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Welcome</html>')
    peer.answer = (response) => page(response, 200)
    expect(await mustFail(peer.baseUrl)).toMatchObject({ code: 'wrong-address' })
    peer.answer = (response) => page(response, 404)
    const failure = await mustFail(peer.baseUrl)
    expect(failure).toMatchObject({ code: 'wrong-address', status: 404 })
    expect(failure.message).not.toContain('<')
    const models = await provider.models(peer.baseUrl, KEY, 5_000, never)
    expect(models).toMatchObject({ ok: false, failure: { code: 'wrong-address' } })
  })

  it('sends elsewhere: nobody follows, and no key goes there', async () => {
    const other = await aiPeer()
    for (const status of [301, 302, 307, 308]) {
      peer.answer = (response) =>
        response.writeHead(status, { location: `${other.baseUrl}/chat/completions` }).end()
      expect(await mustFail(peer.baseUrl)).toMatchObject({ code: 'wrong-address', status })
    }
    expect(other.heard).toEqual([])
    await other.close()
  })

  it('sends more than is read: what had come is handed over as too long, and the rest is not taken', async () => {
    let open = true
    peer.answer = (response) => {
      response.on('close', () => {
        open = false
      })
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const text = `data: ${JSON.stringify(piece('x'.repeat(10_000)))}\n\n`
      const more = (): void => {
        while (open && response.write(text));
        if (open) response.once('drain', more)
      }
      more()
    }
    const outcome = await ask()
    expect(outcome).toMatchObject({ ok: true, value: { finish: 'length', usage: null } })
    if (outcome.ok) expect(outcome.value.text.length).toBeLessThan(2 ** 20)
    await vi.waitFor(() => expect(open).toBe(false))
  })

  it('sends headers without an end', async () => {
    peer.answer = (response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`)
    }
    expect(['wrong-address', 'cut', 'offline']).toContain((await mustFail(peer.baseUrl)).code)
  })

  it('speaks no HTTP', async () => {
    peer.answer = (response) => response.socket?.end('220 smtp ready\r\n')
    expect(await mustFail(peer.baseUrl)).toMatchObject({ code: 'wrong-address' })
  })

  it('cuts before it answers', async () => {
    peer.answer = (response) => response.socket?.destroy()
    expect(await mustFail(peer.baseUrl)).toMatchObject({ code: 'cut', status: null })
  })

  it('is called off while it answers', async () => {
    peer.answer = (response) => events(response, [piece('a')], false)
    const controller = new AbortController()
    const outcome = provider.ask(
      request(peer.baseUrl),
      KEY,
      () => controller.abort(),
      controller.signal,
    )
    expect(await outcome).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    expect(await mustFail(peer.baseUrl, {}, controller.signal)).toMatchObject({ code: 'cancelled' })
  })

  it('echoes the key, whole, in part and shortened: it is in no failure', async () => {
    const echoes = [
      `Incorrect API key provided: ${KEY}. Find it at https://example.com`,
      `Incorrect API key provided: ${KEY.slice(0, 8)}****************${KEY.slice(-4)}.`,
      `key=${KEY.slice(0, 14)}... is bad`,
      `bad: ${encodeURIComponent(KEY)} "${KEY.slice(5)}"`,
      `Authorization: Bearer ${KEY}`,
      `${'long '.repeat(55)}${KEY}`,
    ]
    for (const message of echoes) {
      peer.answer = (response) => json(response, 401, { error: { message } })
      const failure = await mustFail(peer.baseUrl)
      expect(failure.code).toBe('bad-key')
      expect(failure.message).not.toContain(KEY.slice(-4))
      expect(failure.message).not.toContain('sk-')
    }
    peer.answer = (response) =>
      response.writeHead(500, { 'content-type': 'text/plain' }).end(`${KEY}\u202e\n!`)
    const failure = await mustFail(peer.baseUrl)
    expect(failure.message).not.toMatch(/[\u202e\n]/)
  })

  it('lists models oddly', async () => {
    const lists: readonly [unknown, readonly string[] | null][] = [
      [
        { data: [{ id: 'b' }, { id: 'a' }, { id: 'b' }, { id: 7 }, null, { id: 'two words' }] },
        ['a', 'b'],
      ],
      [[{ id: 'x' }], ['x']],
      [{ models: [] }, null],
      [{ data: 'none' }, null],
    ]
    for (const [list, wanted] of lists) {
      peer.answer = (response) => json(response, 200, list)
      const outcome = await provider.models(peer.baseUrl, KEY, 5_000, never)
      if (wanted === null)
        expect(outcome).toMatchObject({ ok: false, failure: { code: 'wrong-address' } })
      else expect(outcome).toEqual({ ok: true, value: wanted })
    }
  })
})

describe('nobody', () => {
  it('answers at a closed port, or at a name that does not exist', async () => {
    const peer = await aiPeer()
    await peer.close()
    expect(await mustFail(peer.baseUrl)).toMatchObject({ code: 'offline', status: null })
    expect(await mustFail('https://nobody.invalid/v1')).toMatchObject({ code: 'offline' })
  })

  it('who could be trusted: plain HTTP where TLS is expected', async () => {
    const peer = await aiPeer()
    const failure = await mustFail(peer.baseUrl.replace('http:', 'https:'))
    expect(failure.code).toBe('wrong-address')
    expect(peer.heard).toEqual([])
    await peer.close()
  })

  it('answers over TLS that no certificate was made for', async () => {
    const server = createTls({}, () => undefined)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await mustFail(`https://127.0.0.1:${port}/v1`)).toMatchObject({ code: 'wrong-address' })
    await new Promise((resolve) => server.close(resolve))
  })
})
