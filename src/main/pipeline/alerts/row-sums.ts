import { EXACT } from './exact-sum.ts'
import { BLOCK_ROWS, PAGE_ROWS, worthOf } from './trade-page.ts'
import type { TradeRing } from './trade-ring.ts'

/** What rows of a ring come to, exactly; NaN where doubles cannot hold it exactly. */
export class RowSums {
  /** Steps. */
  volume = 0
  /** Bought minus sold, steps. */
  net = 0
  /** Of whole worths (`worthOf`). */
  worth = 0

  /** Of the rows [from, to); their worth, which is rounded row by row, only where it is asked for. */
  take(ring: TradeRing, from: number, to: number, needsWorth: boolean): void {
    let volume = 0
    let net = 0
    let worth = 0
    for (let row = from; row < to; ) {
      const page = ring.pageOf(row)
      let at = row % PAGE_ROWS
      if (at % BLOCK_ROWS === 0 && row + BLOCK_ROWS <= to) {
        const block = at / BLOCK_ROWS
        volume += page.volume[block] as number
        net += page.net[block] as number
        worth += page.worth[block] as number
        row += BLOCK_ROWS
        continue
      }
      const { price, steps, side } = page
      const end = Math.min(to, row + BLOCK_ROWS - (at % BLOCK_ROWS))
      if (needsWorth)
        for (let i = at, rest = end - row; rest > 0; i += 1, rest -= 1)
          worth += worthOf(price[i] as number, steps[i] as number)
      for (; row < end; row += 1) {
        const size = steps[at] as number
        volume += size
        net += size * (1 - 2 * (side[at] as number))
        at += 1
      }
    }
    this.volume = volume < EXACT ? volume : Number.NaN
    this.net = volume < EXACT ? net : Number.NaN
    this.worth = worth < EXACT ? worth : Number.NaN
  }
}
