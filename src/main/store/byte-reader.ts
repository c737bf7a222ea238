import { BlockError } from './block-error.ts'

/** Reads what a ByteWriter wrote. Never looks outside [at, end): throws BlockError instead. */
export class ByteReader {
  readonly bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, from: number, to: number) {
    if (from < 0 || to < from || to > bytes.length) throw new BlockError('Bytes outside the block')
    this.bytes = bytes
    this.at = from
    this.end = to
  }

  /** Steps over `length` bytes and says where they begin. */
  skip(length: number): number {
    const from = this.at
    if (!(length <= this.end - from)) throw new BlockError('The block ends too early')
    this.at = from + length
    return from
  }

  byte(): number {
    return this.bytes[this.skip(1)] ?? 0
  }

  varint(): number {
    return this.#rest(0, 1)
  }

  signed(): number {
    const first = this.byte()
    const size = first & 0x80 ? this.#rest(first & 0x3f, 0x40) : first & 0x3f
    return first & 0x40 ? -size : size
  }

  #rest(begun: number, weight: number): number {
    let value = begun
    for (let scale = weight; scale <= 2 ** 52; scale *= 0x80) {
      const next = this.byte()
      value += (next & 0x7f) * scale
      if (next < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw new BlockError('A number of the block is too large')
  }
}
