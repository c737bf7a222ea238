import type { VenueState, VenueStatus } from '../../../shared/contract/status.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import type { Freshness } from '../../state/freshness.ts'
import type { Tone } from '../../ui/mark.tsx'

export type ShownVenueState = VenueState | 'unknown'

export const VENUE_TONES: Readonly<Record<ShownVenueState, Tone>> = {
  idle: 'off',
  connecting: 'busy',
  live: 'ok',
  quiet: 'calm',
  stale: 'warn',
  backfilling: 'busy',
  degraded: 'warn',
  blocked: 'alarm',
  failed: 'alarm',
  waiting: 'alarm',
  stopped: 'off',
  unknown: 'off',
}

/** With the engine gone nobody knows how a venue stands: never green over frozen figures. */
export const shownVenueState = (state: VenueState, freshness: Freshness): ShownVenueState =>
  freshness === 'fresh' ? state : 'unknown'

/** What is shown first where there is no room for all. */
const URGENCY: readonly Tone[] = ['alarm', 'warn', 'busy']
const urgency = ({ state }: VenueStatus): number => {
  const rank = URGENCY.indexOf(VENUE_TONES[state])
  return rank < 0 ? URGENCY.length : rank
}

/** The venues of which a market is watched; those in trouble first, else in their order. */
export const stripVenues = (venues: readonly VenueStatus[]): readonly VenueStatus[] =>
  venues.filter(({ state }) => state !== 'idle').sort((a, b) => urgency(a) - urgency(b))

/** Whole seconds until the next attempt, or null when none is planned; never below 0. */
export const secondsUntil = (at: EpochMs | undefined, now: EpochMs): number | null =>
  at === undefined ? null : Math.max(0, Math.ceil((at - now) / 1_000))

/** Whether a button to connect at once makes sense. */
export const canRetry = ({ state }: VenueStatus): boolean =>
  ['waiting', 'stale', 'failed', 'degraded', 'blocked'].includes(state)
