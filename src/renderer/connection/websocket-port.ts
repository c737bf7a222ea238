import type { Port } from '../../shared/rpc/port.ts'

/** The part of `WebSocket` that a port needs. */
export interface Socket {
  readonly readyState: number
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

const OPEN = 1

/** Where the engine of this page listens: same host, path `/ws`, the session cookie identifies us. */
export const engineAddress = (location: { readonly protocol: string; readonly host: string }) =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`

/**
 * A port over one WebSocket, one JSON message a frame. What is sent before the socket is open waits
 * for it. A frame that is no JSON closes the port: the other side is not our engine.
 */
export function websocketPort(socket: Socket): Port {
  const waiting: string[] = []
  let onMessage: ((message: unknown) => void) | undefined
  socket.addEventListener('open', () => {
    for (const text of waiting.splice(0)) socket.send(text)
  })
  socket.addEventListener('message', ({ data }) => {
    let message: unknown
    try {
      message = JSON.parse(String(data))
    } catch {
      socket.close()
      return
    }
    onMessage?.(message)
  })
  return {
    send: (message) => {
      const text = JSON.stringify(message)
      if (socket.readyState === OPEN) socket.send(text)
      else if (socket.readyState < OPEN) waiting.push(text)
    },
    onMessage: (listener) => {
      onMessage = listener
    },
    onClose: (listener) => socket.addEventListener('close', listener),
    close: () => socket.close(),
  }
}
