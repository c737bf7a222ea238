import type { IdColumn } from '../../shared/domain/id-column.ts'

const FIRST_SIZE = 64

/** Whole numbers (0 ≤ … < 2^53) by open addressing: eight bytes each, no objects. */
export class NumberSet {
  #slots: Float64Array
  #count = 0

  constructor(expected = 0) {
    this.#slots = emptySlots(sizeFor(expected))
  }

  has(value: number): boolean {
    return this.#slots[this.#find(value)] === value
  }

  /** False when it was there already. */
  add(value: number): boolean {
    const at = this.#find(value)
    if (this.#slots[at] === value) return false
    this.#slots[at] = value
    this.#count += 1
    if (2 * this.#count > this.#slots.length) this.#grow()
    return true
  }

  #find(value: number): number {
    const mask = this.#slots.length - 1
    let at = mix((value | 0) ^ (value / 2 ** 32)) & mask
    for (;;) {
      const held = this.#slots[at] ?? EMPTY
      if (held === value || held === EMPTY) return at
      at = (at + 1) & mask
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = emptySlots(2 * old.length)
    for (const value of old) if (value !== EMPTY) this.#slots[this.#find(value)] = value
  }
}

const EMPTY = -1
const emptySlots = (size: number): Float64Array => new Float64Array(size).fill(EMPTY)

/** Twice as many slots as entries, a power of two. */
const sizeFor = (expected: number): number =>
  Math.max(FIRST_SIZE, 2 ** Math.ceil(Math.log2(2 * expected + 1)))

/** Spreads the bits of a whole number (32 bits). */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x45d9f3b)
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** Ids that are text, by their bytes as an IdColumn has them; no string is made. */
export class TextSet {
  /** Entry + 1, or 0. */
  #slots: Uint32Array
  #hashes: Uint32Array
  /** Where an entry's bytes end; they begin where those of the one before it end. */
  #ends: Uint32Array
  #bytes: Uint8Array
  #count = 0
  #used = 0

  constructor(expected = 0) {
    const size = sizeFor(expected)
    this.#slots = new Uint32Array(size)
    this.#hashes = new Uint32Array(size >> 1)
    this.#ends = new Uint32Array(size >> 1)
    this.#bytes = new Uint8Array(size * 16)
  }

  has(bytes: Uint8Array, from: number, to: number): boolean {
    return this.#slots[this.#find(hashOf(bytes, from, to), bytes, from, to)] !== 0
  }

  /** False when it was there already. */
  add(bytes: Uint8Array, from: number, to: number): boolean {
    const hash = hashOf(bytes, from, to)
    const slot = this.#find(hash, bytes, from, to)
    if (this.#slots[slot] !== 0) return false
    this.#keep(hash, bytes, from, to)
    this.#slots[slot] = this.#count
    if (2 * this.#count >= this.#slots.length) this.#grow()
    return true
  }

  #find(hash: number, bytes: Uint8Array, from: number, to: number): number {
    const mask = this.#slots.length - 1
    let at = hash & mask
    for (;;) {
      const entry = this.#slots[at] ?? 0
      if (entry === 0 || (this.#hashes[entry - 1] === hash && this.#is(entry - 1, bytes, from, to)))
        return at
      at = (at + 1) & mask
    }
  }

  #is(entry: number, bytes: Uint8Array, from: number, to: number): boolean {
    const begin = entry === 0 ? 0 : (this.#ends[entry - 1] ?? 0)
    if ((this.#ends[entry] ?? 0) - begin !== to - from) return false
    for (let i = from; i < to; i += 1) if (bytes[i] !== this.#bytes[begin + i - from]) return false
    return true
  }

  #keep(hash: number, bytes: Uint8Array, from: number, to: number): void {
    const end = this.#used + to - from
    if (end > this.#bytes.length) {
      const longer = new Uint8Array(2 * end)
      longer.set(this.#bytes.subarray(0, this.#used))
      this.#bytes = longer
    }
    for (let i = from; i < to; i += 1) this.#bytes[this.#used + i - from] = bytes[i] ?? 0
    this.#hashes[this.#count] = hash
    this.#ends[this.#count] = end
    this.#used = end
    this.#count += 1
  }

  #grow(): void {
    const size = 2 * this.#slots.length
    this.#slots = new Uint32Array(size)
    this.#hashes = longer(this.#hashes, size >> 1)
    this.#ends = longer(this.#ends, size >> 1)
    const mask = size - 1
    for (let entry = 0; entry < this.#count; entry += 1) {
      let at = (this.#hashes[entry] ?? 0) & mask
      while (this.#slots[at] !== 0) at = (at + 1) & mask
      this.#slots[at] = entry + 1
    }
  }
}

function longer(old: Uint32Array, size: number): Uint32Array {
  const next = new Uint32Array(size)
  next.set(old)
  return next
}

/** Of the first and the last eight bytes: in those ids differ, and the bytes are compared anyway. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = Math.imul(to - from, 0x9e3779b1)
  const head = Math.min(from + 8, to)
  for (let i = from; i < head; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  for (let i = Math.max(head, to - 8); i < to; i += 1)
    hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return mix(hash)
}

/** Where the bytes of a text id begin. */
export const idBegin = (column: IdColumn, row: number): number =>
  row === 0 ? 0 : (column.end[row - 1] ?? 0)

/** Ids of a stretch of tape, to ask whether one is among them. */
export class IdSet {
  readonly #rising: Float64Array | null
  readonly #numbers: NumberSet | null
  readonly #texts: TextSet

  /** `ordered`: all are numbers that rise, so that the column itself can be searched. */
  constructor(ids: IdColumn, count: number, ordered: boolean) {
    this.#rising = ordered ? ids.number.subarray(0, count) : null
    this.#numbers = ordered ? null : new NumberSet(count)
    this.#texts = new TextSet(ordered ? 0 : count)
    if (ordered) return
    for (let row = 0; row < count; row += 1) {
      const value = ids.number[row] ?? Number.NaN
      if (Number.isNaN(value)) this.#texts.add(ids.bytes, idBegin(ids, row), ids.end[row] ?? 0)
      else this.#numbers?.add(value)
    }
  }

  hasNumber(value: number): boolean {
    if (this.#rising === null) return this.#numbers?.has(value) ?? false
    return foundIn(this.#rising, this.#rising.length, value)
  }

  hasText(bytes: Uint8Array, from: number, to: number): boolean {
    return this.#texts.has(bytes, from, to)
  }
}

/** Whether a value is among the first `count` of a rising column. */
function foundIn(rising: Float64Array, count: number, value: number): boolean {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low < count && rising[low] === value
}
