import type { EpochMs } from './time.ts'

/** Milliseconds from match to receipt over a sliding window; null fields while nothing was measured. */
export interface LatencyFigures {
  readonly count: number
  readonly avg: number | null
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
  readonly min: number | null
  /** How many came out below zero: our clock and the venue's differ by more than the way takes. */
  readonly negative: number
}

/** How far the venue's clock runs ahead of ours, from its server-time endpoint. */
export interface ClockOffset {
  /** venue − local, milliseconds. */
  readonly offsetMs: number
  /** Round trip of its sample: the offset is right to within half of this and of the resolution. */
  readonly rttMs: number
  /** Smallest step that the venue's clock shows, milliseconds. */
  readonly resolutionMs: number
  readonly measuredAt: EpochMs
  /** The true offset lies within offsetMs ± this, milliseconds. */
  readonly uncertaintyMs: number
  /** How fast the two clocks drift apart, parts per million; null until it can be told. */
  readonly driftPpm: number | null
}

/** Raw as the clocks say, and corrected by the offset (null while it is not known). */
export interface VenueLatency {
  readonly raw: LatencyFigures
  readonly corrected: LatencyFigures | null
  readonly windowMs: number
}
