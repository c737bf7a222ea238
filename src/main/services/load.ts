import type { Settings } from '../../shared/contract/status.ts'
import { LOAD_STEPS, type LoadLevel, type LoadStatus } from '../../shared/domain/load.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import { LoadReadings } from '../pipeline/load-readings.ts'
import { type LoadReading, LoadRegulator } from '../pipeline/load-regulator.ts'
import type { Clock, Logger, ProcessGauge } from '../ports.ts'
import type { TradeStore } from '../store/store.ts'

const MEGABYTE = 1_000_000

export interface LoadOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Pick<TradeStore, 'health'>
  readonly caps: () => Settings['load']
  /** The most trades that may wait in memory for the store. */
  readonly maxWaitingTrades: number
  /** Trades left out since the start. */
  readonly shedTrades: () => number
  /** Called when the level changes; it holds from then on. */
  readonly apply: (level: LoadLevel) => void
}

/** Watches what the engine's process uses, and has the rest of the app leave things out when it is too much. */
export class Load {
  readonly #options: LoadOptions
  readonly #readings = new LoadReadings()
  readonly #regulator = new LoadRegulator()
  #since: EpochMs
  #reading: Pick<LoadReading, 'cpu' | 'rssBytes'> = { cpu: 0, rssBytes: 0 }

  constructor(options: LoadOptions) {
    this.#options = options
    this.#since = options.clock.now()
  }

  get level(): LoadLevel {
    return this.#regulator.level
  }

  /** Once a second, with what the gauge says then. */
  tick(gauge: ProcessGauge): void {
    const { clock, log, store, caps, maxWaitingTrades, apply } = this.#options
    const { cpuPercent, memoryMegabytes } = caps()
    const { state, waitingTrades } = store.health()
    const reading = this.#readings.add({
      at: clock.monotonic(),
      ...gauge,
      waitingTrades,
      refused: state === 'retrying',
    })
    this.#reading = reading
    const before = this.level
    const level = this.#regulator.tick(reading, {
      cpu: cpuPercent === null ? null : cpuPercent / 100,
      rssBytes: memoryMegabytes === null ? null : memoryMegabytes * MEGABYTE,
      waitingTrades: maxWaitingTrades,
    })
    if (level === before) return
    this.#since = clock.now()
    const say = level > before ? log.warn : log.info
    say('load-level', { shed: level, why: this.#regulator.reasons.join(' '), ...figures(reading) })
    apply(level)
  }

  status(): LoadStatus {
    const { cpu, rssBytes } = this.#reading
    const { level, reasons, easing } = this.#regulator
    return {
      level,
      since: this.#since,
      reasons: level === 0 ? [] : reasons,
      easing,
      shed: LOAD_STEPS.slice(0, level),
      cpu,
      rssBytes,
      caps: { ...this.#options.caps() },
      shedTrades: this.#options.shedTrades(),
    }
  }
}

const figures = ({ cpu, rssBytes, loopDelayMs, waitingTrades }: LoadReading) => ({
  cpuPercent: Math.round(cpu * 100),
  megabytes: Math.round(rssBytes / MEGABYTE),
  loopDelayMs: Math.round(loopDelayMs),
  waitingTrades,
})
