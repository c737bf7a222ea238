import type { Market } from '../../shared/domain/market.ts'
import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { MinuteBar, Venue } from '../venues/venue.ts'
import type { Rest } from './rest.ts'

interface MinutesDeps {
  readonly venue: Venue
  readonly rest: Rest
  readonly restMs: number
}

/** See `Feed.minutes`. Fails as a whole when a page fails. */
export async function minutePages(
  { venue, rest, restMs }: MinutesDeps,
  market: Market,
  from: EpochMs,
  to: EpochMs,
): Promise<Outcome<readonly MinuteBar[]>> {
  const spec = venue.rest.minutes
  const span = (spec.rows ?? 1) * 60_000
  const bars: MinuteBar[] = []
  // Pages begin on whole minutes, so that no page can hold more bars than the venue sends.
  for (let at = Math.ceil(from / 60_000) * 60_000; at < to; at += span) {
    const page = { from: epochMs(at), to: epochMs(Math.min(to, at + span)) }
    const answer = await rest.call(spec, { symbol: market.venueSymbol, ...page }, restMs)
    if (!answer.ok) return answer
    bars.push(...answer.value.value)
  }
  return ok(bars)
}
