import {
  type Candle,
  foldTrade,
  type OpenCandle,
  openCandle,
  RESOLUTIONS,
} from '../../shared/domain/candle.ts'
import { doubleAt } from '../../shared/domain/decimal-column.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { ORIGINS } from '../../shared/domain/trade.ts'
import type { TapeColumns } from './tape-columns.ts'

const MINUTE = RESOLUTIONS['1m']
const SNAPSHOT = ORIGINS.indexOf('snapshot')

/**
 * Folds trades of one market, a page after the other in the order of the tape, into bars of `size` ms, which
 * divides a minute; `inverse` markets count quote units. Replayed history that fills nothing is left out: it may
 * be any part of a bar.
 */
export function foldPage(
  columns: TapeColumns,
  { size, inverse }: { readonly size: number; readonly inverse: boolean },
  bars: OpenCandle[],
): void {
  const { exchangeTime, origin, side, price: prices, qty: quantities } = columns
  let bar = bars.at(-1)
  for (let row = 0; row < columns.count; row += 1) {
    if (origin[row] === SNAPSHOT) continue
    const price = doubleAt(prices, row)
    const qty = inverse ? doubleAt(quantities, row) / price : doubleAt(quantities, row)
    if (!Number.isFinite(price) || !Number.isFinite(qty)) continue
    const time = exchangeTime[row] ?? 0
    const buy = side[row] === 0
    if (bar !== undefined && time < bar.openTime + size) foldTrade(bar, time, price, qty, buy)
    else {
      bar = openCandle(size, time, price, qty, buy)
      bars.push(bar)
    }
  }
}

/** Folded bars as candles; those of minutes in `partial` may be incomplete. */
export const secondCandles = (
  bars: readonly OpenCandle[],
  partial: ReadonlySet<number>,
): Candle[] =>
  bars.map(({ firstTime: _first, lastTime: _last, ...bar }) => ({
    ...bar,
    openTime: epochMs(bar.openTime),
    source: 'tape',
    partial: partial.has(Math.floor(bar.openTime / MINUTE) * MINUTE),
  }))
