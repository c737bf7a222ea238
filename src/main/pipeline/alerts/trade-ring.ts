import { BLOCK_ROWS, PAGE_ROWS, TradePage } from './trade-page.ts'

const ROW = PAGE_ROWS - 1
const BLOCK = BLOCK_ROWS - 1
const PAGE_SHIFT = Math.log2(PAGE_ROWS)
const BLOCK_SHIFT = Math.log2(BLOCK_ROWS)
/**
 * Pages without rows that are kept for the next rows: some, and of a large ring a part, since it gives back many at once. A
 * page made anew costs 90 µs.
 */
const SPARE_PAGES = 4
const SPARE_PARTS = 8

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
 * The newest trades of a market, as many as the longest window needs, in pages that are used again: while the market goes
 * on as it did no memory is asked for. Rows are numbered from the first that was ever pushed; `tail` is the oldest
 * that is kept, `head` the next.
 */
export class TradeRing {
  head = 0
  tail = 0
  /** The page that takes the next row, unless it is full (`isFull`). */
  open = new TradePage()
  private pages: TradePage[] = [this.open]
  /** The first row of the first page. */
  private base = 0
  private readonly spare: TradePage[] = []

  /**
   * @param time market time, which never goes back
   * @param steps quantity in whole 10^-8 (`inSteps`)
   */
  push(time: number, price: number, steps: number, side: number): void {
    if (this.isFull) this.makeRoom(this.tail)
    const { open } = this
    const at = this.head & ROW
    open.time[at] = time
    open.price[at] = price
    open.steps[at] = steps
    open.side[at] = side
    this.advance(1)
  }

  /** So many rows were written to the open page, behind those that are in it; not beyond the end of a block. */
  advance(rows: number): void {
    this.head += rows
    if ((this.head & BLOCK) === 0) this.open.close(((this.head - 1) & ROW) >> BLOCK_SHIFT)
  }

  /** Where the next row goes in the open page. */
  get place(): number {
    return this.head & ROW
  }

  /** How many rows may be written before the next `advance`. */
  get room(): number {
    return BLOCK_ROWS - (this.head & BLOCK)
  }

  /** Whether there must be room made (`makeRoom`) before the next row. */
  get isFull(): boolean {
    return this.head - this.base === this.pages.length * PAGE_ROWS
  }

  timeAt(row: number): number {
    return this.pageOf(row).time[row & ROW] as number
  }

  priceAt(row: number): number {
    return this.pageOf(row).price[row & ROW] as number
  }

  stepsAt(row: number): number {
    return this.pageOf(row).steps[row & ROW] as number
  }

  /** 0 buy, 1 sell. */
  sideAt(row: number): number {
    return this.pageOf(row).side[row & ROW] as number
  }

  /** The page of a row that is kept; its place in it is `row % PAGE_ROWS`. */
  pageOf(row: number): TradePage {
    return this.pages[(row - this.base) >> PAGE_SHIFT] as TradePage
  }

  /** The first row of [from, to) at this time (whole ms) or after it; `to` when there is none. */
  since(from: number, to: number, time: number): number {
    let low = from
    let high = to
    // Mostly it is near: by blocks up to it, then by halves.
    for (let next = low + BLOCK_ROWS; next < to; next += BLOCK_ROWS) {
      if (this.timeAt(next - 1) >= time) {
        high = next - 1
        break
      }
      low = next
    }
    while (low < high) {
      const middle = low + ((high - low) >> 1)
      if (this.timeAt(middle) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Forgets rows before `oldest`, as far as they are whole pages, and has room for the next row. */
  makeRoom(oldest: number): void {
    this.tail = Math.max(this.tail, Math.min(oldest, this.head))
    const whole = Math.min((this.tail - this.base) >> PAGE_SHIFT, this.pages.length)
    if (whole > 0) {
      const idle = this.pages.splice(0, whole)
      this.base += whole * PAGE_ROWS
      const most = Math.max(SPARE_PAGES, Math.ceil(this.pages.length / SPARE_PARTS))
      for (const page of idle) if (this.spare.length < most) this.spare.push(page)
    }
    if (!this.isFull) return
    this.open = this.spare.pop() ?? new TradePage()
    this.pages.push(this.open)
  }

  /** The rows that are kept, oldest first, as they lie in the pages: to be read before the next row comes. */
  parts(): readonly RingColumns[] {
    const parts: RingColumns[] = []
    for (let row = this.tail; row < this.head; ) {
      const { time, price, steps, side } = this.pageOf(row)
      const from = row & ROW
      const to = Math.min(PAGE_ROWS, from + this.head - row)
      parts.push({
        time: time.subarray(from, to),
        price: price.subarray(from, to),
        steps: steps.subarray(from, to),
        side: side.subarray(from, to),
      })
      row += to - from
    }
    return parts
  }

  /** Begins anew with these rows, which are numbered from 0. */
  restore(rows: RingColumns): void {
    this.head = 0
    this.tail = 0
    this.base = 0
    this.pages = [this.open]
    for (let i = 0; i < rows.time.length; i += 1)
      this.push(
        rows.time[i] as number,
        rows.price[i] as number,
        rows.steps[i] as number,
        rows.side[i] as number,
      )
  }
}
