import type { Outcome } from '../../../shared/domain/outcome.ts'
import type { Refill } from '../../ingest/feed.ts'
import type { Missing } from '../../pipeline/continuity-missing.ts'

/** How a stretch stands after a back-fill. */
export interface Verdict {
  readonly state: 'open' | 'filled' | 'lost' | 'cancelled'
  readonly reason?: string
  readonly proof?: 'overlap' | 'candle'
  /** The venue told all it has, and some numbers were not among it. */
  readonly fruitless?: true
}

/** So often a venue is asked again that tells trades on both sides of a number but not the number. */
const MOST_FRUITLESS = 3

/**
 * Judges by what is really missing, never by the word of the REST call alone: `left` is what the
 * trades that came have not filled, and where there are numbers the call cannot fill it by saying so.
 */
export function verdictOf(
  left: readonly Missing[],
  outcome: Outcome<Refill>,
  fruitless: number,
): Verdict {
  if (!outcome.ok) {
    const { code, message } = outcome.failure
    return { state: code === 'cancelled' ? 'cancelled' : 'open', reason: message }
  }
  const { whole, final, reason } = outcome.value
  const told = reason === undefined ? {} : { reason }
  const numbered = left.some((each) => each.first !== null)
  if (!numbered) return whole ? { state: 'filled' } : { state: final ? 'lost' : 'open', ...told }
  // Asked for no more than the setting allows; what is left is older than that.
  if (left.every((each) => each.notBefore > each.from)) {
    if (whole) return { state: 'cancelled', reason: TOO_LONG_AGO }
    if (!final) return { state: 'open', ...told }
  }
  if (final && !whole) return { state: 'lost', ...told }
  if (!whole) return { state: 'open', ...told }
  return fruitless + 1 >= MOST_FRUITLESS
    ? { state: 'lost', reason: NOT_TOLD }
    : { state: 'open', reason: NOT_TOLD, fruitless: true }
}

const TOO_LONG_AGO = 'longer ago than the setting lets a back-fill reach'
const NOT_TOLD = "the venue's own list of trades does not have these numbers"
