import type { Clock } from '../ports.ts'
import type { PongClock } from '../venues/venue.ts'

/** The venue's clock as one of its answers on the socket tells it. */
export interface PongSample {
  /** Our wall clock when the request left, milliseconds. */
  readonly sentAt: number
  /** From the request to its answer, milliseconds (monotonic). */
  readonly rttMs: number
  /** The venue's clock when the request came and when the answer left, epoch microseconds. */
  readonly inMicros: number
  readonly outMicros: number
}

/** Requests whose answer may still come. */
const MOST = 32

/** When each of a socket's newest requests left. */
export class RequestTimes {
  readonly #clock: Clock
  readonly #sent = new Map<string, { readonly wall: number; readonly monotonic: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  sent(request: number): void {
    const now = { wall: this.#clock.now(), monotonic: this.#clock.monotonic() }
    this.#sent.set(String(request), now)
    const [oldest] = this.#sent.keys()
    if (this.#sent.size > MOST && oldest !== undefined) this.#sent.delete(oldest)
  }

  /** `receivedAt`: monotonic milliseconds. `undefined` for an answer to a request we do not know. */
  sample(clock: PongClock, receivedAt: number): PongSample | undefined {
    const sent = this.#sent.get(clock.request)
    if (sent === undefined) return undefined
    this.#sent.delete(clock.request)
    const { inMicros, outMicros } = clock
    return { sentAt: sent.wall, rttMs: receivedAt - sent.monotonic, inMicros, outMicros }
  }
}
