const FIRST_CAPACITY = 65_536

/**
 * Bytes being gathered. Grows by itself and is used again and again: `clear` keeps the memory, and what
 * `view` gives is true only until the next write.
 */
export class ByteWriter {
  /** Replaced by a longer one in `reserve`: never keep it across a call. */
  bytes = new Uint8Array(FIRST_CAPACITY)
  length = 0
  /** Places where what is compressed better apart begins, in rising order. */
  readonly cuts: number[] = []

  clear(): void {
    this.length = 0
    this.cuts.length = 0
  }

  view(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  /** Notes that bytes of another kind begin here. */
  cut(): void {
    this.cuts.push(this.length)
  }

  /** Takes the next `length` bytes and says where they begin; the caller writes every one of them. */
  reserve(length: number): number {
    const at = this.length
    const end = at + length
    if (end > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(end, 2 * this.bytes.length))
      bytes.set(this.bytes.subarray(0, at))
      this.bytes = bytes
    }
    this.length = end
    return at
  }

  byte(value: number): void {
    const at = this.reserve(1)
    this.bytes[at] = value
  }

  append(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length)
    this.bytes.set(bytes, at)
  }

  /** A whole number, 0 ≤ … < 2^53: seven bits a byte, lowest first, bit 7 set on all but the last. */
  varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  /** A whole number, |…| < 2^53: as `varint`, but bit 6 of the first byte is the sign. */
  signed(value: number): void {
    const size = Math.abs(value)
    const sign = value < 0 ? 0x40 : 0
    if (size < 0x40) {
      this.byte(size | sign)
      return
    }
    this.byte((size % 0x40) | sign | 0x80)
    this.varint(Math.floor(size / 0x40))
  }
}
