import type { OffsetBounds } from './clock-offset-bounds.ts'
import type { ClockReading } from './clock-offset-reading.ts'

/** Readings this much wider than the narrowest say little of the drift. */
const NARROW = 1.5
/** Pairs that are closer in time give slopes of noise, milliseconds. */
const PAIR_APART_MS = 30_000
/** A drift told from less than this is a guess, milliseconds. */
const LEAST_SPAN_MS = 300_000
const LEAST_READINGS = 6
/** Bounds that are this narrow say it themselves, ms per ms (5 ppm). */
const NARROW_BOUNDS = 10e-6

/**
 * How fast the venue's clock gains on ours, parts per million: the median of the slopes between the
 * readings with the shortest round trips (Theil–Sen: a few bad ones cannot move it), kept within what
 * is certain. `null` until it can be told.
 */
export function clockDrift(readings: readonly ClockReading[], bounds: OffsetBounds): number | null {
  const told =
    bounds.driftHi - bounds.driftLo <= NARROW_BOUNDS
      ? (bounds.driftLo + bounds.driftHi) / 2
      : medianSlope(readings)
  return told === null ? null : Math.min(bounds.driftHi, Math.max(bounds.driftLo, told)) * 1e6
}

function medianSlope(readings: readonly ClockReading[]): number | null {
  const width = ({ lo, hi }: ClockReading): number => hi - lo
  const narrowest = Math.min(...readings.map(width))
  const narrow = readings.filter((each) => width(each) <= narrowest * NARROW)
  const span = (narrow.at(-1)?.at ?? 0) - (narrow[0]?.at ?? 0)
  if (narrow.length < LEAST_READINGS || span < LEAST_SPAN_MS) return null
  const slopes = narrow.flatMap((one, index) =>
    narrow
      .slice(index + 1)
      .filter((other) => other.at - one.at >= PAIR_APART_MS)
      .map((other) => (other.lo + other.hi - one.lo - one.hi) / 2 / (other.at - one.at)),
  )
  slopes.sort((a, b) => a - b)
  return slopes[Math.floor(slopes.length / 2)] ?? null
}
