/** A wall clock is corrected while it runs; it may gain or lose this much on the monotonic one. */
const CREEP = 20e-6

/**
 * The wall clock with a fraction, from one that shows whole milliseconds and a monotonic one that is
 * finer: each reading says within which millisecond the difference of the two lies, and what is common
 * to the newest of them is known far better. A wall clock that is set is followed at once.
 */
export function wallClock(now: () => number, monotonic: () => number): () => number {
  let lo = Number.NEGATIVE_INFINITY
  let hi = Number.POSITIVE_INFINITY
  let readAt = 0
  return () => {
    const before = monotonic()
    const shown = now()
    const after = monotonic()
    const slack = (after - readAt) * CREEP
    lo = Math.max(lo - slack, shown - after)
    hi = Math.min(hi + slack, shown + 1 - before)
    if (lo > hi) {
      lo = shown - after
      hi = shown + 1 - before
    }
    readAt = after
    return after + (lo + hi) / 2
  }
}
