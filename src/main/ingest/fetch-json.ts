import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request } from 'node:http'
import { Agent as HttpsAgent, request as secureRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { FetchJson, HttpAnswer, HttpOptions } from './rest.ts'
import { USER_AGENT } from './user-agent.ts'

/** Longest answer that is read, unpacked; instrument lists have up to some 20 MB. */
const MAX_BYTES = 64 * 1024 * 1024
/** An idle connection is kept this long for the next request, milliseconds. */
const KEEP_MS = 30_000

const plain = new HttpAgent({ keepAlive: true, timeout: KEEP_MS })
const secure = new HttpsAgent({ keepAlive: true, timeout: KEEP_MS })

/**
 * One request over node:http(s), by the agent it is given. Its deadline is the caller's signal. A
 * User-Agent is sent because some venues' edges refuse requests without one. Redirects are refused: an
 * API has none, a captive portal does.
 */
export const fetchJson: FetchJson = async (url, signal, options = {}) => {
  signal.throwIfAborted()
  try {
    return await answerOf(url, signal, options)
  } catch (error) {
    // A connection that was kept may have died meanwhile; nothing was answered, so it is asked again.
    if (error instanceof StaleConnection && !signal.aborted) return answerOf(url, signal, options)
    throw error
  }
}

class StaleConnection extends Error {}

function answerOf(url: string, signal: AbortSignal, options: HttpOptions): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = send(url, signal, options)
    sent.on('response', (response) => {
      read(response, sent).then(resolve, reject)
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const stale = sent.reusedSocket && error.code === 'ECONNRESET'
      reject(stale ? new StaleConnection(error.message, { cause: error }) : error)
    })
    sent.end(options.body)
  })
}

function send(url: string, signal: AbortSignal, { body, agent }: HttpOptions): ClientRequest {
  const isSecure = new URL(url).protocol === 'https:'
  return (isSecure ? secureRequest : request)(url, {
    method: body === undefined ? 'GET' : 'POST',
    signal,
    agent: agent ?? (isSecure ? secure : plain),
    headers: {
      'User-Agent': USER_AGENT,
      Accept: 'application/json',
      'Accept-Encoding': 'gzip, deflate, br',
      ...(body !== undefined && {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      }),
    },
  })
}

async function read(response: IncomingMessage, sent: ClientRequest): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = response
  try {
    if (status >= 300 && status < 400)
      throw new Error(`it answered with a redirect (HTTP ${status}), which is not followed`)
    let bytes = 0
    response.on('data', (chunk: Uint8Array) => {
      bytes += chunk.byteLength
    })
    const text = await textOf(unpacked(response))
    const { date = null } = headers
    return { status, retryAfter: headers['retry-after'] ?? null, text, date, bytes }
  } catch (error) {
    sent.destroy()
    throw error
  }
}

/** The body as it was before the venue packed it. */
function unpacked(response: IncomingMessage): Readable {
  const coding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (coding === 'identity') return response
  const unpack =
    coding === 'gzip' || coding === 'x-gzip'
      ? createGunzip()
      : coding === 'deflate'
        ? createInflate()
        : coding === 'br'
          ? createBrotliDecompress()
          : undefined
  if (unpack === undefined) throw new Error(`it packed its answer in an unknown way: ${coding}`)
  response.on('error', (error) => unpack.destroy(error))
  response.on('aborted', () => unpack.destroy(new Error('the connection was cut')))
  return response.pipe(unpack)
}

async function textOf(body: Readable): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
