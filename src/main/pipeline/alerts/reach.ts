import type { Condition, Measure } from '../../../shared/domain/alert.ts'

/** Prices older than this are compared with nothing (spread). */
const SPREAD_MS = 60_000
/** Wilder's index remembers all closes; what is so many periods old weighs less than a thousandth of a percent. */
const RSI_PERIODS = 12

/** How far back a condition looks, ms: what happened longer ago changes nothing now. */
export function reachOf(condition: Condition): number {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return Math.max(0, ...condition.of.map(reachOf))
    case 'compare':
      return reachOfMeasure(condition.measure)
    default:
      return 0
  }
}

function reachOfMeasure(measure: Measure): number {
  switch (measure.of) {
    case 'move':
    case 'volume':
    case 'trades':
    case 'imbalance':
    case 'cvd':
      return measure.window
    case 'zscore':
      return measure.window + measure.history
    case 'rsi':
      return measure.bar * measure.periods * RSI_PERIODS
    case 'deviation':
      return measure.from.of === 'vwap'
        ? measure.from.window
        : measure.from.bar * (measure.from.periods + 1)
    case 'spread':
      return SPREAD_MS
    default:
      return 0
  }
}
