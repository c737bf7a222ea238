import { boundsAt, commonBounds, type OffsetBounds, STEP_MS } from './clock-offset-bounds.ts'
import { clockDrift } from './clock-offset-drift.ts'
import type { ClockReading } from './clock-offset-reading.ts'

/** The offset between two clocks now: within offsetMs ± uncertaintyMs. */
export interface OffsetEstimate {
  readonly offsetMs: number
  readonly uncertaintyMs: number
  readonly driftPpm: number | null
  /** Shortest round trip and finest step among the readings that count. */
  readonly rttMs: number
  readonly resolutionMs: number
  readonly readings: number
}

/** So many readings that agree with each other, but not with those before, mean that a clock was set. */
const PROOF_OF_STEP = 2
const MOST_READINGS = 128

/** Follows one venue's clock. Pure: times come with the readings. */
export class OffsetEstimator {
  readonly #windowMs: number
  #kept: ClockReading[] = []
  /** The newest readings that contradict those kept. */
  #doubted: ClockReading[] = []
  #bounds: OffsetBounds | undefined
  #drift: number | null = null
  /** How often the venue's clock was seen to have been set. */
  steps = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** Readings that contradict all others and were not confirmed yet: another one would tell. */
  get doubtful(): boolean {
    return this.#doubted.length > 0
  }

  add(reading: ClockReading): void {
    if (this.#ownStep(reading.skewMs)) this.clear()
    this.#kept = this.#recent(this.#kept, reading.at)
    const together = [...this.#kept, reading].slice(-MOST_READINGS)
    const bounds = commonBounds(together, reading.at, reading.skewMs)
    if (bounds !== undefined) this.#keep(together, bounds)
    else this.#doubt(reading)
  }

  /** Forgets everything: one of our own clocks was set, or stood still in sleep. */
  clear(): void {
    this.#kept = []
    this.#doubted = []
    this.#bounds = undefined
    this.#drift = null
  }

  /** Whether our wall clock was set since the newest reading (or the machine slept). */
  #ownStep(skewMs: number): boolean {
    const newest = this.#doubted.at(-1) ?? this.#kept.at(-1)
    return newest !== undefined && Math.abs(newest.skewMs - skewMs) > STEP_MS
  }

  /** `undefined` while nothing is known, or since our own clock was set. */
  estimate(at: number, skewMs: number): OffsetEstimate | undefined {
    if (this.#bounds === undefined || this.#ownStep(skewMs)) return undefined
    const bounds = boundsAt(this.#bounds, at)
    // Until it is settled which of two stories is true, the answer has room for both.
    const lo = Math.min(bounds.lo, ...this.#doubted.map((each) => each.lo))
    const hi = Math.max(bounds.hi, ...this.#doubted.map((each) => each.hi))
    const all = [...this.#kept, ...this.#doubted]
    return {
      offsetMs: (lo + hi) / 2,
      uncertaintyMs: (hi - lo) / 2,
      driftPpm: this.#drift,
      rttMs: Math.min(...all.map(({ rttMs }) => rttMs)),
      resolutionMs: Math.min(...all.map(({ resolutionMs }) => resolutionMs)),
      readings: this.#kept.length,
    }
  }

  #recent = (readings: readonly ClockReading[], at: number): ClockReading[] =>
    readings.filter((each) => at - each.at <= this.#windowMs)

  #keep(readings: ClockReading[], bounds: OffsetBounds): void {
    this.#kept = readings
    this.#doubted = []
    this.#bounds = bounds
    this.#drift = clockDrift(readings, bounds)
  }

  #doubt(reading: ClockReading): void {
    const doubted = [...this.#doubted, reading]
    const bounds = commonBounds(doubted, reading.at, reading.skewMs)
    this.#doubted = bounds === undefined ? [reading] : doubted
    if (bounds === undefined || doubted.length < PROOF_OF_STEP) return
    this.steps += 1
    this.#keep(doubted, bounds)
  }
}
