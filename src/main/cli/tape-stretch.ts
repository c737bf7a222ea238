import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { TapeReader, TradeFilter } from '../store/store.ts'
import type { Given } from './arguments.ts'
import type { Rooms } from './command.ts'
import type { Console } from './console.ts'
import { openTape } from './tape-file.ts'
import { unknownMarket } from './tape-filter.ts'

/** Fails with what to do when a stretch of the tape cannot be read because there is nothing. */
export async function stretchIsThere(
  given: Given,
  rooms: Rooms,
  filter: TradeFilter,
  { clock }: Pick<Console, 'clock'>,
): Promise<Outcome<null>> {
  const reader = await openTape(given, rooms)
  if (!reader.ok) return reader
  try {
    const wrong =
      unknownMarket(filter, reader.value) ?? nothingThere(filter, reader.value, clock.now())
    return wrong === null ? ok(null) : fail('not-found', wrong)
  } catch (error) {
    return fail('unavailable', error instanceof Error ? error.message : String(error))
  } finally {
    reader.value.close()
  }
}

/**
 * Why there is nothing of these markets in a stretch of the tape, and what there is; null when there may be
 * something.
 */
function nothingThere(
  { markets, from, to }: TradeFilter,
  reader: TapeReader,
  now: number,
): string | null {
  if (from !== undefined && from > now)
    return '--from lies in the future: nothing is recorded there yet'
  const wanted = reader
    .stats()
    .filter(({ market, trades }) => trades > 0 && (markets?.includes(market) ?? true))
  const there = wanted.some(
    ({ first, last }) => (last ?? 0) >= (from ?? 0) && (first ?? 0) < (to ?? now + 1),
  )
  if (there) return null
  const [some] = wanted
  if (some === undefined) return 'no trades of that are on the tape; `stats` says what is'
  const time = (ms: number | null) => new Date(ms ?? 0).toISOString()
  return `nothing was recorded in that stretch: ${some.market} has trades from ${time(some.first)} to ${time(some.last)}`
}
