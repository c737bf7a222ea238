import type { RestTrade } from '../venues/venue.ts'
import { Dedup } from './dedup.ts'
import type { Hole } from './feed.ts'
import { byAge, type HoleFilter, holeFilter, type Ids, seqOf } from './hole-filter.ts'

/**
 * Goes through the pages of a back-fill: which of their trades lie in the hole, and whether they were
 * seen to reach from its one end to the other. Pages may come newest first or oldest first. Pure.
 */
export class HoleWalk {
  readonly #ids: Ids
  readonly #filter: HoleFilter
  readonly #dedup = new Dedup()
  /** Matches that the hole held, where sequence numbers tell; null where they do not. */
  readonly #expected: number | null
  #covered = 0
  #direction: 'older' | 'newer' | null = null
  #lastNewest: RestTrade | null = null
  #ended = false
  #reachedAfter = false
  #reachedBefore = false
  /** The rows of one answer reached both ends. */
  #spansBoth = false

  constructor({ after, before }: Hole, ids: Ids) {
    this.#ids = ids
    this.#filter = holeFilter(after, before, ids)
    const both = after.seq !== undefined && before.seq !== undefined
    this.#expected = both ? before.seq - after.seq - 1 : null
  }

  get reachedAfter(): boolean {
    return this.#reachedAfter
  }

  /** The trades of a page that lie in the hole and did not come before, oldest first. */
  page(trades: readonly RestTrade[], last: boolean): readonly RestTrade[] {
    const sorted = trades.toSorted(byAge(this.#ids))
    const [oldest, newest] = [sorted[0], sorted.at(-1)]
    if (last) this.#ended = true
    if (oldest === undefined || newest === undefined) return []
    const after = sorted.some(this.#filter.reachesAfter)
    const before = sorted.some(this.#filter.reachesBefore)
    if (after && before) this.#spansBoth = true
    this.#reachedAfter ||= after
    this.#reachedBefore ||= before
    if (this.#lastNewest !== null) {
      const older = byAge(this.#ids)(newest, this.#lastNewest) < 0
      this.#direction ??= older ? 'older' : 'newer'
    }
    this.#lastNewest = newest
    const found = sorted.filter(
      (trade) => this.#filter.within(trade) && !this.#dedup.seen(trade.id),
    )
    for (const trade of found)
      if (seqOf(trade, this.#ids) !== undefined) this.#covered += trade.matches ?? 1
    return found
  }

  /** No further page can bring anything that is wanted. */
  get isDone(): boolean {
    return this.#ended || this.isThrough || this.isWhole
  }

  /** The rows go from one end beyond the other: there is nothing else between. */
  get isThrough(): boolean {
    return this.#spansBoth || this.#reachedFar
  }

  /** See `Refill.whole`. */
  get isWhole(): boolean {
    if (this.#expected !== null) return this.#covered >= this.#expected
    // A venue that says that there is no more is believed if it showed one of the ends.
    const exhausted = this.#ended && (this.#reachedAfter || this.#reachedBefore)
    return this.isThrough || exhausted
  }

  /** The walk went from one end beyond the other. */
  get #reachedFar(): boolean {
    if (this.#direction === null) return false
    return this.#direction === 'older' ? this.#reachedAfter : this.#reachedBefore
  }
}
