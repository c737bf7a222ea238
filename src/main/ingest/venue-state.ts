import type { VenueState } from '../../shared/contract/status.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

/** How one socket, or all of a venue's together, are doing. */
export interface SessionStatus {
  readonly state: VenueState
  readonly since: EpochMs
  readonly reason?: string
  readonly attempt: number
  readonly nextAttemptAt?: EpochMs
  readonly reconnects: number
  /** Open now. */
  readonly sockets: number
}

export type Telling = Pick<SessionStatus, 'state' | 'reason' | 'attempt' | 'nextAttemptAt'>

/** States of a socket that brings nothing now, the most telling first. */
const DOWN: readonly VenueState[] = ['blocked', 'failed', 'waiting', 'connecting']

/**
 * What several sockets make of a venue: the one state that tells most. Some up and some not is
 * degraded, unless the others are on their first way up. Sockets without markets say nothing.
 */
export function venueState(sockets: readonly Telling[]): Telling {
  const used = sockets.filter(({ state }) => state !== 'idle')
  const [first] = used
  if (first === undefined) return sockets[0] ?? { state: 'idle', attempt: 0 }
  if (used.length === 1) return first
  const down = used
    .filter(({ state }) => DOWN.includes(state))
    .sort((a, b) => DOWN.indexOf(a.state) - DOWN.indexOf(b.state))
  const [worst] = down
  if (worst !== undefined) {
    const starting = down.every(({ state, attempt }) => state === 'connecting' && attempt <= 1)
    if (down.length === used.length || starting) return worst
    const why = worst.reason === undefined ? '' : `: ${worst.reason}`
    const reason = `${down.length} of ${used.length} sockets missing${why}`
    return { ...worst, state: 'degraded', reason }
  }
  const stale = used.filter(({ state }) => state === 'stale')
  if (stale.length === used.length) return first
  if (stale.length > 0) {
    const reason = `${stale.length} of ${used.length} sockets silent; about to be replaced`
    return { state: 'degraded', reason, attempt: 0 }
  }
  return used.find(({ state }) => state === 'live') ?? first
}
