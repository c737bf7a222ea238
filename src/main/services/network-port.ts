import type { VenueNetwork } from '../../shared/contract/status.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { Venue } from '../venues/venue.ts'

/** What the screen may ask of the network; the engine has the sockets for it. */
export interface NetworkPort {
  /** Does a venue answer through these settings, and how fast? Milliseconds; 0 for what was not tried. */
  try(
    venue: Venue,
    network: VenueNetwork,
    password?: string,
  ): Promise<Outcome<{ readonly websocketMs: number; readonly restMs: number }>>
  /** One POST of JSON by the app's own proxy; fails with what went wrong, without the address. */
  post(
    url: string,
    body: string,
  ): Promise<Outcome<{ readonly status: number; readonly retryAfterMs?: number }>>
  /** Keeps a proxy's password; '' forgets it. */
  password(url: string, password: string): Promise<Outcome<{ readonly kept: boolean }>>
}
