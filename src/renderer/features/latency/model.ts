import type { VenueStatus } from '../../../shared/contract/status.ts'
import type { LatencyFigures } from '../../../shared/domain/latency.ts'
import type { VenueId } from '../../../shared/domain/market.ts'

export interface LatencyRow {
  readonly venue: VenueId
  readonly basis: 'raw' | 'corrected'
  readonly figures: LatencyFigures
}

/** Two rows a venue; a correction that cannot be made yet has no row. */
export const latencyRows = ({ venue, latency }: VenueStatus): readonly LatencyRow[] => [
  { venue, basis: 'raw', figures: latency.raw },
  ...(latency.corrected === null
    ? []
    : [{ venue, basis: 'corrected' as const, figures: latency.corrected }]),
]

/** Venues of which something was measured, or will be: those with markets. */
export const measured = (venues: readonly VenueStatus[]): readonly VenueStatus[] =>
  venues.filter(({ latency, markets }) => latency.raw.count > 0 || markets > 0)

/** A clock that shows only coarse steps makes every figure of it coarse. */
export const isRough = (resolutionMs: number): boolean => resolutionMs > 10
