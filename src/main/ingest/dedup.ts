import { type IdColumn, idAt, idNumber } from '../../shared/domain/id-column.ts'
import { UuidSet } from './uuid-set.ts'

/** Ids of one market that are remembered: at least this many, at most twice as many. */
const GENERATION = 2_048

/**
 * Tells trades of one market that were seen before, whatever the socket they came by: after a
 * reconnect venues replay trades, and two sockets overlap during a handover. O(1) and bounded.
 *
 * An id is a duplicate only if it is remembered. One that is lower than the last but not remembered
 * came late or from a venue that started its ids anew, and is let through: losing it would be the
 * worse error, and the store refuses a second copy anyway.
 *
 * A number above all before it, which nearly every live id of most venues is, costs a comparison and
 * a place in a ring; UUIDs are compared as their 16 bytes; only other ids are made text.
 */
export class Dedup {
  readonly #rising = new RisingNumbers(GENERATION)
  #uuids: UuidSet | null = null
  #young = new Set<string>()
  #old = new Set<string>()

  /** True when the id was seen before, and is remembered. */
  has(id: string): boolean {
    const value = idNumber(id)
    if (value > this.#rising.highest) return false
    return this.#rising.has(value) || this.#remembers(id) || this.#uuids?.hasText(id) === true
  }

  /** The same for the id in a row of a column. */
  hasAt(ids: IdColumn, row: number): boolean {
    const value = ids.number[row] ?? Number.NaN
    if (value > this.#rising.highest) return false
    return this.#rising.has(value) || this.has(idAt(ids, row))
  }

  /** True when the id was seen before; remembers it otherwise. */
  seen(id: string): boolean {
    const value = idNumber(id)
    if (this.#rising.add(value)) return false
    if (this.#rising.has(value)) return true
    this.#uuids ??= new UuidSet(GENERATION)
    return this.#uuids.seenText(id) ?? this.#seenText(id)
  }

  /** The same for the id in a row of a column. */
  seenAt(ids: IdColumn, row: number): boolean {
    const value = ids.number[row] ?? Number.NaN
    if (this.#rising.add(value)) return false
    if (this.#rising.has(value)) return true
    this.#uuids ??= new UuidSet(GENERATION)
    return this.#uuids.seenAt(ids, row) ?? this.#seenText(idAt(ids, row))
  }

  #remembers(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id)
  }

  #seenText(id: string): boolean {
    if (this.#remembers(id)) return true
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(id)
    return false
  }
}

/** The last numbers of a sequence that rises: a ring that is sorted from its oldest entry on. */
class RisingNumbers {
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
    this.#ring[this.#count % GENERATION] = value
    this.#count += 1
    return true
  }

  has(value: number): boolean {
    if (!(value <= this.highest)) return false
    let low = Math.max(0, this.#count - GENERATION)
    let high = this.#count - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const found = this.#ring[middle % GENERATION] ?? Number.NaN
      if (found === value) return true
      if (found < value) low = middle + 1
      else high = middle - 1
    }
    return false
  }
}
