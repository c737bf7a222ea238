import type { IdColumn } from '../../shared/domain/id-column.ts'

const LENGTH = 36
const DASH = 45
/** Value of a lower-case hexadecimal digit by its code; −1 for any other byte. */
const NIBBLE = new Int8Array(256).fill(-1)
for (const [value, digit] of [...'0123456789abcdef'].entries()) NIBBLE[digit.charCodeAt(0)] = value

/**
 * The last UUIDs that were seen, as four words each in two open-addressed tables: one that fills, and the
 * one that was filled before. Exact: all 128 bits are compared.
 */
export class UuidSet {
  readonly #most: number
  readonly #mask: number
  #young: Uint32Array
  #old: Uint32Array
  #size = 0
  /** The UUID being looked up. */
  readonly #words = new Uint32Array(4)

  /** Remembers at least the last `most`, at most twice as many. */
  constructor(most: number) {
    this.#most = most
    let slots = 8
    while (slots < 2 * most) slots *= 2
    this.#mask = slots - 1
    this.#young = new Uint32Array(4 * slots)
    this.#old = new Uint32Array(4 * slots)
  }

  /** True when it was seen before, and remembered otherwise; undefined when it is no lower-case UUID. */
  seenAt(ids: IdColumn, row: number): boolean | undefined {
    const from = row === 0 ? 0 : (ids.end[row - 1] ?? 0)
    return this.#read(ids.bytes, from, ids.end[row] ?? 0) ? this.#seen() : undefined
  }

  /** True when it is remembered; undefined when it is no lower-case UUID. */
  hasAt(ids: IdColumn, row: number): boolean | undefined {
    const from = row === 0 ? 0 : (ids.end[row - 1] ?? 0)
    return this.#read(ids.bytes, from, ids.end[row] ?? 0) ? this.#remembers() : undefined
  }

  #read(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from !== LENGTH) return false
    if (bytes[from + 8] !== DASH || bytes[from + 13] !== DASH) return false
    if (bytes[from + 18] !== DASH || bytes[from + 23] !== DASH) return false
    let nibbles = 0
    let word = 0
    for (let at = from; at < to; at += 1) {
      const code = bytes[at] ?? 0
      if (code === DASH) continue
      const nibble = NIBBLE[code] ?? -1
      if (nibble < 0) return false
      word = (word << 4) | nibble
      nibbles += 1
      if ((nibbles & 7) === 0) this.#words[(nibbles >> 3) - 1] = word
    }
    // The UUID of zeros stands for an empty place; a dash too many leaves digits over.
    return nibbles === 32 && holds(this.#words, 0)
  }

  #seen(): boolean {
    if (this.#remembers()) return true
    if (this.#size >= this.#most) {
      const emptied = this.#old
      this.#old = this.#young
      this.#young = emptied.fill(0)
      this.#size = 0
    }
    this.#young.set(this.#words, this.#find(this.#young))
    this.#size += 1
    return false
  }

  #remembers(): boolean {
    return holds(this.#young, this.#find(this.#young)) || holds(this.#old, this.#find(this.#old))
  }

  /** Where the words are in the table, or the empty place where they belong. */
  #find(table: Uint32Array): number {
    const words = this.#words
    const [a, b, c, d] = [words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0]
    // Random bits already: one word is hash enough, of time-ordered UUIDs the last.
    for (let slot = (d ^ b) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = 4 * slot
      if (!holds(table, at)) return at
      if (table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d)
        return at
    }
  }
}

const holds = (table: Uint32Array, at: number): boolean =>
  ((table[at] ?? 0) | (table[at + 1] ?? 0) | (table[at + 2] ?? 0) | (table[at + 3] ?? 0)) !== 0
