import type { SimulatorClock } from './clock.ts'
import type { Fault, FaultKind } from './faults.ts'
import { type Random, random } from './random.ts'

/** What is to happen to one trade frame on its way to one socket. */
export interface Verdict {
  readonly drop: boolean
  readonly duplicate: boolean
  readonly reorder: boolean
  readonly badFrame: boolean
  readonly delayMs: number
  /** Faults of the whole connection that this frame sets off. */
  readonly strikes: readonly Fault[]
}

const NOTHING: Verdict = {
  drop: false,
  duplicate: false,
  reorder: false,
  badFrame: false,
  delayMs: 0,
  strikes: [],
}

/** Faults that hit sockets rather than frames. */
const WHOLE: readonly FaultKind[] = ['stall', 'cut', 'shutdown']

interface Armed {
  readonly fault: Fault
  readonly draw: Random
  readonly since: number
  frames: number
  strikes: number
  dropping: number
}

/** The faults of one venue at work. The same seed and the same frames give the same verdicts. */
export class FaultPlan {
  #armed: Armed[] = []
  readonly #seed: string
  readonly #clock: SimulatorClock
  readonly #strike: (fault: Fault) => void
  #cancels: (() => void)[] = []

  /** `strike` is called for stalls, cuts and shutdowns that are due by time. */
  constructor(seed: string, clock: SimulatorClock, strike: (fault: Fault) => void) {
    this.#seed = seed
    this.#clock = clock
    this.#strike = strike
  }

  add(fault: Fault): void {
    const draw = random(this.#seed, 'fault', this.#armed.length, fault.kind)
    const since = this.#clock.monotonic()
    this.#armed.push({ fault, draw, since, frames: 0, strikes: 0, dropping: 0 })
    const { trigger } = fault
    if (!WHOLE.includes(fault.kind) || trigger.when !== 'time') return
    const run = (): void => this.#strike(fault)
    this.#cancels.push(
      trigger.again ? this.#clock.every(trigger.ms, run) : this.#clock.after(trigger.ms, run),
    )
  }

  /** How far the venue's clock is off, ms. */
  get skewMs(): number {
    let sum = 0
    for (const { fault } of this.#armed) if (fault.kind === 'skew') sum += fault.ms
    return sum
  }

  /** To be asked once for each trade frame about to be written to a socket. */
  judge(): Verdict {
    if (this.#armed.length === 0) return NOTHING
    const now = this.#clock.monotonic()
    const hit = new Set<FaultKind>()
    const strikes: Fault[] = []
    let delayMs = 0
    for (const armed of this.#armed) {
      const { kind, ms, count } = armed.fault
      armed.frames += 1
      const due = isDue(armed, now)
      if (kind === 'drop' && due) armed.dropping = count
      if (kind === 'drop' ? armed.dropping > 0 : due) hit.add(kind)
      if (kind === 'drop' && armed.dropping > 0) armed.dropping -= 1
      if (due && kind === 'delay') delayMs += ms
      if (due && WHOLE.includes(kind)) strikes.push(armed.fault)
    }
    if (hit.size === 0) return NOTHING
    return {
      drop: hit.has('drop'),
      duplicate: hit.has('duplicate'),
      reorder: hit.has('reorder'),
      badFrame: hit.has('bad-frame'),
      delayMs,
      strikes,
    }
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
    this.#armed = []
  }
}

function isDue(armed: Armed, now: number): boolean {
  const { trigger, kind } = armed.fault
  if (kind === 'skew') return false
  if (trigger.when === 'always') return true
  if (trigger.when === 'chance') return armed.draw.next() < trigger.probability
  if (trigger.when === 'frame')
    return trigger.again ? armed.frames % trigger.number === 0 : armed.frames === trigger.number
  // Whole-socket faults by time have timers of their own.
  if (WHOLE.includes(kind)) return false
  const reached = Math.floor((now - armed.since) / trigger.ms)
  const due = trigger.again ? reached > armed.strikes : reached >= 1 && armed.strikes === 0
  if (due) armed.strikes = trigger.again ? reached : 1
  return due
}

/** A frame that no reader can take for a trade, made from a real one. */
export function spoiled(text: string, draw: Random): string {
  const kind = draw.whole(4)
  if (kind === 0) return text.slice(0, Math.max(1, Math.floor(text.length / 2)))
  if (kind === 1) return `${text.slice(0, -1)},"`
  if (kind === 2) return '<html><body>502 Bad Gateway</body></html>'
  return text.replaceAll('"', "'")
}
