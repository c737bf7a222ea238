import type { VenueState, VenueStatus } from '../../shared/contract/status.ts'

/**
 * Whether any venue can be reached. idle: none is wanted. trying: first attempts are under way.
 * none: every wanted venue is cut off.
 */
export type Reach = 'idle' | 'trying' | 'some' | 'none'

const WORKING: readonly VenueState[] = ['live', 'quiet', 'backfilling', 'degraded']
const CUT_OFF: readonly VenueState[] = ['waiting', 'stale', 'blocked', 'failed']

const works = ({ state }: VenueStatus): boolean => WORKING.includes(state)
const fails = ({ state, attempt }: VenueStatus): boolean =>
  CUT_OFF.includes(state) || (state === 'connecting' && attempt > 1)

export function reach(venues: readonly VenueStatus[]): Reach {
  const wanted = venues.filter(({ state }) => state !== 'idle' && state !== 'stopped')
  if (wanted.length === 0) return 'idle'
  if (wanted.some(works)) return 'some'
  return wanted.every(fails) ? 'none' : 'trying'
}
