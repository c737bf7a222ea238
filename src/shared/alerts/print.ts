import { type Comparison, type Condition, type Measure, unitOf } from '../domain/alert.ts'
import type { MarketId } from '../domain/market.ts'
import { USUAL_RSI } from './reading.ts'
import { formatDuration, plainNumber } from './units.ts'
import { isBare } from './words.ts'

/** The canonical text of a condition: `parseCondition` gives the same condition back. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.map(inGroup).join(condition.kind === 'all' ? ' and ' : ' or ')
    case 'gap':
      return `${printMarket(condition.market)} gap`
    case 'verdict': {
      const above = condition.above === null ? '' : ` > ${plainNumber(condition.above)}`
      return `${printMarket(condition.market)} ai ${condition.verdict}${above}`
    }
    case 'compare':
      return `${printMeasure(condition.measure)} ${condition.op} ${printThreshold(condition)}`
  }
}

/** A group in a group stands in parentheses even where it need not: nobody knows what binds closer. */
const inGroup = (condition: Condition): string =>
  condition.kind === 'all' || condition.kind === 'any'
    ? `(${printCondition(condition)})`
    : printCondition(condition)

function printThreshold({ measure, value }: Comparison): string {
  const unit = unitOf(measure)
  if (unit === 'duration') return formatDuration(value)
  return unit === 'percent' ? `${plainNumber(value)}%` : plainNumber(value)
}

/** The left side of a comparison, and the name of a figure in a firing. */
export function printMeasure(measure: Measure): string {
  if (measure.of === 'spread') return `spread(${measure.markets.map(printMarket).join(', ')})`
  return `${printMarket(measure.market)} ${printSubject(measure)}`
}

function printSubject(measure: Exclude<Measure, { of: 'spread' }>): string {
  switch (measure.of) {
    case 'move':
    case 'volume':
    case 'trades':
    case 'imbalance':
    case 'cvd':
      return `${measure.of} ${formatDuration(measure.window)}`
    case 'zscore': {
      const [window, history] = [formatDuration(measure.window), formatDuration(measure.history)]
      return `${measure.burst} ${window} zscore ${history}`
    }
    case 'size':
    case 'value':
      return `trade ${measure.of}`
    case 'rsi':
      return measure.periods === USUAL_RSI
        ? `rsi ${formatDuration(measure.bar)}`
        : `rsi(${measure.periods}, ${formatDuration(measure.bar)})`
    case 'deviation': {
      const { from } = measure
      return from.of === 'vwap'
        ? `deviation vwap(${formatDuration(from.window)})`
        : `deviation sma(${from.periods}, ${formatDuration(from.bar)})`
    }
    default:
      return measure.of
  }
}

/** A market's name as it stands in an expression: in quotes when it holds odd characters. */
export const printMarket = (market: MarketId): string =>
  isBare(market) ? market : `"${market.replace(/["\\]/g, '\\$&')}"`
