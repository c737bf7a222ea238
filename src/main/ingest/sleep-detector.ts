/** A jump of less than this is a busy machine, not one that slept, milliseconds. */
const TOLERANCE_MS = 5_000

/**
 * Tells from a regular tick that the machine slept (or stood still): the tick comes late, or the wall
 * clock ran ahead of the monotonic one, which stops during sleep on some systems. A wall clock that was
 * set forward looks the same; what is done about it, a probe of each socket, does no harm.
 */
export class SleepDetector {
  readonly #everyMs: number
  #last: { readonly wall: number; readonly monotonic: number } | null = null

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /** How long the machine was away since the tick before, milliseconds; 0 when it was not. */
  tick(wall: number, monotonic: number): number {
    const last = this.#last
    this.#last = { wall, monotonic }
    if (last === null) return 0
    const passed = monotonic - last.monotonic
    const late = passed - this.#everyMs
    const ahead = wall - last.wall - passed
    const away = Math.max(late, ahead)
    return away > TOLERANCE_MS ? away : 0
  }

  reset(): void {
    this.#last = null
  }
}
