import type {
  AnalysisKind,
  AnomalyVerdict,
  SentimentVerdict,
  SignalVerdict,
  Snapshot,
  Verdict,
} from '../../../shared/domain/analysis.ts'
import { plausibleMoves } from './plausible.ts'

/** Standard deviations from the mean of 20 periods from which a price is odd. One outlier alone reaches 4.36. */
export const ODD_Z_SCORE = 3
/** Percent from the mean below which no price is odd: one tick of a quiet market has a large z-score. */
export const ODD_DEVIATION = 0.1
/** Bought over sold, from which the last hour is bullish; bearish from its inverse down. */
export const BULLISH_RATIO = 1.25
/** Standard deviations from the mean from which a price trends. */
export const TREND_Z_SCORE = 0.5
/** Beyond these Wilder's index says that a move is overdone already. */
export const OVERBOUGHT = 70
export const OVERSOLD = 30
/** Standard deviations of an hour from the last price. */
export const STOP_HOURS = 1
export const TARGET_HOURS = [1.5, 2.5] as const

/** The verdict of plain statistics on the same figures, without any model. Thresholds are above. */
export function baselineOf(kind: AnalysisKind, snapshot: Snapshot): Verdict {
  if (kind === 'anomaly') return anomaly(snapshot)
  return kind === 'sentiment' ? sentiment(snapshot) : signal(snapshot)
}

function anomaly({ figures }: Snapshot): AnomalyVerdict {
  const { zScore, deviationPercent, volatilityPercent } = figures
  const odd =
    Math.abs(zScore ?? 0) >= ODD_Z_SCORE && Math.abs(deviationPercent ?? 0) >= ODD_DEVIATION
  return { kind: 'anomaly', anomalous: odd, deviationPercent, volatilityPercent }
}

function sentiment({ figures }: Snapshot): SentimentVerdict {
  const { buyVolume1h: buys, sellVolume1h: sells, buySellRatio1h: buySellRatio } = figures
  const kind = 'sentiment'
  if (buys === null || sells === null) return { kind, sentiment: 'neutral', buySellRatio }
  if (buys > 0 && buys >= sells * BULLISH_RATIO) return { kind, sentiment: 'bullish', buySellRatio }
  if (sells > 0 && sells >= buys * BULLISH_RATIO)
    return { kind, sentiment: 'bearish', buySellRatio }
  return { kind, sentiment: 'neutral', buySellRatio }
}

const SIDEWAYS: SignalVerdict = {
  kind: 'signal',
  trend: 'sideways',
  entry: null,
  stop: null,
  targets: [],
}

/** With the trend, unless it is unclear or overdone: sideways. */
function signal(snapshot: Snapshot): SignalVerdict {
  const trend = trendOf(snapshot)
  const { last } = snapshot.figures
  const hour = plausibleMoves(snapshot)?.hour ?? null
  if (trend === 'sideways' || last === null || hour === null) return SIDEWAYS
  const way = trend === 'up' ? 1 : -1
  const level = (hours: number): number => written(last + way * hours * hour, snapshot)
  const [entry, stop, targets] = [last, level(-STOP_HOURS), TARGET_HOURS.map(level)]
  // A move smaller than the market writes, or larger than its price, makes no levels.
  const apart = [stop, entry, ...targets].every(
    (price, index, all) => price > 0 && (index === 0 || (price - (all[index - 1] ?? 0)) * way > 0),
  )
  return apart ? { kind: 'signal', trend, entry, stop, targets } : SIDEWAYS
}

function trendOf({ figures }: Snapshot): SignalVerdict['trend'] {
  const { zScore, rsi14 } = figures
  if (zScore === null || rsi14 === null) return 'sideways'
  if (zScore >= TREND_Z_SCORE && rsi14 > 50 && rsi14 < OVERBOUGHT) return 'up'
  if (zScore <= -TREND_Z_SCORE && rsi14 < 50 && rsi14 > OVERSOLD) return 'down'
  return 'sideways'
}

const written = (price: number, { priceDecimals }: Snapshot): number =>
  Number(price.toFixed(Math.min(Math.max(priceDecimals, 0), 20)))
