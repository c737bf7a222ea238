import { INTERVALS, type Interval } from '../../shared/domain/candle.ts'
import type { TimeRange } from '../../shared/domain/time.ts'

/** Bars between a stretch and now that are read for it, at most. */
const MOST = 2_500
/** A stretch longer than this many bars does not fit on a screen. */
const IN_SIGHT = 200

const FINE_TO_WIDE = (Object.entries(INTERVALS) as [Interval, number][]).sort((a, b) => a[1] - b[1])

/** The interval in which a stretch can be shown: the chosen one if it serves, else a wider one. */
export function chooseInterval(chosen: Interval, { from, to }: TimeRange, now: number): Interval {
  const serves = (length: number): boolean =>
    (now - from) / length <= MOST && (to - from) / length <= IN_SIGHT
  // The ledger counts in minutes: a gap of a second is shown within its minute.
  const least = Math.max(INTERVALS[chosen], INTERVALS['1m'])
  return FINE_TO_WIDE.find(([, length]) => length >= least && serves(length))?.[0] ?? '1h'
}
