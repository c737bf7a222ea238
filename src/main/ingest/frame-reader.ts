import type { Clock, Logger } from '../ports.ts'
import type { FrameSink, Venue } from '../venues/venue.ts'

/** Longest part of a frame that the log may hold. */
const EXAMPLE_LENGTH = 300

/** Hands one venue's frames to its reader and keeps the counts; outlives the sockets. */
export class FrameReader {
  readonly #venue: Venue
  readonly #clock: Clock
  readonly #log: Logger
  messages = 0
  unreadable = 0
  /** Monotonic milliseconds spent in readers and in what they called. */
  busyMs = 0
  lastMessageAt: number | null = null

  constructor(venue: Venue, clock: Clock, log: Logger) {
    this.#venue = venue
    this.#clock = clock
    this.#log = log
  }

  /**
   * Reads one frame into the sink. A malformed one is counted, the first of a venue is logged, and
   * nothing else happens: its rows before the bad one have been handed over.
   */
  read(frame: string, receivedAt: number, sink: FrameSink): void {
    const began = this.#clock.monotonic()
    this.messages += 1
    this.lastMessageAt = receivedAt
    try {
      this.#venue.stream.read(frame, sink)
    } catch (error) {
      this.unreadable += 1
      if (this.unreadable === 1)
        this.#log.warn('frame-unreadable', {
          venue: this.#venue.id,
          message: String(error).slice(0, EXAMPLE_LENGTH),
          example: frame.slice(0, EXAMPLE_LENGTH),
        })
    }
    this.busyMs += this.#clock.monotonic() - began
  }
}
