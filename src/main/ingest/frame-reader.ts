import type { Clock, Logger } from '../ports.ts'
import type { FrameSink, Venue } from '../venues/venue.ts'

/** Longest part of a frame that is kept and logged. */
const EXAMPLE_LENGTH = 300

/** Hands one venue's frames to its reader and keeps the counts; outlives the sockets. */
export class FrameReader {
  readonly #venue: Venue
  readonly #clock: Clock
  readonly #log: Logger
  messages = 0
  /** Length of all frames so far. */
  bytes = 0
  unreadable = 0
  /** Monotonic milliseconds spent in readers and in what they called. */
  busyMs = 0
  lastMessageAt: number | null = null
  /** The first frame that could not be read, cut, and what was wrong with it. */
  example: { readonly frame: string; readonly reason: string } | null = null

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
    this.bytes += frame.length
    this.lastMessageAt = receivedAt
    try {
      this.#venue.stream.read(frame, sink)
    } catch (error) {
      this.#unreadable(String(error), frame)
    }
    this.busyMs += this.#clock.monotonic() - began
  }

  /** A frame that could not even be made text. */
  garbled(reason: string, excerpt: string, receivedAt: number): void {
    this.messages += 1
    this.lastMessageAt = receivedAt
    this.#unreadable(reason, excerpt)
  }

  #unreadable(why: string, text: string): void {
    this.unreadable += 1
    if (this.example !== null) return
    const [frame, reason] = [text.slice(0, EXAMPLE_LENGTH), why.slice(0, EXAMPLE_LENGTH)]
    this.example = { frame, reason }
    const venue = this.#venue.id
    this.#log.warn('frame-unreadable', { venue, message: reason, example: frame })
  }
}
