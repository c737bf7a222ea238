const FIRST_CAPACITY = 1_024

/** Rows as they are saved: columns of one length. */
export interface RingColumns {
  /** Market time, ms. */
  readonly time: Float64Array
  readonly price: Float64Array
  /** Quantities in whole 10^-8. */
  readonly steps: Float64Array
  readonly side: Uint8Array
}

/**
 * The newest trades of a market, as many as the longest window needs. Rows are numbered from the
 * first that was ever pushed; `tail` is the oldest that is kept, `head` the next.
 */
export class TradeRing {
  time = new Float64Array(FIRST_CAPACITY)
  price = new Float64Array(FIRST_CAPACITY)
  steps = new Float64Array(FIRST_CAPACITY)
  side = new Uint8Array(FIRST_CAPACITY)
  mask = FIRST_CAPACITY - 1
  head = 0
  tail = 0

  /**
   * @param time market time, which never goes back
   * @param steps quantity in whole 10^-8 (`inSteps`)
   */
  push(time: number, price: number, steps: number, side: number): void {
    const at = this.head & this.mask
    this.time[at] = time
    this.price[at] = price
    this.steps[at] = steps
    this.side[at] = side
    this.head += 1
  }

  /** Where the newest row stands in the columns. */
  get newest(): number {
    return (this.head - 1) & this.mask
  }

  get isFull(): boolean {
    return this.head - this.tail > this.mask
  }

  /** Drops rows before `oldest`; doubles the room when that frees less than half. */
  makeRoom(oldest: number): void {
    this.tail = Math.max(this.tail, Math.min(oldest, this.head))
    if (this.head - this.tail > this.mask >> 1) this.resize((this.mask + 1) * 2)
  }

  /** The rows that are kept, oldest first. */
  columns(): RingColumns {
    const size = this.head - this.tail
    const kept = empty(size)
    const from = this.tail & this.mask
    // They lie in one piece, or at the end and then at the beginning.
    const first = Math.min(size, this.mask + 1 - from)
    for (const name of ['time', 'price', 'steps', 'side'] as const) {
      kept[name].set(this[name].subarray(from, from + first))
      kept[name].set(this[name].subarray(0, size - first), first)
    }
    return kept
  }

  /** Begins anew with these rows, which are numbered from 0. */
  restore(rows: RingColumns): void {
    this.tail = 0
    this.head = 0
    this.resize(roomFor(rows.time.length + 1))
    for (let i = 0; i < rows.time.length; i += 1)
      this.push(
        rows.time[i] as number,
        rows.price[i] as number,
        rows.steps[i] as number,
        rows.side[i] as number,
      )
  }

  private resize(capacity: number): void {
    const kept = this.columns()
    const { tail } = this
    Object.assign(this, empty(capacity))
    this.mask = capacity - 1
    const size = kept.time.length
    const to = tail & this.mask
    const first = Math.min(size, capacity - to)
    for (const name of ['time', 'price', 'steps', 'side'] as const) {
      this[name].set(kept[name].subarray(0, first), to)
      this[name].set(kept[name].subarray(first), 0)
    }
  }
}

const empty = (size: number) => ({
  time: new Float64Array(size),
  price: new Float64Array(size),
  steps: new Float64Array(size),
  side: new Uint8Array(size),
})

const roomFor = (rows: number): number => {
  let capacity = FIRST_CAPACITY
  while (capacity < rows) capacity *= 2
  return capacity
}
