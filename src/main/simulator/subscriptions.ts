import type { Connection } from './connection.ts'
import type { Listing } from './listings.ts'

/** Who listens to which channel of which market. */
export class Subscriptions {
  readonly #topics = new Map<string, Set<Connection>[]>()
  readonly #counts = new Map<Connection, number>()
  #onFirst: (() => void) | null = null

  /** Runs `listener` once, when anybody subscribes to anything. */
  whenFirst(listener: () => void): void {
    this.#onFirst = listener
  }

  add(channel: string, listing: Listing, connection: Connection): void {
    const set = this.of(channel, listing)
    if (set.has(connection)) return
    set.add(connection)
    this.#counts.set(connection, (this.#counts.get(connection) ?? 0) + 1)
    const first = this.#onFirst
    this.#onFirst = null
    first?.()
  }

  remove(channel: string, listing: Listing, connection: Connection): void {
    if (!this.of(channel, listing).delete(connection)) return
    const left = (this.#counts.get(connection) ?? 1) - 1
    if (left === 0) this.#counts.delete(connection)
    else this.#counts.set(connection, left)
  }

  has(channel: string, listing: Listing, connection: Connection): boolean {
    return this.of(channel, listing).has(connection)
  }

  /** How many subscriptions a connection has. */
  count(connection: Connection): number {
    return this.#counts.get(connection) ?? 0
  }

  forget(connection: Connection): void {
    for (const sets of this.#topics.values()) for (const set of sets) set?.delete(connection)
    this.#counts.delete(connection)
  }

  /** Connections with at least one subscription. */
  get connections(): Iterable<Connection> {
    return this.#counts.keys()
  }

  of(channel: string, listing: Listing): Set<Connection> {
    let sets = this.#topics.get(channel)
    if (sets === undefined) {
      sets = []
      this.#topics.set(channel, sets)
    }
    let set = sets[listing.index]
    if (set === undefined) {
      set = new Set()
      sets[listing.index] = set
    }
    return set
  }
}
