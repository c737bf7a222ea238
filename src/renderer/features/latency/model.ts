import type { StageReport, VenueStatus } from '../../../shared/contract/status.ts'
import { type LatencyFigures, type Stage, WAYS_OF_TRADE } from '../../../shared/domain/latency.ts'
import type { VenueId } from '../../../shared/domain/market.ts'

export interface LatencyRow {
  readonly venue: VenueId
  readonly basis: 'raw' | 'corrected'
  readonly figures: LatencyFigures
  /** Half-width of what the clocks leave open; null where nobody claims to know. */
  readonly uncertaintyMs: number | null
}

/** Two rows a venue; a correction that cannot be made yet has no row. */
export const latencyRows = ({ venue, latency }: VenueStatus): readonly LatencyRow[] => [
  { venue, basis: 'raw', figures: latency.raw, uncertaintyMs: null },
  ...(latency.corrected === null
    ? []
    : [
        {
          venue,
          basis: 'corrected' as const,
          figures: latency.corrected,
          uncertaintyMs: latency.uncertaintyMs,
        },
      ]),
]

/**
 * What may be said of a figure: `value`; `unclear` when it lies within the uncertainty around zero;
 * `below` when it is less than nothing by more than that, which means that something is wrong.
 */
export function verdict(
  ms: number | null,
  uncertaintyMs: number | null,
): 'value' | 'unclear' | 'below' {
  if (ms === null || uncertaintyMs === null) return 'value'
  if (uncertaintyMs > 0 && Math.abs(ms) <= uncertaintyMs) return 'unclear'
  return ms < 0 ? 'below' : 'value'
}

/** Venues of which something was measured, or will be: those with markets. */
export const measured = (venues: readonly VenueStatus[]): readonly VenueStatus[] =>
  venues.filter(({ latency, markets }) => latency.raw.count > 0 || markets > 0)

/** A clock that shows only coarse steps makes every figure of it coarse. */
export const isRough = (resolutionMs: number): boolean => resolutionMs > 10

/** One bar of the chart: its ends as shares of the longest one, 0–1. */
export interface StageBar {
  readonly stage: Stage
  readonly figures: LatencyFigures
  readonly uncertaintyMs: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

export function stageBars({ stages }: StageReport): readonly StageBar[] {
  const longest = Math.max(...stages.map(({ figures }) => figures.p99 ?? 0))
  const share = (ms: number | null): number => (longest > 0 ? Math.max(0, (ms ?? 0) / longest) : 0)
  return stages.map((each) => ({
    ...each,
    p50: share(each.figures.p50),
    p95: share(each.figures.p95),
    p99: share(each.figures.p99),
  }))
}

/** Sum of the 95th percentiles along a way; null when a part of it was not measured. */
export function wholeWay(report: StageReport, way: keyof typeof WAYS_OF_TRADE): number | null {
  const p95 = new Map(report.stages.map(({ stage, figures }) => [stage, figures.p95]))
  let sum = 0
  for (const stage of WAYS_OF_TRADE[way]) {
    const part = p95.get(stage) ?? null
    // Venues that do not say when they sent have no first stage: the second one begins at the match.
    if (part === null && stage !== 'match-push') return null
    sum += Math.max(0, part ?? 0)
  }
  return sum
}
