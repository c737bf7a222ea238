import type { Duplex } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { type ClientOptions, WebSocket } from 'ws'
import { wallClock } from '../../shared/domain/wall-clock.ts'
import { networkWords } from './network-words.ts'
import type { Connect, HandshakeRefusal, Socket, SocketOptions } from './socket.ts'
import { USER_AGENT } from './user-agent.ts'

/** Longest frame that is taken, unpacked; the longest known (1,024 trades of Bybit) has about 200 kB. */
const MAX_PAYLOAD = 16 * 1024 * 1024
/** A venue that does not answer our closing frame within this is cut off, milliseconds. */
const CLOSE_MS = 2_000
const HANDSHAKE_MS = 30_000
/**
 * Pings that may wait for their pong. `ws` ends the socket beyond that, without a word and with all that
 * came in the same packet; of its own accord after 60. More than a packet can hold, and some MB at most.
 */
const MOST_PONGS = 65_536
/** Bytes of a frame that cannot be unpacked that are shown. */
const EXCERPT_BYTES = 100

/**
 * Sockets of the `ws` package. The receive time is read once per chunk of the TCP (or TLS) stream,
 * before anything of it is parsed; all frames that a chunk completes carry that time. (An adapter at
 * the edge: it reads the real clock, as the system's `Clock` does.)
 */
export const connectWebSocket: Connect = (url, events, options = {}) => {
  let reason = ''
  let refusal: HandshakeRefusal | undefined
  let silent = false
  const wall = wallClock(Date.now, () => performance.now())
  let receivedAt = wall()
  const silence = () => {
    silent = true
  }
  const socket = open(url, options)
  if (typeof socket === 'string') {
    queueMicrotask(() => {
      if (!silent) events.closed(socket)
    })
    return { send: () => {}, ping: () => {}, close: async () => silence() }
  }
  let stream: Duplex | null = null
  socket.on('upgrade', (response) => {
    stream = response.socket
  })
  socket.on('open', () => {
    // Only now: a listener put there before ws has its own would set the stream flowing, and ws
    // would lose the frames that came in one packet with the handshake's answer.
    stream?.prependListener('data', () => {
      receivedAt = wall()
      if (!silent) events.chunk?.(true)
    })
    // ws has handed over every frame of the chunk by now.
    stream?.on('data', () => {
      if (!silent) events.chunk?.(false)
    })
    if (!silent) events.opened()
  })
  socket.on('message', (data: Buffer, isBinary) => {
    if (silent) return
    const frame = options.frames === 'gzip' && isBinary ? unpacked(data) : data
    if (Buffer.isBuffer(frame)) events.frame(frame, receivedAt)
    else events.garbled(frame.reason, frame.excerpt, receivedAt)
  })
  socket.on('ping', () => {
    if (!silent) events.alive()
  })
  socket.on('pong', () => {
    if (!silent) events.alive()
  })
  socket.on('unexpected-response', (request, response) => {
    const status = response.statusCode ?? 0
    refusal = { status, retryAfter: response.headers['retry-after'] ?? null }
    reason = refused(status)
    // With a listener here ws leaves the ending to it.
    request.destroy()
    socket.terminate()
  })
  socket.on('error', (error) => {
    if (!silent && isOfFrame(error))
      events.garbled(`a frame that breaks the protocol: ${error.message}`, '', receivedAt)
    if (reason === '') reason = networkWords(error)
  })
  const gone = new Promise<void>((resolve) => {
    socket.on('close', (code, said) => {
      resolve()
      if (!silent) events.closed(reason || closedBy(code, said.toString('utf8')), refusal)
    })
  })
  return connected(socket, gone, silence)
}

function open(url: string, { agent }: SocketOptions): WebSocket | string {
  try {
    const options: ClientOptions & { closeTimeout: number; maxPendingAutoPongs: number } = {
      perMessageDeflate: false,
      maxPayload: MAX_PAYLOAD,
      maxPendingAutoPongs: MOST_PONGS,
      handshakeTimeout: HANDSHAKE_MS,
      closeTimeout: CLOSE_MS,
      headers: { 'User-Agent': USER_AGENT },
      ...(agent !== undefined && { agent }),
    }
    return new WebSocket(url, options)
  } catch (error) {
    return `the address ${url} cannot be used: ${String(error)}`
  }
}

/** The codes that `ws` gives to frames it refuses, such as one that is too long; the socket ends then. */
const isOfFrame = (error: Error & { readonly code?: unknown }): boolean =>
  typeof error.code === 'string' && error.code.startsWith('WS_ERR_')

/** A compressed frame unpacked; or what is wrong with it, when it is broken or too long. */
function unpacked(data: Buffer): Buffer | { readonly reason: string; readonly excerpt: string } {
  try {
    return gunzipSync(data, { maxOutputLength: MAX_PAYLOAD })
  } catch (error) {
    const excerpt = data.subarray(0, EXCERPT_BYTES).toString('hex')
    return { reason: `a compressed frame that cannot be unpacked: ${String(error)}`, excerpt }
  }
}

function connected(socket: WebSocket, gone: Promise<void>, silence: () => void): Socket {
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping()
    },
    close: () => {
      silence()
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate()
      else socket.close(1000)
      return gone
    },
  }
}

function refused(status: number): string {
  if (status === 403 || status === 451)
    return `the venue refuses this address or location (HTTP ${status})`
  if (status === 429 || status === 418) return `the venue limits our connections (HTTP ${status})`
  if (status === 407) return 'the proxy refuses our name and password (HTTP 407)'
  return `the venue answered HTTP ${status} instead of opening a WebSocket`
}

function closedBy(code: number, said: string): string {
  if (code === 1006) return 'the connection was cut'
  return `the venue closed the connection (${said === '' ? code : `${code} ${said.slice(0, 100)}`})`
}
