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

/** How far the venue's clock runs ahead of ours, from what it says when it is asked. */
export interface ClockOffset {
  /** venue − local, milliseconds. */
  readonly offsetMs: number
  /** Shortest round trip among the answers it is made of. */
  readonly rttMs: number
  /** Smallest step that the venue's clock shows, milliseconds. */
  readonly resolutionMs: number
  /** Answers it is made of. */
  readonly readings: number
  /** When the newest of them came. */
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
  /** The corrected figures are right to within this, milliseconds; null while there are none. */
  readonly uncertaintyMs: number | null
  /** The corrected median lies within the uncertainty around zero: nobody can tell how long it took. */
  readonly cannotTell: boolean
  readonly windowMs: number
}

/** The stages of a trade's life in Tapedeck, in order. */
export const STAGES = [
  'match-push', // match → the venue sends it, where it says when; both by the venue's clock
  'push-read', // → its bytes are read here; without a push time from the match. Corrected by the offset
  'read-parsed', // → its fields are out of the frame
  'parsed-folded', // → it is in every figure
  'folded-committed', // → it is on the disk
  'folded-received', // → the screen has it
  'received-painted', // → it is painted
] as const
export type Stage = (typeof STAGES)[number]

const TO_FOLDED = ['match-push', 'push-read', 'read-parsed', 'parsed-folded'] as const
/** The two ways of a trade: they part once it is folded. */
export const WAYS_OF_TRADE: Readonly<Record<'disk' | 'paint', readonly Stage[]>> = {
  disk: [...TO_FOLDED, 'folded-committed'],
  paint: [...TO_FOLDED, 'folded-received', 'received-painted'],
}
