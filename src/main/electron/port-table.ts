import { IPC_CLOSED, IPC_MESSAGE } from '../../shared/contract/channels.ts'
import type { Port } from '../../shared/rpc/port.ts'

/** The page of one window, as far as its port needs it. */
export interface PageEnd {
  /** The same number for all page loads of one window. */
  readonly window: number
  /** Does nothing once the window is gone. */
  send(channel: string, ...values: readonly unknown[]): void
}

/** Messages kept for a client that nobody serves yet (the engine is being swapped). */
const MOST_UNREAD = 1_000

/**
 * The open ports, at most one a window: a page load, or a page that connects again, replaces the
 * port before it. The id that the page chose tells messages of the old page load from the new.
 */
export class PortTable {
  readonly #attach: (port: Port) => void
  readonly #open = new Map<number, PagePort>()

  constructor(attach: (port: Port) => void) {
    this.#attach = attach
  }

  opened(page: PageEnd, id: string): void {
    this.#open.get(page.window)?.close()
    const port = new PagePort(page, id, () => {
      if (this.#open.get(page.window) === port) this.#open.delete(page.window)
    })
    this.#open.set(page.window, port)
    this.#attach(port)
  }

  /** False when no such port is open: the sender's page load is over. */
  message(window: number, id: string, value: unknown): boolean {
    const port = this.#open.get(window)
    if (port?.id !== id) return false
    port.received(value)
    return true
  }

  /** The page closed its port. */
  closed(window: number, id: string): void {
    const port = this.#open.get(window)
    if (port?.id === id) port.close()
  }

  /** The window or its process is gone. */
  gone(window: number): void {
    this.#open.get(window)?.close()
  }

  get size(): number {
    return this.#open.size
  }
}

class PagePort implements Port {
  readonly id: string
  readonly #page: PageEnd
  readonly #forget: () => void
  #listener: ((message: unknown) => void) | null = null
  #onClose: (() => void) | null = null
  #unread: unknown[] = []
  #closed = false

  constructor(page: PageEnd, id: string, forget: () => void) {
    this.#page = page
    this.id = id
    this.#forget = forget
  }

  send(message: unknown): void {
    if (!this.#closed) this.#page.send(IPC_MESSAGE, this.id, message)
  }

  received(message: unknown): void {
    if (this.#listener !== null) this.#listener(message)
    else if (this.#unread.length < MOST_UNREAD) this.#unread.push(message)
    else this.close()
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener
    const unread = this.#unread
    this.#unread = []
    for (const message of unread) listener(message)
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
    if (this.#closed) queueMicrotask(listener)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#unread = []
    this.#forget()
    this.#page.send(IPC_CLOSED, this.id)
    this.#onClose?.()
  }
}
