import type { VenueStatus } from '../../shared/contract/status.ts'

/**
 * Whether any venue can be reached. idle: none is wanted. trying: first attempts are under way.
 * none: every wanted venue is cut off.
 */
export type Reach = 'idle' | 'trying' | 'some' | 'none'

const works = ({ state }: VenueStatus): boolean => state === 'live' || state === 'quiet'
const fails = ({ state, attempt }: VenueStatus): boolean =>
  state === 'waiting' || state === 'stale' || (state === 'connecting' && attempt > 1)

export function reach(venues: readonly VenueStatus[]): Reach {
  const wanted = venues.filter(({ state }) => state !== 'idle' && state !== 'stopped')
  if (wanted.length === 0) return 'idle'
  if (wanted.some(works)) return 'some'
  return wanted.every(fails) ? 'none' : 'trying'
}
