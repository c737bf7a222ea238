import type { ServerResponse } from 'node:http'
import { type Failure, type FailureCode, fail, type Outcome } from '../../shared/domain/outcome.ts'
import { PAGE_HEADERS } from '../platform/page.ts'
import type { Clock } from '../ports.ts'
import type { Asked } from './answers.ts'
import { type RowFormat, readQuestion, type TapeQuestion } from './api-question.ts'
import type { Gate, Knock } from './auth.ts'

/** Reads the tape for programs. Never in the thread that records, and never in the way of it. */
export interface TapeSource {
  /**
   * Answers as text, a piece at a time; waits for `onText`, which says with false that nothing more is
   * wanted. Ends soon after the signal.
   */
  answer(
    question: TapeQuestion,
    signal: AbortSignal,
    onText: (text: string) => Promise<boolean>,
  ): Promise<Outcome<unknown>>
}

export const API = '/api/'
const VERSION = '/api/v1/'
/** Answers under way at a time; they share two threads. */
const MOST_ANSWERS = 4
/** A client that takes nothing for so long is let go, ms. */
const STALLED_MS = 30_000

const STATUS: Readonly<Record<FailureCode, number>> = {
  invalid: 400,
  'not-found': 404,
  'unknown-market': 404,
  busy: 503,
  unavailable: 503,
  cancelled: 503,
  'storage-full': 503,
  'storage-read-only': 503,
  'storage-corrupt': 500,
  internal: 500,
}

/** The read-only side of the server for programs: `GET /api/v1/…`. */
export class Api {
  readonly #source: TapeSource
  readonly #gate: Gate
  readonly #clock: Clock
  readonly #refused: (reason: string) => void
  #answering = 0

  constructor(source: TapeSource, gate: Gate, clock: Clock, refused: (reason: string) => void) {
    this.#source = source
    this.#gate = gate
    this.#clock = clock
    this.#refused = refused
  }

  /** Answers one request whose path begins with `/api/`. */
  handle(asked: Asked, response: ServerResponse): void {
    const door = this.#door(asked)
    if (door !== null) {
      this.#refused(door.reason)
      sendFailure(response, door.status, { code: door.code, message: door.message })
      return
    }
    if (asked.method !== 'GET') {
      response.setHeader('Allow', 'GET')
      sendFailure(response, 405, { code: 'invalid', message: 'Only GET: the tape is read-only.' })
      return
    }
    const { pathname, searchParams } = new URL(asked.url ?? '/', 'http://localhost')
    const path = pathname.startsWith(VERSION) ? pathname.slice(VERSION.length) : ''
    const question = readQuestion(path, searchParams, this.#clock.now())
    if (!question.ok) sendFailure(response, STATUS[question.failure.code], question.failure)
    else if (this.#answering >= MOST_ANSWERS) {
      response.setHeader('Retry-After', '1')
      sendFailure(response, 503, BUSY)
    } else void this.#answer(question.value, response)
  }

  /** Why somebody is not let in; null when they are. */
  #door(asked: Asked): Refusal | null {
    const knock = knockOf(asked)
    if (!this.#gate.hostAllowed(knock)) return { ...WRONG_HOST, reason: 'host' }
    if (!this.#gate.originAllowed(knock)) return { ...WRONG_ORIGIN, reason: 'origin' }
    if (this.#gate.tokenRight(knock) || this.#gate.cookieRight(knock)) return null
    return { ...LOCKED, reason: knock.token === null ? 'no key' : 'wrong key' }
  }

  async #answer(question: TapeQuestion, response: ServerResponse): Promise<void> {
    this.#answering += 1
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    response.on('error', () => gone.abort())
    try {
      const outcome = await this.#source.answer(question, gone.signal, async (text) => {
        begin(response, question)
        return response.write(text) || drained(response, this.#clock)
      })
      if (gone.signal.aborted) response.destroy()
      else if (outcome.ok) {
        begin(response, question)
        response.end()
      } else if (!response.headersSent)
        sendFailure(response, STATUS[outcome.failure.code], outcome.failure)
      // What was sent is not the whole: an end would say that it is.
      else response.destroy()
    } finally {
      this.#answering -= 1
    }
  }
}

interface Refusal extends Failure {
  readonly status: number
  /** For the log. */
  readonly reason: string
}

const { failure: BUSY } = fail(
  'busy',
  `${MOST_ANSWERS} answers are under way already. Read one to its end, or ask again in a second.`,
)
const WRONG_HOST = {
  status: 403,
  code: 'invalid',
  message: 'Tapedeck answers only by the address that it printed at its start.',
} as const
const WRONG_ORIGIN = {
  status: 403,
  code: 'invalid',
  message: 'Pages of other sites may not read the tape. Ask from a program.',
} as const
const LOCKED = {
  status: 401,
  code: 'invalid',
  message:
    'The key of this start is missing or wrong. Send it as ?token=… or as "Authorization: Bearer …"; it is in the url that serve prints.',
} as const

function knockOf({ headers, url }: Asked): Knock {
  const query = new URLSearchParams((url ?? '').split('?', 2)[1] ?? '')
  const bearer = /^Bearer ([\w-]+)$/.exec(headers.authorization ?? '')?.[1]
  return {
    host: headers.host,
    origin: headers.origin,
    cookie: headers.cookie,
    token: query.get('token') ?? bearer ?? null,
  }
}

const TYPES: Readonly<Record<RowFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  json: 'application/json; charset=utf-8',
}

function begin(response: ServerResponse, question: TapeQuestion): void {
  if (response.headersSent || response.destroyed) return
  const type = TYPES[question.what === 'markets' ? 'json' : question.format]
  response.writeHead(200, { ...PAGE_HEADERS, 'Cache-Control': 'no-store', 'Content-Type': type })
}

function sendFailure(
  response: ServerResponse,
  status: number,
  { code, message, near }: Failure,
): void {
  const body = `${JSON.stringify({ error: { code, message, ...(near && { near }) } })}\n`
  response.writeHead(status, {
    ...PAGE_HEADERS,
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  })
  response.end(body)
}

/** Resolves with true when there is room again, with false when the client went or takes nothing. */
function drained(response: ServerResponse, clock: Clock): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false)
  return new Promise((resolve) => {
    const done = (room: boolean): void => {
      response.off('drain', onDrain)
      response.off('close', onClose)
      cancel()
      if (!room) response.destroy()
      resolve(room)
    }
    const onDrain = (): void => done(true)
    const onClose = (): void => done(false)
    const cancel = clock.after(STALLED_MS, () => done(false))
    response.on('drain', onDrain)
    response.on('close', onClose)
  })
}
