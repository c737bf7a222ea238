/**
 * Trade ids of many rows. Canonical decimal integers below 2^53 (`0`, `42`, no sign, no leading zero) are
 * numbers; any other id is text, whose bytes lie one after the other in `bytes`, row i ending at `end[i]`.
 * Columns without a text id have empty `bytes` and `end`.
 *
 * Bytes: ASCII ids as they are; others as WIDE followed by UTF-16LE, so that any text comes back.
 */
export interface IdColumn {
  /** NaN where the id is text. */
  readonly number: Float64Array
  readonly bytes: Uint8Array
  readonly end: Uint32Array
}

/** First byte of an id that is not ASCII. */
export const WIDE = 0xff

/** A row's id exactly as the venue sent it. */
export function idAt(column: IdColumn, row: number): string {
  const value = column.number[row] ?? Number.NaN
  if (!Number.isNaN(value)) return String(value)
  return idText(column.bytes, row === 0 ? 0 : (column.end[row - 1] ?? 0), column.end[row] ?? 0)
}

/** The text of the id whose bytes lie in [from, to). */
export function idText(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  if (bytes[from] === WIDE && to > from) {
    for (let at = from + 1; at + 1 < to; at += 2)
      text += String.fromCharCode((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8))
    return text
  }
  for (let at = from; at < to; at += 1) text += String.fromCharCode(bytes[at] ?? 0)
  return text
}

/** The number that an id is, or NaN: canonical, and exact in a double. */
export function idNumber(text: string): number {
  const { length } = text
  if (length === 0 || length > 16) return Number.NaN
  const first = text.charCodeAt(0)
  if (first === ZERO && length > 1) return Number.NaN
  let value = 0
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN
}

const ZERO = 48
const NO_BYTES = new Uint8Array(0)
const NO_ENDS = new Uint32Array(0)

/** Ids being gathered; grows by itself. Rows are written in order, from 0 on, each once. */
export class IdBuilder implements IdColumn {
  number: Float64Array
  bytes = NO_BYTES
  end = NO_ENDS
  /** Bytes in use. */
  used = 0
  #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
    this.number = new Float64Array(capacity)
  }

  /** Writes numbers into memory of the caller's from now on. */
  over(number: Float64Array): void {
    this.#capacity = number.length
    this.number = number
    this.end = NO_ENDS
    this.clear()
  }

  /** As `take`, where the numbers are in the caller's hands already. */
  takeOver(number: Float64Array, count: number): IdColumn {
    const texts = this.used > 0
    const taken = {
      number,
      bytes: texts ? this.bytes.slice(0, this.used) : NO_BYTES,
      end: texts ? this.end.slice(0, count) : NO_ENDS,
    }
    this.clear()
    return taken
  }

  grow(capacity: number): void {
    this.#capacity = capacity
    const number = new Float64Array(capacity)
    number.set(this.number)
    this.number = number
    if (this.end.length === 0) return
    const end = new Uint32Array(capacity)
    end.set(this.end)
    this.end = end
  }

  /** Takes an id as the venue sent it. */
  set(row: number, text: string): void {
    const value = idNumber(text)
    if (!Number.isNaN(value)) {
      this.setNumber(row, value)
      return
    }
    let at = this.room(row, 2 * text.length + 1)
    const { bytes } = this
    if (isAscii(text)) for (let i = 0; i < text.length; i += 1) bytes[at++] = text.charCodeAt(i)
    else {
      bytes[at++] = WIDE
      for (let i = 0; i < text.length; i += 1) {
        const unit = text.charCodeAt(i)
        bytes[at++] = unit & 0xff
        bytes[at++] = unit >> 8
      }
    }
    this.setEnd(row, at)
  }

  /** An id that is a whole number, 0 ≤ … < 2^53. */
  setNumber(row: number, value: number): void {
    this.number[row] = value
    if (this.end.length > 0) this.end[row] = this.used
  }

  /** Makes room for `length` bytes of row `row` and says where they begin; `setEnd` says where they end. */
  room(row: number, length: number): number {
    if (this.end.length === 0) {
      this.end = new Uint32Array(this.#capacity)
      this.end.fill(0, 0, row)
    }
    if (this.bytes.length < this.used + length) {
      const bytes = new Uint8Array(Math.max(1_024, 2 * (this.used + length)))
      bytes.set(this.bytes)
      this.bytes = bytes
    }
    return this.used
  }

  setEnd(row: number, end: number): void {
    this.number[row] = Number.NaN
    this.used = end
    this.end[row] = end
  }

  copy(row: number, from: IdColumn, of: number): void {
    const value = from.number[of] ?? Number.NaN
    if (!Number.isNaN(value)) {
      this.setNumber(row, value)
      return
    }
    const begin = of === 0 ? 0 : (from.end[of - 1] ?? 0)
    const end = from.end[of] ?? 0
    let at = this.room(row, end - begin)
    const { bytes } = this
    for (let i = begin; i < end; i += 1) bytes[at++] = from.bytes[i] ?? 0
    this.setEnd(row, at)
  }

  /** Leaves only the rows below `row`; later ones may be written again. */
  cut(row: number): void {
    if (this.end.length > 0) this.used = row === 0 ? 0 : (this.end[row - 1] ?? 0)
  }

  /** The first `count` rows as a column of their own; what is gathered here starts anew. */
  take(count: number): IdColumn {
    const texts = this.used > 0
    const taken = {
      number: this.number.slice(0, count),
      bytes: texts ? this.bytes.slice(0, this.used) : NO_BYTES,
      end: texts ? this.end.slice(0, count) : NO_ENDS,
    }
    this.clear()
    return taken
  }

  clear(): void {
    this.used = 0
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
