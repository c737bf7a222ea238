import type { Measure } from '../domain/alert.ts'

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
  readonly message: string
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
  Number.isInteger(ms) && ms >= 1 && ms <= LONGEST_MS
    ? null
    : { field, message: `a ${field} lasts from 1ms to 1d` }

const periodsFault = (count: number): OutOfBounds | null =>
  Number.isInteger(count) && count >= FEWEST_PERIODS && count <= MOST_PERIODS
    ? null
    : { field: 'periods', message: `a whole number from ${FEWEST_PERIODS} to ${MOST_PERIODS}` }

function historyFault(window: number, history: number): OutOfBounds | null {
  const windows = history / window
  if (windows < FEWEST_IN_HISTORY)
    return { field: 'history', message: `a history holds ${FEWEST_IN_HISTORY} windows or more` }
  if (history > LONGEST_HISTORY_MS || !Number.isInteger(history))
    return { field: 'history', message: 'a history lasts 7d at most' }
  return windows > MOST_IN_HISTORY
    ? { field: 'history', message: `a history holds ${MOST_IN_HISTORY} windows at most` }
    : null
}

function marketsFault(markets: readonly string[]): OutOfBounds | null {
  if (markets.length < 2)
    return { field: 'markets', message: 'a spread compares two markets or more' }
  return new Set(markets).size === markets.length
    ? null
    : { field: 'markets', message: 'each market of a spread is named once' }
}
