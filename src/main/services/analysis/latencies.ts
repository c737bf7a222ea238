import type { CallLatency, ModelLatency, Quantiles } from '../../../shared/contract/analysis.ts'
import { LatencyWindow } from '../../pipeline/latency-window.ts'
import type { Clock } from '../../ports.ts'

/** Calls of the last day: few come in an hour. */
const WINDOW_MS = 86_400_000
/** Of the models that were asked last. */
const MOST_MODELS = 50

interface Windows {
  calls: number
  readonly queue: LatencyWindow
  readonly firstByte: LatencyWindow
  readonly total: LatencyWindow
}

/** How long the calls of each model took, in this run. */
export class Latencies {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** The one that was asked last comes last. */
  readonly #models = new Map<string, Windows>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  record(model: string, { queueMs, firstByteMs, totalMs }: CallLatency): void {
    const at = this.#clock.monotonic()
    const windows = this.#models.get(model) ?? newWindows()
    this.#models.delete(model)
    this.#models.set(model, windows)
    windows.calls += 1
    windows.queue.record(at, queueMs)
    if (firstByteMs !== null) windows.firstByte.record(at, firstByteMs)
    windows.total.record(at, totalMs)
    const [oldest] = this.#models.keys()
    if (this.#models.size > MOST_MODELS && oldest !== undefined) this.#models.delete(oldest)
  }

  /** By the name of the model. */
  all(): readonly ModelLatency[] {
    const at = this.#clock.monotonic()
    return [...this.#models]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([model, { calls, queue, firstByte, total }]) => ({
        model,
        calls,
        queue: quantilesOf(queue, at),
        firstByte: quantilesOf(firstByte, at),
        total: quantilesOf(total, at),
      }))
  }
}

const newWindows = (): Windows => ({
  calls: 0,
  queue: new LatencyWindow(WINDOW_MS),
  firstByte: new LatencyWindow(WINDOW_MS),
  total: new LatencyWindow(WINDOW_MS),
})

const quantilesOf = (window: LatencyWindow, at: number): Quantiles => {
  const { p50, p95, p99 } = window.figures(at)
  return { p50, p95, p99 }
}
