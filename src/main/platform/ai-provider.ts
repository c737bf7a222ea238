import type { Agent } from 'node:http'
import OpenAI, { APIError } from 'openai'
import type { AiFailure, AiOutcome, AiProvider, AiRequest, Clock } from '../ports.ts'
import { agentFetch, nothingSeen, type Seen } from './agent-fetch.ts'
import { type Circumstances, failureOf } from './ai-failures.ts'
import { ErrorInAnswer, type Gathered, NotAnAnswer, nothingYet, readStream } from './ai-stream.ts'

/** Longest answer that is read; a list of models may be longer. */
const MOST_ANSWER_BYTES = 2 ** 20
const MOST_LIST_BYTES = 4 * 2 ** 20
const MOST_MODELS = 1_000
const MODEL = /^[^\p{C}\s]{1,120}$/u

export interface AiProviderDeps {
  /** The proxy's agent for an address; undefined: none. */
  readonly agentFor: (url: string) => Agent | undefined
  readonly clock: Pick<Clock, 'monotonic' | 'after'>
}

/** What was learnt of a provider and model that does not take all that others take. */
interface Habits {
  withoutUsage: boolean
  newTokenLimit: boolean
}

/** Asks OpenAI-compatible providers with OpenAI's own client. Nothing is tried twice here. */
export function createAiProvider(deps: AiProviderDeps): AiProvider {
  const habits = new Map<string, Habits>()
  const habitsOf = ({ baseUrl, model }: AiRequest): Habits => {
    const key = `${baseUrl} ${model}`
    const known = habits.get(key) ?? { withoutUsage: false, newTokenLimit: false }
    habits.set(key, known)
    return known
  }
  return {
    ask: async (request, key, onText, signal) => {
      const call = new Call(deps, { ...request, key, mostBytes: MOST_ANSWER_BYTES }, signal)
      return call.run(request.form, (client, controller, gathered) =>
        ask(client, controller, gathered, call, { request, onText, habits: habitsOf(request) }),
      )
    },
    models: async (baseUrl, key, deadlineMs, signal) => {
      const limits = { baseUrl, key, deadlineMs, mostBytes: MOST_LIST_BYTES }
      const call = new Call(deps, limits, signal)
      return call.run(null, async (client) => {
        const list: unknown = await client.get('/models')
        return namesOf(list)
      })
    },
  }
}

interface Question {
  readonly request: AiRequest
  readonly onText: (text: string) => void
  readonly habits: Habits
}

async function ask(
  client: OpenAI,
  controller: AbortController,
  gathered: Gathered,
  call: Call,
  { request, onText, habits }: Question,
) {
  const response = await client.chat.completions
    .create(bodyOf(request, habits))
    .asResponse()
    .catch((error: unknown) => {
      throw learnt(error, habits) ? new AskAgain() : error
    })
  const read = readStream(client, response, controller, gathered, () => {
    call.textCame()
    onText(gathered.text)
  })
  await read.catch((error: unknown) => {
    if (!call.seen.tooLong) throw error
  })
  const { text, refusal, usage } = gathered
  // The SDK ends a stream that was aborted or cut without a word.
  const ends = call.seen.tail.includes('[DONE]')
  const finish = call.seen.tooLong ? 'length' : (gathered.finish ?? (ends ? 'other' : null))
  if (call.ended !== null || finish === null) throw new Error('cut')
  return { text, finish, refusal, usage, ...call.times() }
}

function bodyOf(request: AiRequest, { withoutUsage, newTokenLimit }: Habits) {
  const { model, system, user, form, schema, maxTokens } = request
  return {
    model,
    messages: [
      { role: 'system' as const, content: system },
      { role: 'user' as const, content: user },
    ],
    ...(newTokenLimit ? { max_completion_tokens: maxTokens } : { max_tokens: maxTokens }),
    ...(form === 'json-object' && { response_format: { type: 'json_object' as const } }),
    ...(form === 'json-schema' && {
      response_format: {
        type: 'json_schema' as const,
        json_schema: { name: schema.name, schema: { ...schema.body }, strict: true },
      },
    }),
    stream: true as const,
    ...(!withoutUsage && { stream_options: { include_usage: true } }),
  }
}

/** Some know no `stream_options`, some want the limit of tokens under its new name: true when that was it. */
function learnt(error: unknown, habits: Habits): boolean {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return false
  const text = `${error.message} ${error.param ?? ''}`
  if (/stream_options|include_usage/i.test(text) && !habits.withoutUsage) {
    habits.withoutUsage = true
    return true
  }
  if (/max_completion_tokens/i.test(text) && !habits.newTokenLimit) {
    habits.newTokenLimit = true
    return true
  }
  return false
}

