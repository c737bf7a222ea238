/**
 * A bucket of `burst` tokens that refills by `perSecond`. `take` is false when it is empty. Time is
 * monotonic milliseconds.
 */
export function createRate(perSecond: number, burst: number): { take(now: number): boolean } {
  let tokens = burst
  let at: number | null = null
  return {
    take(now) {
      if (at !== null) tokens = Math.min(burst, tokens + ((now - at) * perSecond) / 1_000)
      at = now
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
