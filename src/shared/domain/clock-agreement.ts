/** How far another clock is ahead of ours, and how surely. Milliseconds. */
export interface KnownOffset {
  readonly offsetMs: number
  readonly uncertaintyMs: number
}

/** What several clocks say of ours. */
export interface Agreement extends KnownOffset {
  /** Clocks that were heard. */
  readonly clocks: number
  /** Ours is further from them than they are sure of, and than is harmless: it should be set. */
  readonly off: boolean
}

/** A clock that is known no better than this has no say, milliseconds. */
const WORST_MS = 500
const LEAST_CLOCKS = 2
/** Latency figures are corrected by the offset; below this nobody need set a clock, milliseconds. */
export const TOLERATED_OFFSET_MS = 250

/**
 * The middle of what several clocks say, so that one that is wrong cannot accuse ours. As uncertain as
 * the middle one of them, or as far as they lie apart, whichever is more. `null` with fewer than two.
 */
export function agreedOffset(clocks: readonly KnownOffset[]): Agreement | null {
  const sure = clocks.filter(({ uncertaintyMs }) => uncertaintyMs < WORST_MS)
  if (sure.length < LEAST_CLOCKS) return null
  const offsetMs = median(sure.map((each) => each.offsetMs))
  const apart = median(sure.map((each) => Math.abs(each.offsetMs - offsetMs)))
  const uncertaintyMs = Math.max(apart, median(sure.map((each) => each.uncertaintyMs)))
  const off = Math.abs(offsetMs) > Math.max(uncertaintyMs, TOLERATED_OFFSET_MS)
  return { offsetMs, uncertaintyMs, clocks: sure.length, off }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}