class AskAgain extends Error {}

interface CallLimits {
  readonly baseUrl: string
  readonly key: string
  readonly deadlineMs: number
  readonly mostBytes: number
}

/** One exchange with its deadline, which holds for all of it: connection, headers, body. */
class Call {
  readonly seen: Seen = nothingSeen()
  readonly #deps: AiProviderDeps
  readonly #limits: CallLimits
  readonly #signal: AbortSignal
  readonly #began: number
  #firstByteMs: number | null = null
  ended: Circumstances['ended'] = null

  constructor(deps: AiProviderDeps, limits: CallLimits, signal: AbortSignal) {
    this.#deps = deps
    this.#limits = limits
    this.#signal = signal
    this.#began = deps.clock.monotonic()
  }

  textCame(): void {
    this.#firstByteMs ??= this.#deps.clock.monotonic() - this.#began
  }

  times(): { readonly firstByteMs: number | null; readonly totalMs: number } {
    return {
      firstByteMs: this.#firstByteMs,
      totalMs: this.#deps.clock.monotonic() - this.#began,
    }
  }

  async run<T>(
    form: Circumstances['form'],
    work: (client: OpenAI, controller: AbortController, gathered: Gathered) => Promise<T>,
  ): Promise<AiOutcome<T>> {
    const controller = new AbortController()
    const end = (why: 'timeout' | 'cancelled'): void => {
      this.ended ??= why
      controller.abort()
    }
    const cancel = (): void => end('cancelled')
    const late = this.#deps.clock.after(this.#limits.deadlineMs, () => end('timeout'))
    this.#signal.addEventListener('abort', cancel)
    if (this.#signal.aborted) cancel()
    const gathered = nothingYet()
    try {
      return { ok: true, value: await work(this.#client(controller.signal), controller, gathered) }
    } catch (error) {
      return { ok: false, failure: this.#failure(error, form, gathered) }
    } finally {
      late()
      this.#signal.removeEventListener('abort', cancel)
      controller.abort()
    }
  }

  /** Made for this call, so that a key is held no longer than it. The environment has no say in it. */
  #client(signal: AbortSignal): OpenAI {
    const { baseUrl, key, deadlineMs, mostBytes } = this.#limits
    const { agentFor } = this.#deps
    const wire = { origin: new URL(baseUrl).origin, agentFor, mostBytes, signal }
    return new OpenAI({
      baseURL: baseUrl,
      // The client wants one; a server on this machine may want none, and gets none.
      apiKey: key === '' ? 'none' : key,
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: deadlineMs + 1_000,
      logLevel: 'off',
      dangerouslyAllowBrowser: false,
      ...(key === '' && { defaultHeaders: { authorization: null } }),
      fetch: agentFetch(wire, this.seen),
    })
  }

  #failure(error: unknown, form: Circumstances['form'], gathered: Gathered): AiFailure {
    const { key } = this.#limits
    const told = this.#told(error, { key, form, seen: this.seen, ended: this.ended })
    return { ...told, usage: gathered.usage, ...this.times() }
  }

  #told(error: unknown, circumstances: Circumstances): ReturnType<typeof failureOf> {
    const plain = { status: null, retryAfterMs: null }
    if (circumstances.ended === null) {
      if (error instanceof AskAgain)
        return { code: 'ask-again', message: 'It wants to be asked in another way.', ...plain }
      if (error instanceof NotAnAnswer)
        return {
          code: 'wrong-address',
          message:
            'What answers at this address is no such service: its path must end before /chat/completions.',
          ...plain,
        }
      if (error instanceof ErrorInAnswer && typeof error.error === 'object' && error.error !== null)
        return failureOf(new APIError(undefined, error.error, undefined, undefined), circumstances)
      if (error instanceof SyntaxError && this.seen.error === undefined)
        return { code: 'server', message: 'The provider sent what is no JSON.', ...plain }
      if (this.seen.tooLong)
        return { code: 'server', message: 'The answer is longer than is read.', ...plain }
    }
    return failureOf(error, circumstances)
  }
}

function namesOf(list: unknown): readonly string[] {
  const { data = list } = isRecord(list) ? list : {}
  if (!Array.isArray(data)) throw new NotAnAnswer('no list')
  const names = data.flatMap((one: unknown) => {
    const { id } = isRecord(one) ? one : {}
    return typeof id === 'string' && MODEL.test(id) ? [id] : []
  })
  return [...new Set(names)].sort().slice(0, MOST_MODELS)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
