import { EXACT } from './exact-sum.ts'

/** Rows of a page, and those of a block: powers of two. */
export const PAGE_ROWS = 1_024
export const BLOCK_ROWS = 64
const BLOCKS = PAGE_ROWS / BLOCK_ROWS
const DOUBLE = 8

/**
 * Consecutive trades of a market, a column a field, and what whole blocks of them come to: a window that takes in or drops
 * a block reads five numbers instead of 64 rows. One piece of memory, so that it comes and goes as one.
 */
export class TradePage {
  /** Market time, ms. */
  readonly time: Float64Array
  readonly price: Float64Array
  /** Quantities in whole 10^-8. */
  readonly steps: Float64Array
  /** 0 buy, 1 sell. */
  readonly side: Uint8Array
  /** Of each block that is whole: least and greatest price. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** Sums of steps, of those bought minus those sold, and of worths; NaN where they are not exact. */
  readonly volume: Float64Array
  readonly net: Float64Array
  readonly worth: Float64Array

  constructor() {
    const doubles = 3 * PAGE_ROWS + 5 * BLOCKS
    const memory = new ArrayBuffer(doubles * DOUBLE + PAGE_ROWS)
    let at = 0
    const column = (length: number): Float64Array => {
      const made = new Float64Array(memory, at, length)
      at += length * DOUBLE
      return made
    }
    this.time = column(PAGE_ROWS)
    this.price = column(PAGE_ROWS)
    this.steps = column(PAGE_ROWS)
    this.low = column(BLOCKS)
    this.high = column(BLOCKS)
    this.volume = column(BLOCKS)
    this.net = column(BLOCKS)
    this.worth = column(BLOCKS)
    this.side = new Uint8Array(memory, at, PAGE_ROWS)
  }

  /** All rows of a block are there. */
  close(block: number): void {
    const { price, steps, side } = this
    const from = block * BLOCK_ROWS
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    let volume = 0
    let net = 0
    let worth = 0
    for (let i = from; i < from + BLOCK_ROWS; i += 1) {
      const p = price[i] as number
      const size = steps[i] as number
      // A price that is not known lies between no two: the block then has no stretch either.
      if (!(p >= low)) low = p
      if (!(p <= high)) high = p
      volume += size
      // Multiplied rather than asked for the side, which no processor can guess.
      net += size * (1 - 2 * (side[i] as number))
      worth += worthOf(p, size)
    }
    this.low[block] = low
    this.high[block] = high
    this.volume[block] = volume < EXACT ? volume : Number.NaN
    this.net[block] = volume < EXACT ? net : Number.NaN
    this.worth[block] = worth < EXACT ? worth : Number.NaN
  }
}

/** What was paid, in whole steps: of a price and steps. */
export const worthOf = (price: number, steps: number): number => Math.round(price * steps)
