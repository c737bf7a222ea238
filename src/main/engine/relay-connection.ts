import { WebSocket } from 'ws'
import type { TradesFrame } from '../../shared/contract/status.ts'
import { createClient } from '../../shared/rpc/client.ts'
import type { Port } from '../../shared/rpc/port.ts'
import type { ConnectRelay } from '../services/lab/relay-way.ts'

const HANDSHAKE_MS = 10_000
const MAX_PAYLOAD = 64 * 1024 * 1024

/**
 * Follows the topic `market.trades` of another Tapedeck (the address that its `serve` prints, with
 * /ws and its token), or of anything that speaks the same few messages (docs/feed.md).
 */
export const connectRelay: ConnectRelay = (url, market, events) => {
  let ended = false
  const end = (reason: string): void => {
    if (ended) return
    ended = true
    events.closed(reason)
  }
  const socket = open(url)
  if (typeof socket === 'string') {
    queueMicrotask(() => end(socket))
    return {
      close: async () => {
        ended = true
      },
    }
  }
  let bytes = 0
  const api = createClient(
    portOf(socket, (size) => {
      bytes = size
    }),
  )
  socket.on('error', (error) => end(error.message))
  socket.on('open', () => {
    events.opened()
    api.subscribe(
      'market.trades',
      { market },
      (frame: TradesFrame) => {
        if (!ended) events.trades(frame, bytes)
      },
      (failure) => end(failure.message),
    )
  })
  socket.on('close', () => end('the relay closed the connection'))
  return {
    close: async () => {
      ended = true
      if (socket.readyState === WebSocket.CONNECTING) socket.terminate()
      else socket.close()
    },
  }
}

function open(url: string): WebSocket | string {
  try {
    return new WebSocket(url, {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_PAYLOAD,
    })
  } catch (error) {
    return `the address cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** A WebSocket as the rpc client wants it. `sized` is told the length of each message. */
function portOf(socket: WebSocket, sized: (bytes: number) => void): Port {
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    },
    onMessage: (listener) => {
      socket.on('message', (data: Buffer) => {
        sized(data.length)
        let message: unknown
        try {
          message = JSON.parse(data.toString('utf8'))
        } catch {
          return // not our language; a relay that says nothing else shows as one that misses all
        }
        listener(message)
      })
    },
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(),
  }
}
