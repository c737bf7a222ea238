/** One WebSocket, reduced to what a session needs. No event comes after `close()` was called. */
export interface Socket {
  /** Sends a text frame; does nothing on a socket that is not open. */
  send(text: string): void
  /** Sends a protocol ping. */
  ping(): void
  /** Resolves when the socket is gone; bounded in time even if the other side never answers. */
  close(): Promise<void>
}

export interface SocketEvents {
  opened(): void
  /** A whole frame as text. `receivedAt`: epoch ms at which the bytes that completed it came in. */
  frame(text: string, receivedAt: number): void
  /** A protocol ping or pong: a sign of life that carries nothing. */
  alive(): void
  /** The connection failed or ended; comes once and last. `reason` is plain English. */
  closed(reason: string): void
}

/**
 * Opens a socket. Never throws: what goes wrong comes as `closed`. No event comes before it returned.
 */
export type Connect = (url: string, events: SocketEvents) => Socket
