import type { EpochMs } from '../../../shared/domain/time.ts'
import type { Hole } from '../../ingest/feed.ts'
import type { Missing } from '../../pipeline/continuity-missing.ts'
import type { KnownPoint } from '../../venues/venue.ts'

/**
 * What a back-fill asks for, both ends exclusive. Where neither a trade nor a number bounds it, its
 * times are those of what is missing itself: the ends lie a millisecond outside.
 */
export function holeOf(stretch: Missing): Hole {
  const { from, to, first, last, afterId, beforeId, notBefore } = stretch
  const after: KnownPoint =
    notBefore > from
      ? point(notBefore, undefined, undefined)
      : point(afterId === undefined ? from - 1 : from, afterId, first === null ? null : first - 1)
  return {
    after,
    before: point(beforeId === undefined ? to + 1 : to, beforeId, last === null ? null : last + 1),
  }
}

const point = (
  time: number,
  id: string | undefined,
  seq: number | null | undefined,
): KnownPoint => ({
  time: time as EpochMs,
  ...(id === undefined ? {} : { id }),
  ...(seq === null || seq === undefined ? {} : { seq }),
})
