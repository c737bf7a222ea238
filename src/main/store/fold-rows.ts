import { doubleAt } from '../../shared/domain/decimal-column.ts'
import { ORIGINS } from '../../shared/domain/trade.ts'
import type { BarChanges } from './candle-table.ts'
import type { MarketRow } from './market-table.ts'
import type { ColumnPart } from './tape-rows.ts'

const SNAPSHOT = ORIGINS.indexOf('snapshot')
const BACKFILL = ORIGINS.indexOf('backfill')

/**
 * Folds trades of one market into its bars, volumes in base units. Replayed history is left out: it may
 * be any part of a bar.
 */
export function foldRows(
  { columns, rows, count }: ColumnPart,
  market: MarketRow,
  bars: BarChanges,
): void {
  const { exchangeTime, origin, side, price, qty } = columns
  const inverse = market.inverse === 1
  for (let i = 0; i < count; i += 1) {
    const row = rows === null ? i : (rows[i] ?? 0)
    const from = origin[row] ?? 0
    if (from === SNAPSHOT) continue
    const value = doubleAt(price, row)
    const size = inverse ? doubleAt(qty, row) / value : doubleAt(qty, row)
    if (!Number.isFinite(value) || !Number.isFinite(size)) continue
    bars.fold(market.id, exchangeTime[row] ?? 0, value, size, side[row] === 0, from === BACKFILL)
  }
}
