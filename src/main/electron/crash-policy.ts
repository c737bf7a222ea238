/** Pages may crash this often … */
const MOST_CRASHES = 3
/** … within this time, milliseconds, and still be loaded again without asking. */
const WITHIN_MS = 60_000

/**
 * Decides what to do with a window whose page crashed. `now` is monotonic milliseconds. A page that
 * fails again and again is not reloaded for ever: then the person decides.
 */
export function createCrashPolicy(): (now: number) => 'reload' | 'ask' {
  let crashes: number[] = []
  return (now) => {
    crashes = [...crashes.filter((at) => now - at < WITHIN_MS), now]
    if (crashes.length <= MOST_CRASHES) return 'reload'
    crashes = []
    return 'ask'
  }
}
