/**
 * A transport reduced to what every one can do: Electron IPC, a WebSocket, a MessagePort, a pair in
 * memory. Messages are plain data (JSON-shaped); order is kept; nothing is lost before `onClose`.
 */
export interface Port {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** Two ports joined in memory, for tests and for a client inside the process. */
export function portPair(): readonly [Port, Port] {
  const sides = [newSide(), newSide()] as const
  const make = (own: Side, other: Side): Port => ({
    send: (message) => {
      if (!own.closed) queueMicrotask(() => other.message?.(message))
    },
    onMessage: (listener) => {
      own.message = listener
    },
    onClose: (listener) => {
      own.close = listener
    },
    close: () => {
      if (own.closed) return
      own.closed = other.closed = true
      queueMicrotask(() => {
        own.close?.()
        other.close?.()
      })
    },
  })
  return [make(sides[0], sides[1]), make(sides[1], sides[0])]
}

interface Side {
  message?: (message: unknown) => void
  close?: () => void
  closed: boolean
}
const newSide = (): Side => ({ closed: false })
