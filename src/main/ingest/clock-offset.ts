import type { ClockOffset } from '../../shared/domain/latency.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { Clock, Logger } from '../ports.ts'
import type { Venue } from '../venues/venue.ts'
import { STEP_MS } from './clock-offset-bounds.ts'
import { OffsetEstimator } from './clock-offset-estimate.ts'
import {
  type ClockReading,
  type LocalTime,
  pongReading,
  restReading,
} from './clock-offset-reading.ts'
import type { PongSample } from './request-times.ts'
import type { Rest } from './rest.ts'
import { CLOCK_SAMPLES, type FeedTiming } from './timing.ts'

export interface ClockWatchDeps {
  readonly venue: Venue
  readonly rest: Rest
  readonly clock: Clock
  readonly log: Logger
  readonly timing: FeedTiming
  /** Uniform in [0, 1); half an interval without it. */
  readonly random?: () => number
  readonly changed: () => void
}

/**
 * Pauses before the first repetitions, milliseconds: at the start connections are new and the machine
 * is busy, so the first round trips are long and say little.
 */
const FIRST_PAUSES = [3_000, 10_000, 30_000, 60_000] as const
/** An offset that is known this well needs no further questions in this round, milliseconds. */
const GOOD_MS = 25
/** Most questions of one round. */
const MOST_SAMPLES = 8
const LEAST_PAUSE_MS = 100
const SPREAD_PAUSE_MS = 400
/** A clock that steps this far is asked when the answer tells most, milliseconds. */
const COARSE_MS = 50
/** How often it is looked whether one of our own clocks was set. */
const LOOK_MS = 5_000

/**
 * Measures one venue's clock now, soon again, and then every few minutes, until stopped. Answers on
 * the socket that tell the clock are taken in as they come.
 */
export class ClockWatch {
  readonly #deps: ClockWatchDeps
  readonly #estimator: OffsetEstimator
  #cancels: (() => void)[] = []
  #endPause = (): void => {}
  #running = false
  #measuredAt: EpochMs | null = null
  #skewMs = Number.NaN
  #measuring = false
  #failed = false
  #steps = 0

  constructor(deps: ClockWatchDeps) {
    this.#deps = deps
    this.#estimator = new OffsetEstimator(deps.timing.clockWindowMs)
  }

  /** As of now; less certain the longer ago the last answer is. */
  get offset(): ClockOffset | null {
    const { monotonic, wall } = this.#here()
    const told = this.#estimator.estimate(monotonic, wall - monotonic)
    if (told === undefined || this.#measuredAt === null) return null
    return { ...told, measuredAt: this.#measuredAt }
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#cancels = [this.#deps.clock.every(LOOK_MS, () => this.#look())]
    this.#again(0)
    void this.#measure()
  }

  stop(): void {
    this.#running = false
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
    this.#endPause()
  }

  /** An answer on the socket told the venue's clock. */
  pong(sample: PongSample): void {
    if (!this.#running) return
    this.#take(pongReading(sample, this.#here()))
    this.#deps.changed()
  }

  #again(round: number): void {
    const { clock, timing } = this.#deps
    const pause = Math.min(FIRST_PAUSES[round] ?? timing.clockEveryMs, timing.clockEveryMs)
    this.#cancels[1] = clock.after(pause, () => {
      this.#again(round + 1)
      void this.#measure()
    })
  }

  /** Our own clock was set, or the machine slept: what was measured before says nothing now. */
  #look(): void {
    const { wall, monotonic } = this.#here()
    const moved = Math.abs(wall - monotonic - this.#skewMs)
    this.#skewMs = wall - monotonic
    if (!(moved > STEP_MS)) return
    this.#deps.log.info('own-clock-set', { venue: this.#deps.venue.id, ms: Math.round(moved) })
    this.#estimator.clear()
    this.#measuredAt = null
    this.#deps.changed()
    void this.#measure()
  }

  async #measure(): Promise<void> {
    if (this.#measuring) return
    this.#measuring = true
    for (let taken = 1; this.#running && (await this.#ask()); taken += 1) {
      const enough = taken >= CLOCK_SAMPLES && this.#known()
      if (enough || taken >= MOST_SAMPLES) break
      if (taken >= CLOCK_SAMPLES || this.#coarse()) await this.#pause()
    }
    this.#measuring = false
    if (this.#running) this.#deps.changed()
  }

  /** One question by REST; false when it was not answered. */
  async #ask(): Promise<boolean> {
    const { timing, venue, rest, log } = this.#deps
    const before = this.#here()
    const answer = await rest.call(venue.rest.serverTime, undefined, timing.restMs)
    if (!answer.ok) {
      if (!this.#failed && answer.failure.code !== 'cancelled')
        log.info('clock-unmeasured', { venue: venue.id, message: answer.failure.message })
      this.#failed = true
      return false
    }
    this.#failed = false
    const here = this.#here()
    // A clock that was set while the answer was on its way makes nonsense of it.
    const set = Math.abs(here.wall - here.monotonic - (before.wall - before.monotonic)) > STEP_MS
    if (!set) this.#take(restReading(answer.value, here))
    return true
  }

  #take(reading: ClockReading): void {
    const { clock, log, venue } = this.#deps
    this.#estimator.add(reading)
    this.#skewMs = reading.skewMs
    this.#measuredAt = epochMs(clock.now())
    if (this.#estimator.steps === this.#steps) return
    this.#steps = this.#estimator.steps
    log.info('venue-clock-set', {
      venue: venue.id,
      offsetMs: Math.round(this.offset?.offsetMs ?? 0),
    })
  }

  #known(): boolean {
    const { offset } = this
    return offset !== null && !this.#estimator.doubtful && offset.uncertaintyMs <= GOOD_MS
  }

  #coarse = (): boolean => (this.offset?.resolutionMs ?? 0) >= COARSE_MS

  /**
   * Waits before the next question. A clock of whole seconds is asked so that its second turns in the
   * middle of what is still open: the answer halves it. Any other a little later each time, so that
   * the questions do not meet the same traffic.
   */
  #pause(): Promise<void> {
    const { clock, random } = this.#deps
    const { offset } = this
    const jitter = (random?.() ?? 0.5) * SPREAD_PAUSE_MS
    let ms = LEAST_PAUSE_MS + jitter
    if (offset !== null && offset.resolutionMs >= COARSE_MS) {
      const { offsetMs, rttMs, resolutionMs } = offset
      const there = clock.now() + offsetMs + rttMs / 2
      ms = resolutionMs - (((there % resolutionMs) + resolutionMs) % resolutionMs)
    }
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve)
      this.#endPause = () => {
        cancel()
        resolve()
      }
    })
  }

  #here(): LocalTime {
    const { clock } = this.#deps
    return { wall: clock.now(), monotonic: clock.monotonic() }
  }
}
