const FIRST_CAPACITY = 512

/**
 * Trades of one market as the doubles that folds compute with, row i one trade, in the order in which they
 * count. Written anew for each chunk; the columns are public and may be replaced by longer ones in `add`.
 */
export class TradeRows {
  count = 0
  /** Match time, epoch milliseconds. */
  time = new Float64Array(FIRST_CAPACITY)
  price = new Float64Array(FIRST_CAPACITY)
  /** Base units. */
  qty = new Float64Array(FIRST_CAPACITY)
  /** Taker side: 0 buy, 1 sell. */
  side = new Uint8Array(FIRST_CAPACITY)

  add(time: number, price: number, qty: number, side: number): void {
    const at = this.count
    if (at === this.time.length) this.#grow()
    this.time[at] = time
    this.price[at] = price
    this.qty[at] = qty
    this.side[at] = side
    this.count = at + 1
  }

  clear(): void {
    this.count = 0
  }

  #grow(): void {
    const capacity = 2 * this.time.length
    const { time, price, qty, side } = this
    this.time = new Float64Array(capacity)
    this.price = new Float64Array(capacity)
    this.qty = new Float64Array(capacity)
    this.side = new Uint8Array(capacity)
    this.time.set(time)
    this.price.set(price)
    this.qty.set(qty)
    this.side.set(side)
  }
}
