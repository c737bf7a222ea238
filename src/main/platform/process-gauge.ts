import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ProcessGauge } from '../ports.ts'

/** Reads memory and CPU of the whole process and the event-loop delay of the calling thread. */
export function createProcessGauge(): () => ProcessGauge {
  const resolution = 10
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  return () => {
    const { rss, heapUsed } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    // The histogram holds the whole pause between two ticks; the planned part of it is no delay.
    const p99 = delay.count === 0 ? 0 : Math.max(0, delay.percentile(99) / 1e6 - resolution)
    delay.reset()
    return {
      rssBytes: rss,
      heapBytes: heapUsed,
      cpuMs: (user + system) / 1_000,
      loopDelayP99Ms: p99,
    }
  }
}
