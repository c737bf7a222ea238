import type { LoadReading } from './load-regulator.ts'

/** What the gauge and the store say at one moment. */
export interface LoadSample {
  /** Monotonic milliseconds. */
  readonly at: number
  /** CPU time used so far, milliseconds. */
  readonly cpuMs: number
  readonly rssBytes: number
  /** 99th percentile since the sample before, milliseconds. */
  readonly loopDelayP99Ms: number
  readonly waitingTrades: number
  /** The disk refuses what waits: more of it is no sign of load. */
  readonly refused: boolean
}

/** CPU is a mean over so many samples … */
const CPU_SAMPLES = 6
/** … and a delay of the event loop counts when so many samples in a row show it: one pause is none. */
const LOOP_SAMPLES = 3
/** Fewer trades than this always wait for a moment. */
const FEW_TRADES = 10_000

/** Makes steady readings of single samples. */
export class LoadReadings {
  #samples: LoadSample[] = []
  #growingSince: number | null = null

  add(sample: LoadSample): LoadReading {
    const before = this.#samples.at(-1)
    this.#samples = [...this.#samples.slice(1 - CPU_SAMPLES), sample]
    const first = this.#samples[0] ?? sample
    const ms = sample.at - first.at
    const loop = this.#samples.slice(-LOOP_SAMPLES).map((each) => each.loopDelayP99Ms)
    const queued = sample.refused ? 0 : sample.waitingTrades
    const grows = queued > FEW_TRADES && before !== undefined && queued > before.waitingTrades
    this.#growingSince = grows ? (this.#growingSince ?? before.at) : null
    return {
      cpu: ms > 0 ? (sample.cpuMs - first.cpuMs) / ms : 0,
      rssBytes: sample.rssBytes,
      loopDelayMs: loop.length < LOOP_SAMPLES ? 0 : Math.min(...loop),
      queueGrowingMs: this.#growingSince === null ? 0 : sample.at - this.#growingSince,
      queuedTrades: queued,
      waitingTrades: sample.waitingTrades,
    }
  }
}
