import type { Replay } from './replay.ts'

/** Times as fast as it happened, 0.1 to 1,000; `max`: as fast as it goes. */
export type ReplaySpeed = number | 'max'
export const LEAST_SPEED = 0.1
export const MOST_SPEED = 1_000

/** Trades between two looks at whether somebody wants something else: a few milliseconds. */
const SLICE = 10_000
/** How often trades are played while it goes no faster than the clock. */
const TICK_MS = 20

/** What a player needs of a clock. */
export interface ReplayClock {
  /** Milliseconds, never back. */
  monotonic(): number
  /** Calls back once; returns what takes that back. */
  after(ms: number, run: () => void): () => void
}

export interface ReplayState {
  readonly playing: boolean
  readonly done: boolean
  readonly speed: ReplaySpeed
  /** Until when it has been played, epoch ms. */
  readonly at: number
  readonly trades: number
  readonly alerts: number
  /** How much tape it is behind its speed, milliseconds: the machine cannot keep up. */
  readonly behindMs: number
}

/** Plays a replay by a clock. Everything that a person can do with it. */
export class ReplayPlayer {
  readonly replay: Replay
  readonly #clock: ReplayClock
  readonly #changed: () => void
  #speed: ReplaySpeed = 1
  #playing = false
  #cancel: (() => void) | null = null
  /** The pace: at this time of the clock the tape was to be here. */
  #since = { clock: 0, tape: 0 }

  /** `changed` is called whenever the state is another one, at most once a slice. */
  constructor(replay: Replay, clock: ReplayClock, changed: () => void = () => {}) {
    this.replay = replay
    this.#clock = clock
    this.#changed = changed
  }

  get state(): ReplayState {
    const { at, trades, firings, done } = this.replay
    const target = this.#target()
    return {
      ...{ playing: this.#playing, done, speed: this.#speed, at, trades, alerts: firings },
      behindMs: this.#playing && Number.isFinite(target) ? Math.max(0, Math.round(target - at)) : 0,
    }
  }

  play(): void {
    if (this.#playing || this.replay.done) return
    this.#playing = true
    this.#pace()
    this.#later(0)
    this.#changed()
  }

  pause(): void {
    this.#cancel?.()
    this.#cancel = null
    if (!this.#playing) return
    this.#playing = false
    this.#changed()
  }

  /** Held between 0.1 and 1,000. */
  setSpeed(speed: ReplaySpeed): void {
    this.#speed =
      speed === 'max' ? speed : Math.min(MOST_SPEED, Math.max(LEAST_SPEED, speed || LEAST_SPEED))
    this.#pace()
    if (this.#playing) this.#later(0)
    this.#changed()
  }

  /** One trade; pauses. */
  step(): void {
    this.pause()
    this.replay.step()
    this.#changed()
  }

  /** To the end of the bar of `size` ms in which the next trade lies; pauses. */
  stepBar(size: number): void {
    this.pause()
    this.replay.stepBar(size)
    this.#changed()
  }

  /** Goes on from another time, playing or not. */
  seek(at: number): void {
    this.replay.seek(at)
    this.#pace()
    if (this.#playing) this.#later(0)
    this.#changed()
  }

  #pace(): void {
    this.#since = { clock: this.#clock.monotonic(), tape: this.replay.at }
  }

  #target(): number {
    if (this.#speed === 'max') return Number.POSITIVE_INFINITY
    return this.#since.tape + (this.#clock.monotonic() - this.#since.clock) * this.#speed
  }

  #later(ms: number): void {
    this.#cancel?.()
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = null
      this.#slice()
    })
  }

  #slice(): void {
    const target = this.#target()
    this.replay.run(target, SLICE)
    if (this.replay.done) {
      this.pause()
      return
    }
    this.#later(this.replay.next < target ? 0 : TICK_MS)
    this.#changed()
  }
}
