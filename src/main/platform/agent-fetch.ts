import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** What of a request's headers leaves the machine, beside host, length and connection. */
const SENT = ['accept', 'authorization', 'content-type']
const MOST_HEADER_BYTES = 16_384

export interface Wire {
  /** The one origin that is asked: nothing goes to another, and no redirect is followed. */
  readonly origin: string
  readonly agentFor: (url: string) => Agent | undefined
  /** Longest answer. */
  readonly mostBytes: number
  /** Ends the exchange, whatever it has come to: given here and not to the client, which would join it with others. */
  readonly signal: AbortSignal
}

/** What was seen of one exchange. */
export interface Seen {
  /** Why it broke off, as node:http says it. */
  error: Error | undefined
  /** The status line came. */
  answered: boolean
  tooLong: boolean
  /** End of the answer, which tells a stream that is complete from one that was cut. */
  tail: string
}

export const nothingSeen = (): Seen => ({
  error: undefined,
  answered: false,
  tooLong: false,
  tail: '',
})

/**
 * A `fetch` over node:http and node:https, so that it takes the proxies' agents. It sends the headers that are needed
 * and none of those that name this machine. Without redirects, cookies and compression.
 */
export function agentFetch(wire: Wire, seen: Seen): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.origin !== wire.origin) throw new Error(`It is not asked: ${url.origin}`)
    const message = await exchange(url, init, wire, seen)
    seen.answered = true
    const status = message.statusCode ?? 0
    const headers = new Headers()
    for (const [name, value] of Object.entries(message.headers))
      for (const each of [value ?? []].flat()) headers.append(name, each)
    const empty = status === 204 || status === 205 || status === 304
    if (empty) message.resume()
    // A Response cannot have a status below 200: such a server speaks no HTTP that could be used.
    return new Response(empty ? null : ReadableStream.from(limited(message, wire, seen)), {
      status: status < 200 || status > 599 ? 502 : status,
      headers,
    })
  }
}

function exchange(url: URL, init: RequestInit, wire: Wire, seen: Seen): Promise<IncomingMessage> {
  const headers: Record<string, string> = { 'user-agent': 'Tapedeck' }
  for (const [name, value] of new Headers(init.headers))
    if (SENT.includes(name)) headers[name] = value
  const body = typeof init.body === 'string' ? init.body : undefined
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
  const agent = wire.agentFor(url.href)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: init.method ?? 'GET',
      headers,
      maxHeaderSize: MOST_HEADER_BYTES,
      ...(agent !== undefined && { agent }),
    })
    // Not by the option `signal`: that destroys the socket with an error, for which nobody listens any more when the
    // answer had just come to its end, and the process ends.
    const abort = (): void => void request.destroy()
    const signals = [wire.signal, ...(init.signal == null ? [] : [init.signal])]
    for (const signal of signals) {
      signal.addEventListener('abort', abort)
      if (signal.aborted) abort()
    }
    request.on('close', () => {
      for (const signal of signals) signal.removeEventListener('abort', abort)
    })
    request.on('response', (message) => {
      // It may break off while nobody reads.
      message.on('error', (error) => {
        seen.error ??= error
      })
      resolve(message)
    })
    request.on('error', (error) => {
      seen.error ??= error
      reject(error)
    })
    request.end(body)
  })
}

async function* limited(
  message: IncomingMessage,
  { mostBytes }: Wire,
  seen: Seen,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostBytes) {
        seen.tooLong = true
        message.destroy()
        return
      }
      seen.tail = (seen.tail + chunk.toString('latin1')).slice(-64)
      yield chunk
    }
  } catch (error) {
    seen.error ??= error instanceof Error ? error : new Error(String(error))
    throw error
  }
}
