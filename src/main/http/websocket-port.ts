import type { RawData, WebSocket } from 'ws'
import type { Port } from '../../shared/rpc/port.ts'
import type { Clock } from '../ports.ts'
import { createRate } from './rate.ts'

/** Largest message from a client, bytes; the contract's largest command is far below. */
export const MAX_MESSAGE_BYTES = 64 * 1_024
const PING_EVERY_MS = 20_000

/** A client acknowledges some hundreds of frames a second at most. */
const MESSAGES_PER_SECOND = 1_000
const MESSAGE_BURST = 2_000

/** With this much unsent nothing more is read from the client, so that it cannot ask for more … */
const PAUSE_ABOVE_BYTES = 1 * 1_024 * 1_024
const RESUME_BELOW_BYTES = 256 * 1_024
/** … and with this much it is given up. */
const CUT_ABOVE_BYTES = 32 * 1_024 * 1_024

/** Why a socket was closed, by RFC 6455 section 7.4.1. */
export const CLOSE = { stopping: 1001, notText: 1003, notJson: 1007, tooMany: 1008 } as const

/**
 * One browser (or script) as a port. Text frames hold one JSON message each. A client that sends
 * something else, sends too fast, takes nothing in or does not answer a ping within 20 s is closed.
 */
export function websocketPort(socket: WebSocket, clock: Clock): Port {
  const rate = createRate(MESSAGES_PER_SECOND, MESSAGE_BURST)
  const early: unknown[] = []
  let listener: ((message: unknown) => void) | null = null
  let onClose: (() => void) | null = null
  let closed = false

  const stopPinging = keepAlive(socket, clock)

  socket.on('message', (data: RawData, binary: boolean) => {
    if (closed || socket.readyState !== socket.OPEN) return
    const read = readMessage(data, binary, rate.take(clock.monotonic()))
    if ('code' in read) socket.close(read.code, read.reason)
    else if (listener === null) early.push(read.message)
    else listener(read.message)
  })
  // A protocol error or a cut line; `close` follows.
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
    stopPinging()
    onClose?.()
  })

  return {
    send: sender(socket),
    onMessage: (next) => {
      listener = next
      for (const message of early.splice(0)) next(message)
    },
    onClose: (next) => {
      onClose = next
      if (closed) next()
    },
    close: () => socket.close(CLOSE.stopping, 'The engine stopped.'),
  }
}

/** The message in a frame, or why the socket must be closed. */
function readMessage(
  data: RawData,
  binary: boolean,
  inTime: boolean,
): { readonly message: unknown } | { readonly code: number; readonly reason: string } {
  if (!inTime) return { code: CLOSE.tooMany, reason: 'Too many messages.' }
  if (binary) return { code: CLOSE.notText, reason: 'Only text frames are understood.' }
  try {
    return { message: JSON.parse(String(data)) }
  } catch {
    return { code: CLOSE.notJson, reason: 'The message was not JSON.' }
  }
}

/** Sends, and stops reading while too much waits to be sent. */
function sender(socket: WebSocket): (message: unknown) => void {
  const sent = (): void => {
    if (socket.isPaused && socket.bufferedAmount < RESUME_BELOW_BYTES) socket.resume()
  }
  return (message) => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > CUT_ABOVE_BYTES) {
      socket.terminate()
      return
    }
    socket.send(JSON.stringify(message), sent)
    if (!socket.isPaused && socket.bufferedAmount > PAUSE_ABOVE_BYTES) socket.pause()
  }
}

/**
 * Pings, and ends a socket that gave no sign of life since the last ping: an answer, or, while its
 * answers cannot be read, bytes taken in.
 */
function keepAlive(socket: WebSocket, clock: Clock): () => void {
  let alive = true
  let waiting = 0
  const seen = (): void => {
    alive = true
  }
  socket.on('pong', seen)
  socket.on('message', seen)
  return clock.every(PING_EVERY_MS, () => {
    const drained = socket.isPaused && socket.bufferedAmount < waiting
    waiting = socket.bufferedAmount
    if (!alive && !drained) socket.terminate()
    else {
      alive = false
      socket.ping()
    }
  })
}
