/** Time as the simulator needs it; has the shape of the application's own clock. */
export interface SimulatorClock {
  /** Wall clock, epoch milliseconds. */
  now(): number
  /** Monotonic milliseconds with a fraction, for durations. */
  monotonic(): number
  /** Runs once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void
  /** Runs every `ms` until cancelled. */
  every(ms: number, run: () => void): () => void
}

/** Longest delay that a Node timer can hold; longer ones would fire at once. */
const LONGEST = 2_147_483_647

/** The machine's clocks. */
export const systemClock: SimulatorClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, Math.min(ms, LONGEST))
    return () => clearTimeout(timer)
  },
  every: (ms, run) => {
    const timer = setInterval(run, Math.min(ms, LONGEST))
    return () => clearInterval(timer)
  },
}
