import type { EpochMs } from '../../shared/domain/time.ts'

/** How old what is on screen is. `late` and `lost` must never look like `fresh`. */
export type Freshness = 'fresh' | 'late' | 'lost'

/** The engine speaks about once a second; after this long its figures are old, milliseconds. */
export const LATE_AFTER = 3_000

/**
 * Computed from times alone, so that a screen that nobody updates turns stale by itself.
 * `heardAt`: when the engine last said anything, by our clock.
 */
export function freshness(connected: boolean, heardAt: EpochMs | null, now: EpochMs): Freshness {
  if (!connected || heardAt === null) return 'lost'
  return now - heardAt > LATE_AFTER ? 'late' : 'fresh'
}

/**
 * How far the engine's clock is ahead of ours, milliseconds; 0 for less than two seconds, which is
 * the way of the message and no difference of clocks.
 */
export function clockSkew(saidAt: EpochMs, heardAt: EpochMs): number {
  const skew = saidAt - heardAt
  return Math.abs(skew) < 2_000 ? 0 : skew
}
