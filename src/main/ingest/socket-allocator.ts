/**
 * Decides which symbol is on which socket: as few sockets as the limits allow, and a symbol never
 * moves while it is wanted. Pure; sockets are numbers from 0.
 */
export class SocketAllocator {
  readonly #perSocket: number
  readonly #mostSockets: number
  readonly #socketOf = new Map<string, number>()
  readonly #counts: number[] = []

  constructor(perSocket = Number.POSITIVE_INFINITY, mostSockets = Number.POSITIVE_INFINITY) {
    this.#perSocket = perSocket
    this.#mostSockets = mostSockets
  }

  /** The socket of a symbol, given one if it has none; `undefined` when every socket is full. */
  place(symbol: string): number | undefined {
    const known = this.#socketOf.get(symbol)
    if (known !== undefined) return known
    const free = this.#roomiest()
    if (free === undefined) return undefined
    this.#socketOf.set(symbol, free)
    this.#counts[free] = (this.#counts[free] ?? 0) + 1
    return free
  }

  socketOf(symbol: string): number | undefined {
    return this.#socketOf.get(symbol)
  }

  /** Takes a symbol off its socket and answers which that was. */
  remove(symbol: string): number | undefined {
    const socket = this.#socketOf.get(symbol)
    if (socket === undefined) return undefined
    this.#socketOf.delete(symbol)
    this.#counts[socket] = (this.#counts[socket] ?? 1) - 1
    return socket
  }

  /** The fullest socket in use that has room; else an empty one. */
  #roomiest(): number | undefined {
    let best: number | undefined
    for (const [socket, count] of this.#counts.entries())
      if (count < this.#perSocket && (best === undefined || count > (this.#counts[best] ?? 0)))
        best = socket
    if (best !== undefined) return best
    return this.#counts.length < this.#mostSockets ? this.#counts.length : undefined
  }
}
