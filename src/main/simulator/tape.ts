import type { Fill } from './generator.ts'
import type { Listing } from './listings.ts'
import { MinuteBars } from './minute-bars.ts'

/** One match between one taker and one maker order. */
export interface Match {
  readonly id: bigint
  /** Number within the market: the listing's `firstSeq` and up by one. */
  readonly seq: bigint
  /** Price and quantity in steps of the listing. */
  readonly ticks: number
  readonly lots: number
  readonly buy: boolean
  /** Match time by the venue's clock, epoch microseconds. */
  readonly micros: number
  /** Number of the taker order, over all markets of the venue. */
  readonly order: number
  /** Counts up by one per (taker order, price): what aggregated channels join. */
  readonly group: number
}

/** How many matches of one market are kept for REST history: about 24 MB where a market is so busy. */
const KEPT = 524_288

/**
 * The market's history: what was streamed, so that REST answers agree with it. Columns double until
 * KEPT rows, then the oldest are overwritten.
 */
export class MarketTape {
  readonly listing: Listing
  readonly bars = new MinuteBars()
  #capacity = 1_024
  #kept: number
  #total = 0
  #group = 0
  #id = new BigInt64Array(this.#capacity)
  #ticks = new Float64Array(this.#capacity)
  #lots = new Float64Array(this.#capacity)
  #micros = new Float64Array(this.#capacity)
  #order = new Float64Array(this.#capacity)
  #groups = new Uint32Array(this.#capacity)
  #buy = new Uint8Array(this.#capacity)

  constructor(listing: Listing, kept = KEPT) {
    this.listing = listing
    this.#kept = kept
  }

  /** Numbers of the matches held: from `first` (inclusive) to `end` (exclusive). */
  get first(): number {
    return Math.max(0, this.#total - this.#kept)
  }
  get end(): number {
    return this.#total
  }

  /** Writes one order. `ids` gives one id per fill, larger than all before unless they have no order. */
  append(
    order: number,
    buy: boolean,
    micros: number,
    fills: readonly Fill[],
    ids: () => bigint,
  ): readonly Match[] {
    const matches: Match[] = []
    let price = -1
    for (const { ticks, lots } of fills) {
      if (ticks !== price) this.#group += 1
      price = ticks
      const seq = this.listing.firstSeq + BigInt(this.#total)
      const match = { id: ids(), seq, ticks, lots, buy, micros, order, group: this.#group }
      this.#write(match)
      this.bars.add(Math.floor(micros / 1_000), ticks, lots, buy)
      matches.push(match)
    }
    return matches
  }

  at(number: number): Match {
    const slot = number % this.#kept
    return {
      id: this.#id[slot] ?? 0n,
      seq: this.listing.firstSeq + BigInt(number),
      ticks: this.#ticks[slot] ?? 0,
      lots: this.#lots[slot] ?? 0,
      buy: this.#buy[slot] === 1,
      micros: this.#micros[slot] ?? 0,
      order: this.#order[slot] ?? 0,
      group: this.#groups[slot] ?? 0,
    }
  }

  last(): Match | undefined {
    return this.#total === 0 ? undefined : this.at(this.#total - 1)
  }

  /** Matches `from` to `to` (exclusive), oldest first; the range is cut to what is held. */
  slice(from: number, to: number): readonly Match[] {
    const matches: Match[] = []
    for (let at = Math.max(from, this.first); at < Math.min(to, this.#total); at++)
      matches.push(this.at(at))
    return matches
  }

  /** Number of the first match for which `reached` holds; it must hold for all after it. */
  search(reached: (match: Match) => boolean): number {
    let low = this.first
    let high = this.#total
    while (low < high) {
      const middle = (low + high) >>> 1
      if (reached(this.at(middle))) high = middle
      else low = middle + 1
    }
    return low
  }

  #write(match: Match): void {
    if (this.#total === this.#capacity && this.#capacity < this.#kept) this.#grow()
    const slot = this.#total % this.#kept
    this.#id[slot] = match.id
    this.#ticks[slot] = match.ticks
    this.#lots[slot] = match.lots
    this.#micros[slot] = match.micros
    this.#order[slot] = match.order
    this.#groups[slot] = match.group
    this.#buy[slot] = match.buy ? 1 : 0
    this.#total += 1
  }

  #grow(): void {
    this.#capacity = Math.min(this.#kept, this.#capacity * 2)
    const size = this.#capacity
    const wider = <T extends { set(from: T): void }>(next: T, old: T): T => {
      next.set(old)
      return next
    }
    this.#id = wider(new BigInt64Array(size), this.#id)
    this.#ticks = wider(new Float64Array(size), this.#ticks)
    this.#lots = wider(new Float64Array(size), this.#lots)
    this.#micros = wider(new Float64Array(size), this.#micros)
    this.#order = wider(new Float64Array(size), this.#order)
    this.#groups = wider(new Uint32Array(size), this.#groups)
    this.#buy = wider(new Uint8Array(size), this.#buy)
  }
}
