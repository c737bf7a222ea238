import type { KnownPoint, RestTrade } from '../venues/venue.ts'

/** Where rows lie against the two ends of a hole. */
export interface HoleFilter {
  /** The trade lies strictly between the two ends. */
  within(trade: RestTrade): boolean
  /** The known trade (or the time) at that end is this one, or this one lies beyond it. */
  reachesAfter(trade: RestTrade): boolean
  reachesBefore(trade: RestTrade): boolean
}

/** What the ids of a venue's markets mean: see `StreamSpec.ids`. */
export type Ids = 'contiguous' | 'increasing' | 'opaque'

/** Number of a trade in its market's own sequence, where the venue has one. */
export function seqOf(trade: RestTrade, ids: Ids): number | undefined {
  if (trade.seq !== undefined) return trade.seq
  const seq = ids === 'contiguous' ? Number(trade.id) : Number.NaN
  return Number.isSafeInteger(seq) ? seq : undefined
}

/**
 * Orders rows by sequence number where both sides have one, by (time, id) else. In the millisecond of
 * an end whose ids say nothing of order, every other trade counts as within: one that is known
 * already is told by its id later, one that was missed would be lost.
 */
export function holeFilter(after: KnownPoint, before: KnownPoint, ids: Ids): HoleFilter {
  const side = (trade: RestTrade, point: KnownPoint): number | undefined => {
    const seq = seqOf(trade, ids)
    if (seq !== undefined && point.seq !== undefined) return seq - point.seq
    if (trade.time !== point.time) return trade.time - point.time
    if (trade.id === point.id || point.id === undefined) return 0
    return ids === 'opaque' ? undefined : compareIds(trade.id, point.id)
  }
  return {
    within: (trade) => (side(trade, after) ?? 1) > 0 && (side(trade, before) ?? -1) < 0,
    reachesAfter: (trade) => (side(trade, after) ?? 1) <= 0,
    reachesBefore: (trade) => (side(trade, before) ?? -1) >= 0,
  }
}

/** Orders by (time, sequence or id): oldest first. */
export const byAge =
  (ids: Ids) =>
  (a: RestTrade, b: RestTrade): number => {
    const [first, second] = [seqOf(a, ids), seqOf(b, ids)]
    if (first !== undefined && second !== undefined && first !== second) return first - second
    return a.time - b.time || (a.micros ?? 0) - (b.micros ?? 0) || compareIds(a.id, b.id)
  }

/** Whole numbers of any length by value; for other ids an order like any other. */
function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
