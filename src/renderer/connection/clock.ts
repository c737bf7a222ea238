import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import { wallClock } from '../../shared/domain/wall-clock.ts'

/** The renderer's time, injected so that tests hold it in their hands. */
export interface Clock {
  /** Wall clock of this computer, whole milliseconds. */
  now(): EpochMs
  /** Runs once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void
  /** Runs every `ms` until cancelled. */
  every(ms: number, run: () => void): () => void
}

export const browserClock: Clock = {
  now: () => epochMs(Date.now()),
  after: (ms, run) => {
    const id = setTimeout(run, ms)
    return () => clearTimeout(id)
  },
  every: (ms, run) => {
    const id = setInterval(run, ms)
    return () => clearInterval(id)
  },
}

/** Wall clock of this computer with a fraction, milliseconds: as the engine beside the page reads it. */
export const browserWall = wallClock(
  () => Date.now(),
  () => performance.now(),
)
