import type { MarketId } from '../../shared/domain/market.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { Source } from './source-heap.ts'
import type { TapeColumns } from './tape-columns.ts'
import { tradeAt } from './tape-rows.ts'

/** Goes over one market's tape trade by trade, a page in memory. */
export class MarketCursor implements Source {
  readonly #market: MarketId
  readonly #pages: Iterator<TapeColumns>
  #columns: TapeColumns | undefined
  #row = 0

  constructor(market: MarketId, pages: Iterator<TapeColumns>) {
    this.#market = market
    this.#pages = pages
    this.#turn()
  }

  get time(): number | undefined {
    return this.#columns?.exchangeTime[this.#row]
  }

  /** The trade under the cursor; undefined at the end. */
  get trade(): Trade | undefined {
    return this.#columns && tradeAt(this.#columns, this.#row, this.#market)
  }

  advance(): void {
    this.#row += 1
    if (this.#row >= (this.#columns?.count ?? 0)) this.#turn()
  }

  #turn(): void {
    const next = this.#pages.next()
    this.#columns = next.done === true ? undefined : next.value
    this.#row = 0
  }
}
