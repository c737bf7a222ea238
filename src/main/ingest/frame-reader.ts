import { isUtf8 } from 'node:buffer'
import type { Prints } from '../../shared/domain/prints.ts'
import { wallClock } from '../../shared/domain/wall-clock.ts'
import type { Clock, Logger } from '../ports.ts'
import type { FrameSink, Venue } from '../venues/venue.ts'
import { compileScanner, type Scanner } from './scanner.ts'
import type { SymbolTable } from './symbol-table.ts'

/** Longest part of a frame that is kept and logged. */
const EXAMPLE_LENGTH = 300

/** Told of each chunk that brought trades, after it: see `FeedListener.folded`. */
export type FoldedChunk = (receivedAt: number, parsedAt: number, foldedAt: number) => void

/**
 * Hands one venue's frames to its scanner, or to its reader where the scanner knows nothing of them, and
 * keeps the counts; outlives the sockets. Its clock is read when a chunk begins, when its frames are read
 * and when its prints are folded: three times a chunk, however many frames it holds.
 */
export class FrameReader {
  readonly #venue: Venue
  readonly #clock: Clock
  readonly #log: Logger
  readonly #wall: () => number
  readonly #folded: FoldedChunk
  readonly #symbols: SymbolTable
  readonly #scanner: Scanner | null
  messages = 0
  /** Length of all frames so far. */
  bytes = 0
  unreadable = 0
  /** Frames with prints that the scanner did not know, so that the reader had them. */
  scannedNot = 0
  /** Monotonic milliseconds spent on chunks and on what they called. */
  busyMs = 0
  lastMessageAt: number | null = null
  /** The first frame that could not be read, cut, and what was wrong with it. */
  example: { readonly frame: string; readonly reason: string } | null = null

  constructor(
    venue: Venue,
    clock: Clock,
    log: Logger,
    symbols: SymbolTable,
    folded: FoldedChunk = () => {},
  ) {
    this.#venue = venue
    this.#clock = clock
    this.#log = log
    this.#symbols = symbols
    this.#folded = folded
    const { layouts } = venue.stream
    this.#scanner = layouts === undefined ? null : compileScanner(layouts)
    this.#wall = wallClock(
      () => clock.now(),
      () => clock.monotonic(),
    )
  }

  /**
   * Reads the frame that lies in chunk[from … to): prints into `prints`, everything else into the sink. A malformed one is counted, the
   * first of a venue is logged, and nothing else happens: its rows before the bad one stand.
   */
  read(
    chunk: Buffer,
    from: number,
    to: number,
    receivedAt: number,
    prints: Prints,
    sink: FrameSink,
  ): void {
    this.messages += 1
    this.bytes += to - from
    this.lastMessageAt = Math.floor(receivedAt)
    if (this.#scanner?.scan(chunk, from, to, prints, this.#symbols) === true) return
    const before = prints.count
    const text = chunk.toString('utf8', from, to)
    // RFC 6455 would have the socket ended for that; here it costs the frame, and nothing that follows.
    if (!isUtf8(chunk.subarray(from, to))) {
      this.refuse('text that is not UTF-8', text)
      return
    }
    try {
      this.#venue.stream.read(text, sink)
    } catch (error) {
      this.refuse(String(error), text)
    }
    if (prints.count > before) this.scannedNot += 1
  }

  /** A chunk that began at `began` (monotonic) and was read until now brought prints: runs what folds them. */
  fold(began: number, receivedAt: number, run: () => void): void {
    const read = this.#clock.monotonic()
    run()
    const ended = this.#clock.monotonic()
    this.busyMs += ended - began
    const foldedAt = this.#wall()
    this.#folded(receivedAt, foldedAt - (ended - read), foldedAt)
  }

  /** A frame that could not even be made text. */
  garbled(reason: string, excerpt: string, receivedAt: number): void {
    this.messages += 1
    this.lastMessageAt = Math.floor(receivedAt)
    this.refuse(reason, excerpt)
  }

  /** Counts something of the venue's that could not be read; the first is kept to be shown. */
  refuse(why: string, text: string): void {
    this.unreadable += 1
    if (this.example !== null) return
    const [frame, reason] = [text.slice(0, EXAMPLE_LENGTH), why.slice(0, EXAMPLE_LENGTH)]
    this.example = { frame, reason }
    const venue = this.#venue.id
    this.#log.warn('frame-unreadable', { venue, message: reason, example: frame })
  }
}
