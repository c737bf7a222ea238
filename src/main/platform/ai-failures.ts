import { APIConnectionTimeoutError, APIError } from 'openai'
import type { AiFailure, AiFailureCode } from '../ports.ts'
import type { Seen } from './agent-fetch.ts'
import { withoutKey } from './scrub-key.ts'

/** What of a failure is known when it has happened. */
export interface Circumstances {
  readonly key: string
  /** How the answer's form was asked for; null: no question was asked (the list of models). */
  readonly form: 'json-schema' | 'json-object' | 'prompt' | null
  readonly seen: Seen
  /** Our own doing. */
  readonly ended: 'timeout' | 'cancelled' | null
}

type Told = Pick<AiFailure, 'code' | 'message' | 'status' | 'retryAfterMs'>

const UNREACHABLE =
  /^(?:ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT)$/
const BAD_TLS =
  /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH)/
const NO_CREDIT =
  /insufficient[_ ](?:quota|balance|funds|credit)|billing|payment.required|out of credit/i
const BAD_KEY = /invalid[_ ]api[_ ]key|incorrect api key|invalid_authentication|unauthorized/i
const NO_MODEL =
  /model[_ ]not[_ ]found|(?:no such|unknown|unsupported|invalid) model|model\b.{0,120}\b(?:does not exist|not (?:found|exist|supported|available))/i
const FORM = /response_format|json_schema|json_object|structured output|text\.format/i

/** Any exception of an exchange, in words; the key is in none of them. Never throws. */
export function failureOf(error: unknown, circumstances: Circumstances): Told {
  const { key, seen, ended } = circumstances
  const tell = (
    code: AiFailureCode,
    message: string,
    status: number | null = null,
    retryAfterMs: number | null = null,
  ): Told => ({ code, status, retryAfterMs, message: withoutKey(message, key).slice(0, 300) })
  if (ended === 'cancelled') return tell('cancelled', 'It was called off.')
  if (ended === 'timeout' || error instanceof APIConnectionTimeoutError)
    return tell('timeout', 'The provider did not answer in time.')
  if (error instanceof APIError && error.status !== undefined) {
    const { status } = error
    const { code, why } = meaningOf(error, circumstances.form)
    const said = saidBy(error)
    return tell(
      code,
      `${why} (status ${status}).${said === '' ? '' : ` It says: ${said}`}`,
      status,
      retryAfterMsOf(error.headers),
    )
  }
  if (error instanceof APIError && error.error !== undefined) return duringAnswer(error, tell)
  return ofConnection(seen, error, tell)
}

type Tell = (code: AiFailureCode, message: string) => Told

/** An error that the provider put into a stream that it had begun. */
function duringAnswer(error: APIError, tell: Tell): Told {
  const said = saidBy(error)
  const text = `${error.code ?? ''} ${error.type ?? ''} ${said}`
  const code = NO_CREDIT.test(text)
    ? 'no-credit'
    : /rate.?limit/i.test(text)
      ? 'rate-limited'
      : NO_MODEL.test(text)
        ? 'no-model'
        : 'server'
  return tell(code, `The provider failed while it answered. It says: ${said}`)
}

function ofConnection(seen: Seen, error: unknown, tell: Tell): Told {
  const cause = seen.error ?? error
  const code =
    cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  if (seen.answered)
    return tell('cut', 'The answer broke off before it was complete. What had come is not used.')
  if (BAD_TLS.test(code))
    return tell(
      'wrong-address',
      `No secure connection: the certificate or the address is not right (${code}). Nothing was sent.`,
    )
  if (UNREACHABLE.test(code))
    return tell('offline', `The provider cannot be reached (${code}). Nothing was sent.`)
  if (code === 'HPE_INVALID_CONSTANT' || code.startsWith('HPE_'))
    return tell('wrong-address', `What answers there does not speak HTTP as it should (${code}).`)
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return tell('cut', `The connection was cut before an answer came (${code}).`)
  return tell('offline', `The provider cannot be reached: ${messageOf(cause)}`)
}

interface Meaning {
  readonly code: AiFailureCode
  readonly why: string
}

function meaningOf(error: APIError, form: Circumstances['form']): Meaning {
  const { status = 0 } = error
  const text = `${error.code ?? ''} ${error.type ?? ''} ${error.param ?? ''} ${saidBy(error)}`
  const isPage = /html/i.test(error.headers?.get('content-type') ?? '')
  if (status === 407) return { code: 'offline', why: 'The proxy wants a name and a password' }
  if (status < 400)
    return {
      code: 'wrong-address',
      why: 'The address leads elsewhere, and the key is not sent there',
    }
  if (status === 402 || (status < 500 && NO_CREDIT.test(text)))
    return { code: 'no-credit', why: 'The provider wants to be paid first: its credit is used up' }
  if (status === 401 || (status === 403 && !isPage) || (status < 429 && BAD_KEY.test(text)))
    return { code: 'bad-key', why: 'The provider does not accept the key' }
  if (status === 404 && !isPage && NO_MODEL.test(text))
    return { code: 'no-model', why: 'The provider does not have this model' }
  if (status === 404 || status === 405 || status === 403)
    return {
      code: 'wrong-address',
      why: 'There is no such service at this address: its path must end before /chat/completions',
    }
  if (status === 408) return { code: 'timeout', why: 'The provider gave up waiting' }
  if (status === 429) return { code: 'rate-limited', why: 'The provider is asked too often' }
  if (status >= 500 || status === 409 || status === 425)
    return { code: 'server', why: 'The provider has trouble of its own' }
  if (form !== null && form !== 'prompt' && FORM.test(text))
    return { code: 'no-such-form', why: 'The provider does not know this way to ask for a form' }
  if (NO_MODEL.test(text)) return { code: 'no-model', why: 'The provider does not have this model' }
  return { code: 'refused-request', why: 'The provider refused the request' }
}

/** What the provider wrote, without the SDK's frame. */
function saidBy(error: APIError): string {
  const body: unknown = error.error
  if (typeof body === 'string') return body
  if (isRecord(body)) {
    const { message } = body
    if (typeof message === 'string') return message
  }
  // A page is no explanation.
  return /<[a-z!]/i.test(error.message)
    ? ''
    : error.message.replace(/^\d+ (?:status code \(no body\))?/, '')
}

/** Seconds or a date, as RFC 9110 has it; null: not there, or nonsense. */
export function retryAfterMsOf(headers: Headers | undefined): number | null {
  const text = headers?.get('retry-after')?.trim() ?? ''
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000)
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now())
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
