/** One line of what a bench found. Ratios are to the reference that was measured in the same run. */
export interface Row {
  /** Stable name: by it a row is found in the history. */
  readonly name: string
  /** What was measured, for people. */
  readonly what: string
  /** `x`: a ratio. Ratios and sizes are compared with the history; times and rates of a machine not. */
  readonly unit: 'x' | 'B' | 'ms' | 'MB' | 'µs' | '/s'
  readonly better: 'less' | 'more'
  /** What is aimed at; null where nothing is. */
  readonly target: number | null
  /** Null when it was not measured; then `why` says why not. */
  readonly measured: number | null
  readonly why?: string
  /** Whatever helps to read the figure. */
  readonly note?: string
}

export type Verdict = 'met' | 'SHORT' | 'not measured' | ''

/** Worse than the last recorded run by more than this is a regression. */
export const REGRESSION = 1.25

/** The middle of the sorted values (mean of the two middle ones); NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

/** Nearest-rank percentile, `share` in (0, 1]; NaN of no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/**
 * Median of the ratios of each round, so that a machine that was slower in one round was so for both
 * sides. NaN without rounds.
 */
export function ratio(measured: readonly number[], reference: readonly number[]): number {
  const rounds = Math.min(measured.length, reference.length)
  return median(
    Array.from({ length: rounds }, (_, i) => (measured[i] ?? 0) / (reference[i] ?? Number.NaN)),
  )
}

/** Whether the row keeps its target; '' where it has none. */
export function verdict({ target, measured, better }: Row): Verdict {
  if (measured === null || Number.isNaN(measured)) return 'not measured'
  if (target === null) return ''
  return (better === 'less' ? measured <= target : measured >= target) ? 'met' : 'SHORT'
}

export interface Regression {
  readonly name: string
  readonly before: number
  readonly now: number
  /** How many times worse, above 1. */
  readonly worse: number
}

/** Rows that are worse than before by more than a quarter. Only what does not depend on the machine. */
export function regressions(
  rows: readonly Row[],
  before: Readonly<Record<string, number>>,
): readonly Regression[] {
  return rows.flatMap(({ name, unit, better, measured }) => {
    const last = before[name]
    if ((unit !== 'x' && unit !== 'B') || measured === null || last === undefined) return []
    const worse = better === 'less' ? measured / last : last / measured
    return worse > REGRESSION ? [{ name, before: last, now: measured, worse }] : []
  })
}

/** Three figures that count. */
export const rounded = (value: number): number => Number(value.toPrecision(3))
