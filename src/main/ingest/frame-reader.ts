import { wallClock } from '../../shared/domain/wall-clock.ts'
import type { Clock, Logger } from '../ports.ts'
import type { FrameSink, Venue } from '../venues/venue.ts'

/** Longest part of a frame that is kept and logged. */
const EXAMPLE_LENGTH = 300

/** Told of each frame that brought trades, after it: see `FeedListener.folded`. */
export type FoldedFrame = (receivedAt: number, parsedAt: number, foldedAt: number) => void

/** Hands one venue's frames to its reader and keeps the counts; outlives the sockets. */
export class FrameReader {
  readonly #venue: Venue
  readonly #clock: Clock
  readonly #log: Logger
  readonly #wall: () => number
  readonly #folded: FoldedFrame
  /** When the first trade of the frame being read was handed over, monotonic; 0 before. */
  #parsedAt = 0
  messages = 0
  /** Length of all frames so far. */
  bytes = 0
  unreadable = 0
  /** Monotonic milliseconds spent in readers and in what they called. */
  busyMs = 0
  lastMessageAt: number | null = null
  /** The first frame that could not be read, cut, and what was wrong with it. */
  example: { readonly frame: string; readonly reason: string } | null = null

  constructor(venue: Venue, clock: Clock, log: Logger, folded: FoldedFrame = () => {}) {
    this.#venue = venue
    this.#clock = clock
    this.#log = log
    this.#folded = folded
    this.#wall = wallClock(
      () => clock.now(),
      () => clock.monotonic(),
    )
  }

  /**
   * Reads one frame into the sink. A malformed one is counted, the first of a venue is logged, and
   * nothing else happens: its rows before the bad one have been handed over.
   */
  read(frame: string, receivedAt: number, sink: FrameSink): void {
    const began = this.#clock.monotonic()
    this.#parsedAt = 0
    this.messages += 1
    this.bytes += frame.length
    this.lastMessageAt = Math.floor(receivedAt)
    try {
      this.#venue.stream.read(frame, sink)
    } catch (error) {
      this.#unreadable(String(error), frame)
    }
    const ended = this.#clock.monotonic()
    this.busyMs += ended - began
    if (this.#parsedAt === 0) return
    const foldedAt = this.#wall()
    this.#folded(receivedAt, foldedAt - (ended - this.#parsedAt), foldedAt)
  }

  /** A trade of the frame being read is out of it; only the first one's time is taken. */
  parsed(): void {
    if (this.#parsedAt === 0) this.#parsedAt = this.#clock.monotonic()
  }

  /** A frame that could not even be made text. */
  garbled(reason: string, excerpt: string, receivedAt: number): void {
    this.messages += 1
    this.lastMessageAt = Math.floor(receivedAt)
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
