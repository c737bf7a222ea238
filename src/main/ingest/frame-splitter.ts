/** What becomes of the bytes of a WebSocket. Everything comes in the order of the bytes. */
export interface SplitFrames {
  /** A whole data frame: its payload lies in chunk[from … to), and is valid until the call returns. */
  data(chunk: Buffer, from: number, to: number, binary: boolean): void
  /** Whole frames that are not for the splitter: control frames, and parts of a message in several frames. */
  other(bytes: Buffer): void
  /**
   * A closing frame, or something that breaks the protocol: the bytes from there on. The splitter has
   * done its work, and takes nothing more.
   */
  end(bytes: Buffer): void
}

const CONTINUATION = 0
const TEXT = 1
const BINARY = 2
const CLOSE = 8
const PONG = 10
const FIN = 0x80
const RESERVED = 0x70
const OPCODE = 0x0f
const MASKED = 0x80
const LENGTH = 0x7f
const LENGTH_16 = 126
const LENGTH_64 = 127
/** Longest payload of a control frame (RFC 6455, 5.5). */
const MOST_CONTROL = 125
/** Longest header of a frame that is not masked. */
const MOST_HEADER = 10

/**
 * Finds the frames in the bytes of a client's socket (RFC 6455, 5.2) and hands over, without copying
 * them, those that nearly all are: unmasked text or binary, a message in one frame. The rest goes on to a
 * library that knows all of the protocol. A third of the CPU of `ws` for such frames, and no garbage:
 * `npm run bench -- ingest --only blast` before and after.
 */
export class FrameSplitter {
  readonly #most: number
  readonly #frames: SplitFrames
  /** Beginning of a frame whose header is not here yet. */
  readonly #header = Buffer.alloc(MOST_HEADER)
  #headerLength = 0
  /** Payload of a data frame that did not end in its chunk, as far as it came. */
  #payload: Buffer | null = null
  #filled = 0
  #binary = false
  /** Bytes of a frame for the library that did not come yet. */
  #others = 0
  /** A message in several frames is under way. */
  #fragmented = false
  #ended = false
  // Of the header that was read last.
  #opcode = 0
  #length = 0
  #plain = false
  #breaks = false

  /** `most`: longest payload that is taken, bytes; longer frames go to the library, which refuses them. */
  constructor(most: number, frames: SplitFrames) {
    this.#most = most
    this.#frames = frames
  }

  /** Takes the next bytes. Must not be called any more after `end` was. */
  write(chunk: Buffer): void {
    let at = 0
    if (this.#headerLength > 0) at = this.#goOnWithHeader(chunk)
    else if (this.#payload !== null) at = this.#goOnWithPayload(this.#payload, chunk)
    else if (this.#others > 0) at = this.#goOnWithOthers(chunk, 0)
    while (at < chunk.length && !this.#ended) at = this.#frame(chunk, at)
  }

  /** The frame that begins at `at`; where the next one does. */
  #frame(chunk: Buffer, at: number): number {
    const size = this.#readHeader(chunk, at, chunk.length)
    if (size < 0) {
      this.#headerLength = chunk.copy(this.#header, 0, at)
      return chunk.length
    }
    if (this.#breaks) return this.#end(chunk, at)
    if (!this.#plain) return this.#other(chunk, at, size)
    const from = at + size
    const to = from + this.#length
    if (to > chunk.length) return this.#beginPayload(chunk, from)
    this.#frames.data(chunk, from, to, this.#opcode === BINARY)
    return to
  }

  /** Length of the header at `at`, whose meaning it notes; −1 when it goes on behind `end`. */
  #readHeader(bytes: Buffer, at: number, end: number): number {
    if (end - at < 2) return -1
    const first = bytes[at] ?? 0
    const second = bytes[at + 1] ?? 0
    let length = second & LENGTH
    let size = 2
    if (length === LENGTH_16) {
      size = 4
      if (end - at < size) return -1
      length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    } else if (length === LENGTH_64) {
      size = MOST_HEADER
      if (end - at < size) return -1
      length = bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6)
    }
    this.#opcode = first & OPCODE
    this.#length = length
    this.#judge(first, second)
    return size
  }

  #judge(first: number, second: number): void {
    const opcode = first & OPCODE
    const fin = (first & FIN) !== 0
    const odd = (first & RESERVED) !== 0 || (second & MASKED) !== 0 || this.#length > this.#most
    const data = opcode === TEXT || opcode === BINARY
    this.#plain = fin && data && !odd && !this.#fragmented
    this.#breaks = odd || !(data || opcode === CONTINUATION || (opcode >= CLOSE && opcode <= PONG))
    if (opcode >= CLOSE) {
      if (!fin || this.#length > MOST_CONTROL || opcode === CLOSE) this.#breaks = true
    } else if (data === this.#fragmented) this.#breaks = true
  }

  #other(chunk: Buffer, at: number, size: number): number {
    if (this.#opcode < CLOSE) this.#fragmented = ((chunk[at] ?? 0) & FIN) === 0
    this.#others = size + this.#length
    return this.#goOnWithOthers(chunk, at)
  }

  #goOnWithOthers(chunk: Buffer, at: number): number {
    const to = Math.min(chunk.length, at + this.#others)
    this.#others -= to - at
    this.#frames.other(chunk.subarray(at, to))
    return to
  }

  #end(chunk: Buffer, at: number): number {
    this.#ended = true
    this.#frames.end(chunk.subarray(at))
    return chunk.length
  }

  #beginPayload(chunk: Buffer, from: number): number {
    this.#payload = Buffer.allocUnsafeSlow(this.#length)
    this.#binary = this.#opcode === BINARY
    this.#filled = chunk.copy(this.#payload, 0, from)
    return chunk.length
  }

  #goOnWithPayload(payload: Buffer, chunk: Buffer): number {
    const taken = chunk.copy(payload, this.#filled, 0, payload.length - this.#filled)
    this.#filled += taken
    if (this.#filled === payload.length) {
      this.#payload = null
      this.#frames.data(payload, 0, payload.length, this.#binary)
    }
    return taken
  }

  /** Rare: the bytes held and the chunk are read as one. */
  #goOnWithHeader(chunk: Buffer): number {
    const held = this.#header.subarray(0, this.#headerLength)
    this.#headerLength = 0
    this.write(Buffer.concat([held, chunk]))
    return chunk.length
  }
}
