import {
  type Comparison,
  type Condition,
  type Group,
  type Measure,
  type Operator,
  operatorsOf,
} from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'

/** Where a condition stands: the place in its group, from the outermost on. Empty: the whole. */
export type Path = readonly number[]

export type ConditionKind = Measure['of'] | 'gap' | 'verdict'
export const CONDITION_KINDS: readonly ConditionKind[] = [
  'price',
  'move',
  'volume',
  'trades',
  'zscore',
  'size',
  'value',
  'imbalance',
  'cvd',
  'rsi',
  'deviation',
  'spread',
  'latency',
  'stale',
  'silent',
  'gap',
  'verdict',
]

export const isGroup = (condition: Condition): condition is Group =>
  condition.kind === 'all' || condition.kind === 'any'

export const kindOf = (condition: Exclude<Condition, Group>): ConditionKind =>
  condition.kind === 'compare' ? condition.measure.of : condition.kind

/** The market that a condition looks at first. */
export function marketOf(condition: Condition): MarketId | undefined {
  if (isGroup(condition))
    return condition.of[0] === undefined ? undefined : marketOf(condition.of[0])
  if (condition.kind !== 'compare') return condition.market
  return condition.measure.of === 'spread' ? condition.measure.markets[0] : condition.measure.market
}

/** The same condition with the part at `path` made into another. */
export function changed(
  whole: Condition,
  path: Path,
  change: (part: Condition) => Condition,
): Condition {
  const [first, ...rest] = path
  if (first === undefined) return change(whole)
  if (!isGroup(whole)) return whole
  return {
    ...whole,
    of: whole.of.map((each, n) => (n === first ? changed(each, rest, change) : each)),
  }
}

/** Without the part at `path`. A group that has one part left becomes that part; the whole stays. */
export function without(whole: Condition, path: Path): Condition {
  const at = path.at(-1)
  if (at === undefined) return whole
  return changed(whole, path.slice(0, -1), (group) => {
    if (!isGroup(group)) return group
    const of = group.of.filter((_, n) => n !== at)
    return of.length === 1 && of[0] !== undefined ? of[0] : { ...group, of }
  })
}

/** With one more part in the group at `path`; what is no group yet becomes one. */
export const withPart = (whole: Condition, path: Path, part: Condition): Condition =>
  changed(whole, path, (group) =>
    isGroup(group) ? { ...group, of: [...group.of, part] } : { kind: 'all', of: [group, part] },
  )

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function measureOf(of: Measure['of'], market: MarketId, other: MarketId): Measure {
  switch (of) {
    case 'move':
    case 'volume':
    case 'trades':
    case 'imbalance':
    case 'cvd':
      return { of, market, window: of === 'move' || of === 'cvd' ? 5 * MINUTE : MINUTE }
    case 'zscore':
      return { of, burst: 'volume', market, window: MINUTE, history: HOUR }
    case 'rsi':
      return { of, market, periods: 14, bar: MINUTE }
    case 'deviation':
      return { of, market, from: { of: 'sma', periods: 20, bar: MINUTE } }
    case 'spread':
      return { of, markets: [market, other] }
    default:
      return { of, market }
  }
}

const USUAL: Readonly<Record<Measure['of'], readonly [Operator, number]>> = {
  price: ['crosses', 0],
  move: ['beyond', 2],
  volume: ['>', 100],
  trades: ['>', 1_000],
  zscore: ['>', 4],
  size: ['>', 5],
  value: ['>', 100_000],
  imbalance: ['beyond', 0.6],
  cvd: ['>', 100],
  rsi: ['<', 30],
  deviation: ['beyond', 1.5],
  spread: ['>', 0.3],
  latency: ['>', 2_000],
  stale: ['>', 30_000],
  silent: ['>', MINUTE],
}

/**
 * A condition to begin with. `price`: the last one of the market, from which a threshold for prices is
 * made. `other`: a second market, for what compares two.
 */
export function usual(
  kind: ConditionKind,
  market: MarketId,
  other: MarketId,
  price: number | null,
): Condition {
  if (kind === 'gap') return { kind, market }
  if (kind === 'verdict') return { kind, market, verdict: 'anomaly', above: null }
  const [op, value] = USUAL[kind]
  const threshold = kind === 'price' ? rounded(price ?? 0) : value
  return { kind: 'compare', measure: measureOf(kind, market, other), op, value: threshold }
}

/** To three digits that count. */
const rounded = (value: number): number => Number(value.toPrecision(3))

/** With another measure; an operator that it does not know becomes its first. */
export function withMeasure(comparison: Comparison, measure: Measure): Comparison {
  const known = operatorsOf(measure)
  const op = known.includes(comparison.op) ? comparison.op : (known[0] ?? '>')
  return { ...comparison, measure, op }
}

/** The condition with all that looked at one market looking at another. */
export function atMarket(condition: Exclude<Condition, Group>, market: MarketId): Condition {
  if (condition.kind !== 'compare') return { ...condition, market }
  const { measure } = condition
  if (measure.of !== 'spread') return { ...condition, measure: { ...measure, market } }
  const markets = [market, ...measure.markets.slice(1).filter((each) => each !== market)]
  return { ...condition, measure: { ...measure, markets } }
}
