import type { Duplex } from 'node:stream'
import { type ClientOptions, WebSocket } from 'ws'
import { networkWords } from './network-words.ts'
import type { Connect, Socket } from './socket.ts'
import { USER_AGENT } from './user-agent.ts'

/** Longest frame that is taken; the longest known (1,024 trades of Bybit) has about 200 kB. */
const MAX_PAYLOAD = 16 * 1024 * 1024
/** A venue that does not answer our closing frame within this is cut off, milliseconds. */
const CLOSE_MS = 2_000
const HANDSHAKE_MS = 30_000

/**
 * Sockets of the `ws` package. The receive time is read once per chunk of the TCP (or TLS) stream,
 * before anything of it is parsed; all frames that a chunk completes carry that time. (An adapter at
 * the edge: it reads the real clock, as the system's `Clock` does.)
 */
export const connectWebSocket: Connect = (url, events) => {
  let reason = ''
  let silent = false
  let receivedAt = Date.now()
  const silence = () => {
    silent = true
  }
  const socket = open(url)
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
      receivedAt = Date.now()
    })
    if (!silent) events.opened()
  })
  socket.on('message', (data: Buffer) => {
    if (!silent) events.frame(data.toString('utf8'), receivedAt)
  })
  socket.on('ping', () => {
    if (!silent) events.alive()
  })
  socket.on('pong', () => {
    if (!silent) events.alive()
  })
  socket.on('error', (error) => {
    reason = readable(error)
  })
  const gone = new Promise<void>((resolve) => {
    socket.on('close', (code, said) => {
      resolve()
      if (!silent) events.closed(reason || closedBy(code, said.toString('utf8')))
    })
  })
  return connected(socket, gone, silence)
}

function open(url: string): WebSocket | string {
  try {
    const options: ClientOptions & { closeTimeout: number } = {
      perMessageDeflate: false,
      maxPayload: MAX_PAYLOAD,
      handshakeTimeout: HANDSHAKE_MS,
      closeTimeout: CLOSE_MS,
      headers: { 'User-Agent': USER_AGENT },
    }
    return new WebSocket(url, options)
  } catch (error) {
    return `the address ${url} cannot be used: ${String(error)}`
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

function readable(error: Error): string {
  const status = /^Unexpected server response: (\d+)$/.exec(error.message)?.[1]
  if (status === undefined) return networkWords(error)
  if (status === '403' || status === '451')
    return `the venue refuses this address or location (HTTP ${status})`
  if (status === '429' || status === '418')
    return `the venue limits our connections (HTTP ${status})`
  return `the venue answered HTTP ${status} instead of opening a WebSocket`
}

function closedBy(code: number, said: string): string {
  if (code === 1006) return 'the connection was cut'
  return `the venue closed the connection (${said === '' ? code : `${code} ${said.slice(0, 100)}`})`
}
