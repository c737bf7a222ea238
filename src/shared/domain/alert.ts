import type { Branded } from './brand.ts'
import type { MarketId } from './market.ts'
import type { EpochMs } from './time.ts'

export type AlertId = Branded<string, 'AlertId'>

export type Severity = 'info' | 'warning' | 'critical'

/** What a person wrote down. What it did so far is kept by the evaluator, not here. */
export interface Alert {
  readonly id: AlertId
  readonly name: string
  /** The condition as text; `printCondition` of `parseCondition` is its canonical spelling. */
  readonly expr: string
  readonly severity: Severity
  /** After a firing none for so long, in ms of the alert's own time; 0: none. */
  readonly cooldownMs: number
  /** `once`: it fires a single time and is then off until it is armed again. */
  readonly rearm: 'auto' | 'once'
  /**
   * How far a value must go back over its threshold before the threshold counts again, as a share of
   * the threshold: 0.001 of 60,000 is 60. Absent or 0: not at all.
   */
  readonly hysteresis?: number
  /** Absent: always. */
  readonly schedule?: Schedule
  /** From then on it never fires. */
  readonly expiresAt: EpochMs | null
  readonly armed: boolean
  readonly createdAt: EpochMs
}

/** Hours of the week in which an alert may fire. */
export interface Schedule {
  /** Days on which a window begins; 0 is Sunday. */
  readonly days: readonly number[]
  /** Minutes after midnight, 0–1439. `to` before or at `from`: the window ends on the next day. */
  readonly from: number
  readonly to: number
  /** IANA name of the zone whose wall clock is meant: `Europe/Berlin`, `UTC`. */
  readonly zone: string
}

/** When an alert fires: what the form and the expression both make. */
export type Condition = Group | Comparison | GapSeen | Verdict

/** Two conditions or more, joined by `and` (`all`) or `or` (`any`). */
export type Group = Joined<'all'> | Joined<'any'>

interface Joined<Kind extends string> {
  readonly kind: Kind
  readonly of: readonly Condition[]
}

/** A figure of one market, or of several, held against a threshold. */
export interface Comparison {
  readonly kind: 'compare'
  readonly measure: Measure
  readonly op: Operator
  /** In the measure's unit (`unitOf`): percent are 2 for 2 %, durations are ms. */
  readonly value: number
}

/** A gap opened in the market's tape. */
export interface GapSeen {
  readonly kind: 'gap'
  readonly market: MarketId
}

/** A verdict of the AI on a market; `verdict` is a word such as `anomaly`, lower case. */
export interface Verdict {
  readonly kind: 'verdict'
  readonly market: MarketId
  readonly verdict: string
  /** Only when its value is above this; null: whenever it is given. */
  readonly above: number | null
}

/** `beyond` compares the absolute value: further from zero than the threshold, either way. */
export type Operator =
  | '>'
  | '>='
  | '<'
  | '<='
  | 'beyond'
  | 'crosses'
  | 'crosses above'
  | 'crosses below'

export const OPERATORS: readonly Operator[] = [
  '>',
  '>=',
  '<',
  '<=',
  'beyond',
  'crosses',
  'crosses above',
  'crosses below',
]

/** Windows, bars and histories are in ms; docs/alerts.md says how each figure is made. */
export type Measure =
  | OfMarket<'price'>
  | Windowed<'move' | 'volume' | 'trades' | 'imbalance' | 'cvd'>
  | {
      /** How many standard deviations a burst is above its own history. */
      readonly of: 'zscore'
      readonly burst: 'volume' | 'trades'
      readonly market: MarketId
      readonly window: number
      readonly history: number
    }
  /** One trade's quantity in base units, or its price × quantity. */
  | OfMarket<'size' | 'value'>
  | {
      readonly of: 'rsi'
      readonly market: MarketId
      readonly periods: number
      readonly bar: number
    }
  | { readonly of: 'deviation'; readonly market: MarketId; readonly from: Average }
  /** The first market's price against the second's, or against the median of all others. */
  | { readonly of: 'spread'; readonly markets: readonly MarketId[] }
  | OfMarket<'latency' | 'stale' | 'silent'>

/** One type for each name, so that a comparison of `of` tells them apart. */
type OfMarket<Name extends string> = Name extends string
  ? { readonly of: Name; readonly market: MarketId }
  : never

type Windowed<Name extends string> = Name extends string
  ? { readonly of: Name; readonly market: MarketId; readonly window: number }
  : never

export type Average =
  | { readonly of: 'sma'; readonly periods: number; readonly bar: number }
  | { readonly of: 'vwap'; readonly window: number }

export type Unit = 'number' | 'percent' | 'duration'

/** The unit of a measure's values and thresholds. */
export function unitOf(measure: Measure): Unit {
  switch (measure.of) {
    case 'move':
    case 'deviation':
    case 'spread':
      return 'percent'
    case 'latency':
    case 'stale':
    case 'silent':
      return 'duration'
    default:
      return 'number'
  }
}

/** Single trades are events: only that one was larger can be asked of them. */
export const operatorsOf = (measure: Measure): readonly Operator[] =>
  measure.of === 'size' || measure.of === 'value' ? ['>', '>='] : OPERATORS

/** The markets that a condition looks at, each once, in order of appearance. */
export function marketsOf(condition: Condition): readonly MarketId[] {
  const found = new Set<MarketId>()
  const visit = (one: Condition): void => {
    if (one.kind === 'all' || one.kind === 'any') one.of.forEach(visit)
    else if (one.kind === 'gap' || one.kind === 'verdict') found.add(one.market)
    else if (one.measure.of === 'spread') for (const each of one.measure.markets) found.add(each)
    else found.add(one.measure.market)
  }
  visit(condition)
  return [...found]
}

/** Whether a verdict of an AI analysis can fire it: such a firing must not ask for the next verdict. */
export const hearsVerdicts = (condition: Condition): boolean =>
  condition.kind === 'all' || condition.kind === 'any'
    ? condition.of.some(hearsVerdicts)
    : condition.kind === 'verdict'
