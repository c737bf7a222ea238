import type { Duplex } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { type ClientOptions, WebSocket } from 'ws'
import { wallClock } from '../../shared/domain/wall-clock.ts'
import { FrameSplitter } from './frame-splitter.ts'
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
  const frame = (chunk: Buffer, from: number, to: number, binary: boolean): void => {
    if (silent) return
    if (options.frames !== 'gzip' || !binary) {
      events.frame(chunk, from, to, receivedAt)
      return
    }
    const whole = unpacked(chunk.subarray(from, to))
    if (Buffer.isBuffer(whole)) events.frame(whole, 0, whole.length, receivedAt)
    else events.garbled(whole.reason, whole.excerpt, receivedAt)
  }
  let stream: Duplex | null = null
  socket.on('upgrade', (response) => {
    stream = response.socket
  })
  socket.on('open', () => {
    // Only now: a listener put there before ws has its own would set the stream flowing, and ws
    // would lose the frames that came in one packet with the handshake's answer.
    if (stream !== null)
      splitBefore(stream, {
        frame,
        chunk: (open) => {
          if (open) receivedAt = wall()
          if (!silent) events.chunk?.(open)
        },
      })
    if (!silent) events.opened()
  })
  // A message in several frames.
  socket.on('message', (data: Buffer, isBinary) => frame(data, 0, data.length, isBinary))
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

/**
 * Puts a splitter before the `ws` package: a message in one frame never gets there. Once the socket is
 * closing, or the other side breaks the protocol, ws has its stream back as it was.
 */
function splitBefore(
  stream: Duplex,
  events: {
    readonly frame: (chunk: Buffer, from: number, to: number, binary: boolean) => void
    readonly chunk: (open: boolean) => void
  },
): void {
  const theirs = stream.listeners('data') as ((bytes: Buffer) => void)[]
  const handOn = (bytes: Buffer) => {
    for (const listener of theirs) listener.call(stream, bytes)
    // ws has read all of it, although it takes a long piece for a reason to pause.
    if (stream.isPaused()) stream.resume()
  }
  const splitter = new FrameSplitter(MAX_PAYLOAD, {
    data: events.frame,
    other: handOn,
    end: (bytes) => {
      stream.off('data', split)
      // Before they are called: ws takes them away again when it has had enough.
      for (const listener of theirs) stream.on('data', listener)
      handOn(bytes)
    },
  })
  const split = (bytes: Buffer) => {
    events.chunk(true)
    splitter.write(bytes)
    events.chunk(false)
  }
  for (const listener of theirs) stream.off('data', listener)
  stream.on('data', split)
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
