import type { Agent } from 'node:http'

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
  /**
   * A whole frame, which lies in chunk[from … to) until the call returns. `receivedAt`: epoch ms at which
   * the bytes that completed it came in.
   */
  frame(chunk: Buffer, from: number, to: number, receivedAt: number): void
  /**
   * True: bytes came in, and the frames that they complete follow. False: that was the last of them. A
   * socket that does not say so has each frame taken for a chunk of its own.
   */
  chunk?(open: boolean): void
  /**
   * A frame that cannot even be made text. `excerpt`: its beginning, readable; empty for one that breaks
   * the protocol, or is too long: nothing of it is handed on, and `closed` follows.
   */
  garbled(reason: string, excerpt: string, receivedAt: number): void
  /** A protocol ping or pong: a sign of life that carries nothing. */
  alive(): void
  /**
   * The connection failed or ended; comes once and last. `reason` is plain English. `refusal`: an
   * HTTP answer came instead of a WebSocket.
   */
  closed(reason: string, refusal?: HandshakeRefusal): void
}

/** The HTTP answer to a handshake that was refused. */
export interface HandshakeRefusal {
  readonly status: number
  /** The `Retry-After` header as sent. */
  readonly retryAfter: string | null
}

export interface SocketOptions {
  /** The way there, such as a proxy; straight on without it. */
  readonly agent?: Agent | undefined
  /** The venue compresses every frame. */
  readonly frames?: 'gzip' | undefined
}

/**
 * Opens a socket. Never throws: what goes wrong comes as `closed`. No event comes before it returned.
 */
export type Connect = (url: string, events: SocketEvents, options?: SocketOptions) => Socket
