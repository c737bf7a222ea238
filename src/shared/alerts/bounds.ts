import type { Measure } from '../domain/alert.ts'
import { type Saying, saying } from './saying.ts'

/** The longest window, bar and, for thresholds in time, wait: one day. */
export const LONGEST_MS = 86_400_000
/** The longest history of a z-score. */
export const LONGEST_HISTORY_MS = 7 * LONGEST_MS
/** Averages and the RSI look at so many bars. */
export const FEWEST_PERIODS = 2
export const MOST_PERIODS = 1_000
/** A deviation from fewer values says nothing. */
export const FEWEST_IN_HISTORY = 5
export const MOST_IN_HISTORY = 10_000

/** Which parameter of a measure is out of bounds, and what is allowed. */
export interface OutOfBounds {
  readonly field: 'window' | 'history' | 'periods' | 'bar' | 'markets'
  readonly why: Saying
}

/** Holds a measure against the bounds above; the form and the parser ask this. `null`: it is fine. */
export function outOfBounds(measure: Measure): OutOfBounds | null {
  switch (measure.of) {
    case 'move':
    case 'volume':
    case 'trades':
    case 'imbalance':
    case 'cvd':
      return spanFault('window', measure.window)
    case 'zscore':
      return spanFault('window', measure.window) ?? historyFault(measure.window, measure.history)
    case 'rsi':
      return periodsFault(measure.periods) ?? spanFault('bar', measure.bar)
    case 'deviation':
      return measure.from.of === 'vwap'
        ? spanFault('window', measure.from.window)
        : (periodsFault(measure.from.periods) ?? spanFault('bar', measure.from.bar))
    case 'spread':
      return marketsFault(measure.markets)
    default:
      return null
  }
}

const spanFault = (field: 'window' | 'bar', ms: number): OutOfBounds | null =>
  Number.isInteger(ms) && ms >= 1 && ms <= LONGEST_MS ? null : { field, why: saying(field) }

const periodsFault = (count: number): OutOfBounds | null =>
  Number.isInteger(count) && count >= FEWEST_PERIODS && count <= MOST_PERIODS
    ? null
    : { field: 'periods', why: saying('periods', { least: FEWEST_PERIODS, most: MOST_PERIODS }) }

function historyFault(window: number, history: number): OutOfBounds | null {
  const windows = history / window
  if (windows < FEWEST_IN_HISTORY)
    return { field: 'history', why: saying('historyFew', { n: FEWEST_IN_HISTORY }) }
  if (history > LONGEST_HISTORY_MS || !Number.isInteger(history))
    return { field: 'history', why: saying('historyLong') }
  return windows > MOST_IN_HISTORY
    ? { field: 'history', why: saying('historyMany', { n: MOST_IN_HISTORY }) }
    : null
}

function marketsFault(markets: readonly string[]): OutOfBounds | null {
  if (markets.length < 2) return { field: 'markets', why: saying('marketsFew') }
  return new Set(markets).size === markets.length
    ? null
    : { field: 'markets', why: saying('marketsTwice') }
}
