import type { ClockOffset } from '../../shared/domain/latency.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { Clock, Logger } from '../ports.ts'
import type { ServerTime, Venue } from '../venues/venue.ts'
import type { PongSample } from './request-times.ts'
import type { Rest, Timed } from './rest.ts'
import { CLOCK_SAMPLES, type FeedTiming } from './timing.ts'

/** One reading of the venue's clock. */
export interface ClockSample extends ClockOffset {
  /** Our wall clock minus our monotonic clock then: it moves when the wall clock is set. */
  readonly skewMs: number
}

/** A wall clock that moved by more than this was set; older samples say nothing any more. */
const STEP_MS = 100

/**
 * The venue is taken to have read its clock half way between sending and receiving. A clock that
 * shows whole seconds is on average half a second further than it shows; our own shows whole
 * milliseconds, so only what is coarser than that is made up for.
 */
export function clockSample(
  { value, sentAt, rttMs }: Timed<ServerTime>,
  now: EpochMs,
  monotonic: number,
): ClockSample {
  const shown = value.time + (value.micros ?? 0) / 1_000
  return {
    offsetMs: shown + Math.max(0, value.resolutionMs - 1) / 2 - (sentAt + rttMs / 2),
    rttMs,
    resolutionMs: value.resolutionMs,
    uncertaintyMs: rttMs / 2 + value.resolutionMs,
    driftPpm: null,
    measuredAt: now,
    skewMs: now - monotonic,
  }
}

/**
 * The sample with the shortest round trip among those no older than `windowMs`: its error is half
 * the round trip at most. `null` while there is none.
 */
export function bestOffset(
  samples: readonly ClockSample[],
  now: EpochMs,
  windowMs: number,
): ClockOffset | null {
  const newest = samples.at(-1)
  if (newest === undefined) return null
  let best: ClockSample | null = null
  for (const sample of samples) {
    if (now - sample.measuredAt > windowMs) continue
    if (Math.abs(sample.skewMs - newest.skewMs) > STEP_MS) continue
    if (best === null || sample.rttMs < best.rttMs) best = sample
  }
  if (best === null) return null
  const { skewMs: _, ...offset } = best
  return offset
}

export interface ClockWatchDeps {
  readonly venue: Venue
  readonly rest: Rest
  readonly clock: Clock
  readonly log: Logger
  readonly timing: FeedTiming
  readonly changed: () => void
}

/**
 * Pauses before the first repetitions, milliseconds: at the start connections are new and the machine
 * is busy, so the first round trips are long and say little.
 */
const FIRST_PAUSES = [3_000, 10_000, 30_000, 60_000] as const

/** Measures one venue's clock now, soon again, and then every few minutes, until stopped. */
export class ClockWatch {
  readonly #deps: ClockWatchDeps
  #samples: ClockSample[] = []
  #cancel: (() => void) | null = null
  #offset: ClockOffset | null = null
  #measuring = false
  #failed = false

  constructor(deps: ClockWatchDeps) {
    this.#deps = deps
  }

  get offset(): ClockOffset | null {
    return this.#offset
  }

  start(): void {
    if (this.#cancel !== null) return
    this.#again(0)
    void this.#measure()
  }

  #again(round: number): void {
    const { clock, timing } = this.#deps
    const pause = Math.min(FIRST_PAUSES[round] ?? timing.clockEveryMs, timing.clockEveryMs)
    this.#cancel = clock.after(pause, () => {
      this.#again(round + 1)
      void this.#measure()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  /** The venue told its clock on the socket: finer than REST, and both its ends are known. */
  pong({ sentAt, rttMs, inMicros, outMicros }: PongSample): void {
    if (this.#cancel === null) return
    const { clock, timing } = this.#deps
    const theirs = (inMicros + outMicros) / 2_000
    const way = Math.max(0, rttMs - (outMicros - inMicros) / 1_000)
    const resolutionMs = 0.001
    this.#samples.push({
      offsetMs: theirs - (sentAt + rttMs / 2),
      rttMs: way,
      resolutionMs,
      uncertaintyMs: way / 2 + resolutionMs,
      driftPpm: null,
      measuredAt: epochMs(clock.now()),
      skewMs: clock.now() - clock.monotonic(),
    })
    this.#offset = bestOffset(this.#samples, clock.now(), timing.clockWindowMs)
  }

  async #measure(): Promise<void> {
    if (this.#measuring) return
    this.#measuring = true
    const { clock, timing, venue, rest, log } = this.#deps
    for (let taken = 0; taken < CLOCK_SAMPLES && this.#cancel !== null; taken += 1) {
      const answer = await rest.call(venue.rest.serverTime, undefined, timing.restMs)
      if (!answer.ok) {
        if (!this.#failed && answer.failure.code !== 'cancelled')
          log.info('clock-unmeasured', { venue: venue.id, message: answer.failure.message })
        this.#failed = true
        break
      }
      this.#failed = false
      this.#samples.push(clockSample(answer.value, epochMs(clock.now()), clock.monotonic()))
    }
    this.#measuring = false
    if (this.#cancel === null) return
    const oldest = clock.now() - timing.clockWindowMs
    this.#samples = this.#samples.filter(({ measuredAt }) => measuredAt >= oldest)
    this.#offset = bestOffset(this.#samples, clock.now(), timing.clockWindowMs)
    this.#deps.changed()
  }
}
