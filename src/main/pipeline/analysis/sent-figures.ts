import type { AnalysisKind, FigureName, Snapshot } from '../../../shared/domain/analysis.ts'

/** The figures that an analysis is told: no more leaves the machine, and no others support what it answers. */
export const SENT_FIGURES: Readonly<Record<AnalysisKind, readonly FigureName[]>> = {
  anomaly: [
    'last',
    'mean20',
    'deviationPercent',
    'zScore',
    'volatilityPercent',
    'high24h',
    'low24h',
    'change24hPercent',
    'coveragePercent',
  ],
  sentiment: [
    'buyVolume1h',
    'sellVolume1h',
    'buySellRatio1h',
    'last',
    'change24hPercent',
    'volume24h',
    'trades24h',
    'coveragePercent',
  ],
  signal: [
    'last',
    'mean20',
    'deviationPercent',
    'zScore',
    'volatilityPercent',
    'rsi14',
    'high24h',
    'low24h',
    'change24hPercent',
    'volume24h',
    'vwap24h',
    'buySellRatio1h',
    'coveragePercent',
  ],
}

export type FigureUnit = 'quote' | 'base' | 'percent' | 'ratio' | 'index' | 'count'

export const FIGURE_UNITS: Readonly<Record<FigureName, FigureUnit>> = {
  last: 'quote',
  mean20: 'quote',
  deviationPercent: 'percent',
  zScore: 'ratio',
  volatilityPercent: 'percent',
  rsi14: 'index',
  high24h: 'quote',
  low24h: 'quote',
  change24hPercent: 'percent',
  volume24h: 'base',
  vwap24h: 'quote',
  trades24h: 'count',
  buyVolume1h: 'base',
  sellVolume1h: 'base',
  buySellRatio1h: 'ratio',
  coveragePercent: 'percent',
}

/** Digits that are sent of a number that is no price. */
const DIGITS: Readonly<Record<Exclude<FigureUnit, 'quote'>, number>> = {
  base: 6,
  percent: 4,
  ratio: 4,
  index: 4,
  count: 15,
}

/** Of a price, where the market's own decimals are fewer: a mean of tiny prices is no 0. */
const PRICE_DIGITS = 5
const MOST_DECIMALS = 20

/** A figure as it is sent: a price as the market writes it, anything else with so many digits; null: not known. */
export function sentFigure(name: FigureName, snapshot: Snapshot): number | null {
  const value = snapshot.figures[name]
  if (value === null || value === 0) return value
  const unit = FIGURE_UNITS[name]
  if (unit !== 'quote') return Number(value.toPrecision(DIGITS[unit]))
  const needed = PRICE_DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)))
  return Number(value.toFixed(Math.min(Math.max(snapshot.priceDecimals, needed, 0), MOST_DECIMALS)))
}
