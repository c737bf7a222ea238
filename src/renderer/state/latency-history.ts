import type { VenueStatus } from '../../shared/contract/status.ts'
import type { VenueId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

export interface LatencyPoint {
  readonly at: EpochMs
  readonly p50: number | null
  readonly p99: number | null
}

/** Sampled this far apart, kept this long, milliseconds. */
const STEP = 2_000
const KEPT = 5 * 60_000

export type LatencyHistory = ReadonlyMap<VenueId, readonly LatencyPoint[]>

/**
 * One more sample per venue, corrected for the clocks where that is known. While nothing is
 * measured the point has nulls: the line must break, not glide over the hole.
 */
export function remember(
  history: LatencyHistory,
  venues: readonly VenueStatus[],
  at: EpochMs,
): LatencyHistory {
  const next = new Map(history)
  let added = false
  for (const { venue, latency } of venues) {
    const points = history.get(venue) ?? []
    if (at - (points.at(-1)?.at ?? 0) < STEP) continue
    const { p50, p99 } = latency.corrected ?? latency.raw
    next.set(venue, [...points.filter((point) => at - point.at < KEPT), { at, p50, p99 }])
    added = true
  }
  return added ? next : history
}
