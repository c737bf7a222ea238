import type { SimulatorClock } from '../../../src/main/simulator/clock.ts'

/** A clock that stands until it is told to go; timers run in order of their time. */
export interface ManualClock extends SimulatorClock {
  advance(ms: number): void
  /** Timers that wait. */
  pending(): number
}

interface Timer {
  at: number
  readonly every: number | null
  readonly run: () => void
}

export function manualClock(start = Date.UTC(2026, 5, 1, 12, 0, 30)): ManualClock {
  let elapsed = 0
  const timers = new Set<Timer>()
  const add = (timer: Timer) => {
    timers.add(timer)
    return () => {
      timers.delete(timer)
    }
  }
  return {
    now: () => start + Math.floor(elapsed),
    monotonic: () => elapsed,
    after: (ms, run) => add({ at: elapsed + ms, every: null, run }),
    every: (ms, run) => add({ at: elapsed + ms, every: ms, run }),
    pending: () => timers.size,
    advance(ms) {
      const end = elapsed + ms
      for (;;) {
        let next: Timer | undefined
        for (const timer of timers)
          if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer
        if (next === undefined) break
        elapsed = Math.max(elapsed, next.at)
        if (next.every === null) timers.delete(next)
        else next.at += next.every
        next.run()
      }
      elapsed = end
    },
  }
}
