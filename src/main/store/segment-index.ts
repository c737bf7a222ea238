/** What is known of a sealed segment without opening it. */
export interface SegmentEntry {
  /** Row in the table `segment`. */
  readonly id: number
  /** Match times of its first and last trade, epoch ms. */
  readonly from: number
  readonly to: number
  readonly trades: number
  /** Least and greatest of its ids that are numbers; null when none is. */
  readonly firstId: number | null
  readonly lastId: number | null
  readonly ordered: IdOrder
  /** Of its blob. */
  readonly bytes: number
}

/** Whether ids are numbers that rise along a segment: not, all of them, or most of them. */
export type IdOrder = 0 | 1 | 2
export const SCATTERED: IdOrder = 0
export const RISING: IdOrder = 1
export const MOSTLY_RISING: IdOrder = 2

/**
 * The sealed segments of one market, in order of time. They never overlap: no two of them have a trade
 * of the same millisecond.
 */
export class SegmentIndex {
  #entries: readonly SegmentEntry[]
  /** Greatest id of the segments with order up to and with this one, least of those from it on. */
  #greatest = new Float64Array(0)
  #least = new Float64Array(0)
  #greatestId = -1
  #bytes = 0

  constructor(entries: readonly SegmentEntry[]) {
    this.#entries = entries
    this.#span()
  }

  get entries(): readonly SegmentEntry[] {
    return this.#entries
  }

  /** Of all blobs together. */
  get bytes(): number {
    return this.#bytes
  }

  /** Match time of the newest sealed trade; -Infinity when there is none. */
  get reach(): number {
    return this.#entries.at(-1)?.to ?? Number.NEGATIVE_INFINITY
  }

  /** The greatest sealed id that is a number; -1 when there is none. */
  get greatestId(): number {
    return this.#greatestId
  }

  /** Place of the first segment that ends at `time` or later. */
  firstEnding(time: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.to ?? 0) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Segments with match times in [from, to]. */
  *overlapping(from: number, to: number): IterableIterator<SegmentEntry> {
    if (to < from) return
    for (let at = this.firstEnding(from); at < this.#entries.length; at += 1) {
      const entry = this.#entries[at]
      if (entry === undefined || entry.from > to) return
      yield entry
    }
  }

  /**
   * Segments that may hold a number id: where ids rise with time one or two, whatever the match time; where
   * they do not, those with match times in [from, to].
   */
  *mayHold(id: number, from: number, to: number): IterableIterator<SegmentEntry> {
    const high = firstAtLeast(this.#least, id + 1)
    for (let at = firstAtLeast(this.#greatest, id); at < high; at += 1) {
      const entry = this.#entries[at]
      if (entry !== undefined && entry.ordered !== SCATTERED && holds(entry, id)) yield entry
    }
    for (const entry of this.overlapping(from, to))
      if (entry.ordered === SCATTERED && holds(entry, id)) yield entry
  }

  /** `gone` (ids) make way for `made`. */
  replace(gone: ReadonlySet<number>, made: readonly SegmentEntry[]): void {
    const kept = gone.size === 0 ? this.#entries : this.#entries.filter(({ id }) => !gone.has(id))
    this.#entries = [...kept, ...made].sort((a, b) => a.from - b.from)
    this.#span()
  }

  #span(): void {
    const { length } = this.#entries
    this.#greatest = new Float64Array(length)
    this.#least = new Float64Array(length)
    let greatest = -1
    let least = Number.POSITIVE_INFINITY
    this.#greatestId = -1
    this.#bytes = 0
    for (let i = 0; i < length; i += 1) {
      const [entry, back] = [this.#entries[i], this.#entries[length - 1 - i]]
      this.#bytes += entry?.bytes ?? 0
      this.#greatestId = Math.max(this.#greatestId, entry?.lastId ?? -1)
      if (entry?.ordered !== SCATTERED) greatest = Math.max(greatest, entry?.lastId ?? -1)
      if (back?.ordered !== SCATTERED)
        least = Math.min(least, back?.firstId ?? Number.POSITIVE_INFINITY)
      this.#greatest[i] = greatest
      this.#least[length - 1 - i] = least
    }
  }
}

const holds = ({ firstId, lastId }: SegmentEntry, id: number): boolean =>
  firstId !== null && lastId !== null && firstId <= id && id <= lastId

/** Place of the first of rising values that is at least `value`. */
function firstAtLeast(rising: Float64Array, value: number): number {
  let [low, high] = [0, rising.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rising[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}
