import type OpenAI from 'openai'
import { Stream } from 'openai/streaming'
import type { AiAnswer } from '../ports.ts'

/** What of an answer has come. */
export interface Gathered {
  text: string
  refusal: string | null
  finish: AiAnswer['finish'] | null
  usage: AiAnswer['usage']
}

export const nothingYet = (): Gathered => ({ text: '', refusal: null, finish: null, usage: null })

/**
 * Reads an answer of a chat: a stream of events, or, of servers that do not stream, one piece of JSON. `grew` is called
 * with each piece of text. Throws what the SDK throws, and for a page or anything else that is no answer.
 */
export async function readStream(
  client: OpenAI,
  response: Response,
  controller: AbortController,
  into: Gathered,
  grew: () => void,
): Promise<void> {
  const type = response.headers.get('content-type') ?? ''
  if (/html/i.test(type)) throw new NotAnAnswer('It answers with a page.')
  if (/json/i.test(type) && !/event-stream|ndjson/i.test(type)) {
    const body: unknown = JSON.parse(await response.text())
    const { error, choices } = isRecord(body) ? body : {}
    if (error !== undefined && choices === undefined) throw new ErrorInAnswer(error)
    take(body, into, grew)
    into.finish ??= 'other'
    return
  }
  // Untyped: what a server sends is not what its documentation says.
  const stream = Stream.fromSSEResponse<unknown>(response, controller, client)
  for await (const chunk of stream) take(chunk, into, grew)
}

/** It answered, but not as a provider does: the address is wrong. */
export class NotAnAnswer extends Error {}
/** Status 200, and an error inside. */
export class ErrorInAnswer extends Error {
  readonly error: unknown
  constructor(error: unknown) {
    super('an error with status 200')
    this.error = error
  }
}

/** Parts of a chunk (`delta`) or of a whole answer (`message`); what does not fit is passed over. */
function take(chunk: unknown, into: Gathered, grew: () => void): void {
  if (!isRecord(chunk)) return
  const { usage, choices } = chunk
  into.usage = usageOf(usage) ?? into.usage
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined
  if (!isRecord(choice)) return
  const { delta, message, finish_reason: finish } = choice
  const part = delta ?? message
  if (isRecord(part)) {
    const { content, refusal } = part
    if (typeof refusal === 'string' && refusal !== '') into.refusal = (into.refusal ?? '') + refusal
    if (typeof content === 'string' && content !== '') {
      into.text += content
      grew()
    }
  }
  if (typeof finish === 'string') into.finish = FINISHES[finish] ?? 'other'
}

const FINISHES: Readonly<Record<string, AiAnswer['finish']>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'filter',
}

/** Null unless both are whole numbers that could be true. */
function usageOf(usage: unknown): AiAnswer['usage'] {
  if (!isRecord(usage)) return null
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage
  return isCount(promptTokens) && isCount(completionTokens)
    ? { promptTokens, completionTokens }
    : null
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1e9
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
