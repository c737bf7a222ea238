import type { MarketId } from './market.ts'
import type { EpochMs } from './time.ts'

/** What is asked of a market: is its price odd, who is pressing, where may it go? */
export const ANALYSES = ['anomaly', 'sentiment', 'signal'] as const
export type AnalysisKind = (typeof ANALYSES)[number]

/**
 * Figures of a snapshot, computed here from the tape; a period is a bar of one minute. Prices are in quote units,
 * volumes in base units, shares and changes in percent.
 */
export const FIGURES = [
  /** Price of the newest trade. */
  'last',
  /** Mean of the closes of the last 20 periods, the one under way included. */
  'mean20',
  /** (last − mean20) / mean20, percent. */
  'deviationPercent',
  /** (last − mean20) / standard deviation (population) of the same 20 closes. */
  'zScore',
  /** Standard deviation (population) of the last 20 changes from close to close, percent. */
  'volatilityPercent',
  /** Wilder's relative strength index over 14 periods, 0–100. */
  'rsi14',
  'high24h',
  'low24h',
  /** Last against the first trade of the last 24 hours, percent. */
  'change24hPercent',
  'volume24h',
  /** Volume-weighted mean price of the last 24 hours. */
  'vwap24h',
  'trades24h',
  /** Volume in which the taker bought, in the last hour. */
  'buyVolume1h',
  'sellVolume1h',
  /** buyVolume1h / sellVolume1h. */
  'buySellRatio1h',
  /** Share of the last 24 hours' minutes that the ledger calls complete or back-filled, percent. */
  'coveragePercent',
] as const
export type FigureName = (typeof FIGURES)[number]

/** Null: the tape does not say (too few periods, nothing sold). Never a guess. */
export type Figures = Readonly<Record<FigureName, number | null>>

/** What is known of a market at an instant: all that an analysis looks at, and all that leaves the machine. */
export interface Snapshot {
  readonly market: MarketId
  /** Of trades with a match time up to and including this one. */
  readonly at: EpochMs
  /** Match time of the newest trade; the distance to `at` says how old the price is. */
  readonly lastTradeAt: EpochMs | null
  /** Decimals with which the market's prices are written. */
  readonly priceDecimals: number
  readonly figures: Figures
}

export interface AnomalyVerdict {
  readonly kind: 'anomaly'
  readonly anomalous: boolean
  readonly deviationPercent: number | null
  readonly volatilityPercent: number | null
}

export interface SentimentVerdict {
  readonly kind: 'sentiment'
  readonly sentiment: 'bullish' | 'neutral' | 'bearish'
  readonly buySellRatio: number | null
}

/** Up with a stop below and targets above the entry; down the other way about; sideways without any. */
export interface SignalVerdict {
  readonly kind: 'signal'
  readonly trend: 'up' | 'down' | 'sideways'
  readonly entry: number | null
  readonly stop: number | null
  /** The nearest first. */
  readonly targets: readonly number[]
}

export type Verdict = AnomalyVerdict | SentimentVerdict | SignalVerdict

/** A number of an answer, held against the snapshot. */
export interface Citation {
  /** The field that it stands in, or `reason` with its place in that text. */
  readonly field: string
  readonly from: number
  readonly to: number
  readonly value: number
  /** What supports it: figures of the snapshot (`zScore`), or levels of the answer itself (`stop`); null: nothing does. */
  readonly source: string | null
}

/** Why a verdict is not believed. */
export interface SenseProblem {
  readonly code:
    | 'stop-wrong-side'
    | 'target-wrong-side'
    | 'levels-missing'
    | 'entry-far'
    | 'stop-far'
    | 'target-far'
    | 'not-a-price'
    | 'field-unsupported'
  readonly field: string
  readonly value: number | null
  /** The bounds that it had to lie in, where it is about these. */
  readonly low: number | null
  readonly high: number | null
}

/** What became of a signal: whose target or stop the price reached first, and how far it moved. */
export type MarkOutcome = 'target' | 'stop' | 'neither' | 'pending' | 'unknown'

/** Minutes after a signal at which its return is taken. */
export const HORIZONS = [5, 15, 60, 1_440] as const
export type Horizon = (typeof HORIZONS)[number]

/** A signal marked by what the price did in the 24 hours after it. */
export interface Mark {
  readonly outcome: MarkOutcome
  /** When the target or stop was reached. */
  readonly reachedAt: EpochMs | null
  /**
   * Return in the signal's direction after each horizon, percent (a falling price is a gain of a signal down; 0 of
   * sideways); null while it lies ahead, or when the tape does not say.
   */
  readonly returns: Readonly<Record<Horizon, number | null>>
}
