import type { Port } from '../../shared/rpc/port.ts'

/** Holds the ports of pages that are up before the engine is, and hands them on in order. */
export class WaitingRoom {
  #waiting: Port[] = []
  #serve: ((port: Port) => void) | null = null

  admit(port: Port): void {
    if (this.#serve === null) this.#waiting.push(port)
    else this.#serve(port)
  }

  open(serve: (port: Port) => void): void {
    this.#serve = serve
    const waiting = this.#waiting
    this.#waiting = []
    for (const port of waiting) serve(port)
  }
}
