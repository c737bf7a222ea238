import { epochMs } from '../../shared/domain/time.ts'
import type { Clock } from '../ports.ts'

/** The clocks of the machine. */
export const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  monotonic: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
}
