import type { IdColumn } from '../../shared/domain/id-column.ts'

/** The last numbers of a sequence that rises: a ring that is sorted from its oldest entry on. */
export class RisingNumbers {
  highest = -1
  readonly #ring: Float64Array
  /** How many were ever added. */
  #count = 0

  constructor(size: number) {
    this.#ring = new Float64Array(size)
  }

  /** Remembers a number above all before; false for any other (and for NaN). */
  add(value: number): boolean {
    if (!(value > this.highest)) return false
    this.highest = value
    this.#ring[this.#count % this.#ring.length] = value
    this.#count += 1
    return true
  }

  has(value: number): boolean {
    if (!(value <= this.highest)) return false
    const size = this.#ring.length
    let low = Math.max(0, this.#count - size)
    let high = this.#count - 1
    while (low <= high) {
      const middle = Math.floor((low + high) / 2)
      const found = this.#ring[middle % size] ?? Number.NaN
      if (found === value) return true
      if (found < value) low = middle + 1
      else high = middle - 1
    }
    return false
  }
}

/** Bytes of the longest id that is kept here. */
const SLOT = 40

/**
 * The same for ids that are text, longer ones above shorter ones: which is the order of whole numbers of any
 * length (Bybit's have 19 digits), and for other ids an order like any other.
 */
export class RisingTexts {
  readonly #size: number
  readonly #bytes: Uint8Array
  readonly #lengths: Uint8Array
  #count = 0

  constructor(size: number) {
    this.#size = size
    this.#bytes = new Uint8Array(SLOT * size)
    this.#lengths = new Uint8Array(size)
  }

  /** Remembers an id above all before; false for any other, and for one that is too long. */
  add(ids: IdColumn, row: number): boolean {
    const from = row === 0 ? 0 : (ids.end[row - 1] ?? 0)
    const to = ids.end[row] ?? 0
    if (to - from > SLOT) return false
    if (this.#count > 0 && this.#compare((this.#count - 1) % this.#size, ids, from, to) >= 0)
      return false
    const slot = this.#count % this.#size
    this.#lengths[slot] = to - from
    for (let at = from, put = slot * SLOT; at < to; at += 1, put += 1)
      this.#bytes[put] = ids.bytes[at] ?? 0
    this.#count += 1
    return true
  }

  has(ids: IdColumn, row: number): boolean {
    if (ids.end.length === 0 || !Number.isNaN(ids.number[row] ?? 0)) return false
    const from = row === 0 ? 0 : (ids.end[row - 1] ?? 0)
    const to = ids.end[row] ?? 0
    let low = Math.max(0, this.#count - this.#size)
    let high = this.#count - 1
    while (low <= high) {
      const middle = Math.floor((low + high) / 2)
      const order = this.#compare(middle % this.#size, ids, from, to)
      if (order === 0) return true
      if (order < 0) low = middle + 1
      else high = middle - 1
    }
    return false
  }

  /** Below zero: the id in the slot comes before that of the bytes. */
  #compare(slot: number, { bytes }: IdColumn, from: number, to: number): number {
    const length = this.#lengths[slot] ?? 0
    if (length !== to - from) return length - (to - from)
    for (let at = from, mine = slot * SLOT; at < to; at += 1, mine += 1) {
      const order = (this.#bytes[mine] ?? 0) - (bytes[at] ?? 0)
      if (order !== 0) return order
    }
    return 0
  }
}
