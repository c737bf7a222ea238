import { IdBuilder, type IdColumn, idAt } from '../../shared/domain/id-column.ts'
import { RisingNumbers, RisingTexts } from './rising-ids.ts'
import { UuidSet } from './uuid-set.ts'

/** Ids of one market that are remembered: at least this many of each kind, at most twice as many. */
const GENERATION = 2_048

/**
 * Tells trades of one market that were seen before, whatever the socket they came by: after a
 * reconnect venues replay trades, and two sockets overlap during a handover. O(1) and bounded.
 *
 * An id is a duplicate only if it is remembered. One that is lower than the last but not remembered
 * came late or from a venue that started its ids anew, and is let through: losing it would be the
 * worse error, and the store refuses a second copy anyway.
 *
 * An id above all before it, which nearly every live id of most venues is, costs a comparison and a
 * place in a ring; UUIDs are compared as their 16 bytes; only others are made text.
 */
export class Dedup {
  readonly #numbers = new RisingNumbers(GENERATION)
  #texts: RisingTexts | null = null
  #uuids: UuidSet | null = null
  #young = new Set<string>()
  #old = new Set<string>()
  /** An id that came as text, as a column. */
  readonly #one = new IdBuilder(1)

  /** True when the id was seen before, and is remembered. */
  has(id: string): boolean {
    return this.hasAt(this.#column(id), 0)
  }

  /** True when the id was seen before; remembers it otherwise. */
  seen(id: string): boolean {
    return this.seenAt(this.#column(id), 0)
  }

  /** `has` for the id in a row of a column. */
  hasAt(ids: IdColumn, row: number): boolean {
    const value = ids.number[row] ?? Number.NaN
    if (value > this.#numbers.highest) return false
    if (this.#numbers.has(value) || this.#texts?.has(ids, row) === true) return true
    return this.#uuids?.hasAt(ids, row) === true || this.#remembers(idAt(ids, row))
  }

  /** `seen` for the id in a row of a column. */
  seenAt(ids: IdColumn, row: number): boolean {
    const value = ids.number[row] ?? Number.NaN
    if (this.#numbers.add(value)) return false
    return Number.isNaN(value) ? this.#textSeen(ids, row) : this.#lowSeen(ids, row, value)
  }

  #textSeen(ids: IdColumn, row: number): boolean {
    this.#texts ??= new RisingTexts(GENERATION)
    this.#uuids ??= new UuidSet(GENERATION)
    // Not above the others, but new: remembered beside them, so that it is looked for there first.
    const uuid = this.#uuids.hasAt(ids, row)
    if (uuid === true) return true
    if (this.#texts.add(ids, row)) return false
    if (this.#texts.has(ids, row)) return true
    return uuid === false ? this.#uuids.seenAt(ids, row) === true : this.#setSeen(idAt(ids, row))
  }

  #lowSeen(ids: IdColumn, row: number, value: number): boolean {
    return this.#numbers.has(value) || this.#setSeen(idAt(ids, row))
  }

  #setSeen(id: string): boolean {
    if (this.#remembers(id)) return true
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(id)
    return false
  }

  #remembers(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id)
  }

  #column(id: string): IdColumn {
    this.#one.clear()
    this.#one.set(0, id)
    return this.#one
  }
}
