/** Ids of one market that are remembered: at least this many, at most twice as many. */
const GENERATION = 2_048

/**
 * Tells trades of one market that were seen before, whatever the socket they came by: after a
 * reconnect venues replay trades, and two sockets overlap during a handover. O(1) and bounded.
 *
 * An id is a duplicate only if it is remembered. One that is lower than the last but not remembered
 * came late or from a venue that started its ids anew, and is let through: losing it would be the
 * worse error, and the store refuses a second copy anyway.
 */
export class Dedup {
  /** The highest id so far. One above it cannot have been seen, which saves most look-ups. */
  #highest = ''
  #young = new Set<string>()
  #old = new Set<string>()

  /** True when the id was seen before, and is remembered. */
  has(id: string): boolean {
    return !above(id, this.#highest) && (this.#young.has(id) || this.#old.has(id))
  }

  /** True when the id was seen before; remembers it otherwise. */
  seen(id: string): boolean {
    if (above(id, this.#highest)) this.#highest = id
    else if (this.#young.has(id) || this.#old.has(id)) return true
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young
      this.#young = new Set()
    }
    this.#young.add(id)
    return false
  }
}

/**
 * Orders whole numbers written without leading zeros, of any length (Bybit's have 19 digits). For
 * opaque ids it is an order like any other, which is all that is needed.
 */
function above(id: string, other: string): boolean {
  return id.length === other.length ? id > other : id.length > other.length
}
