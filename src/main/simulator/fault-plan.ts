import type { SimulatorClock } from './clock.ts'
import type { Fault, FaultKind } from './faults.ts'
import { type Random, random } from './random.ts'

/** What is to happen to one trade frame on its way to one socket. */
export interface Verdict {
  readonly drop: boolean
  readonly duplicate: boolean
  readonly reorder: boolean
  readonly badFrame: boolean
  readonly oversized: boolean
  readonly delayMs: number
  /** Faults of the whole connection that this frame sets off. */
  readonly strikes: readonly Fault[]
}

/** A refusal by HTTP status; `retryAfter` in whole seconds, null where the header is not sent. */
export interface Refused {
  readonly status: number
  readonly retryAfter: number | null
}

/** What is to happen to one REST call. */
export interface CallVerdict {
  readonly refused: Refused | null
  /** The connection is dropped without an answer. */
  readonly dropped: boolean
  /** Ms until the call is read, and from its answer until that leaves. */
  readonly upMs: number
  readonly downMs: number
}

const NOTHING: Verdict = {
  drop: false,
  duplicate: false,
  reorder: false,
  badFrame: false,
  oversized: false,
  delayMs: 0,
  strikes: [],
}

/** Faults that hit sockets rather than frames. */
const WHOLE: readonly FaultKind[] = ['stall', 'cut', 'shutdown']
/** Faults that are asked about each trade frame. */
const OF_FRAMES: readonly FaultKind[] = [
  ...WHOLE,
  'drop',
  'duplicate',
  'reorder',
  'bad-frame',
  'oversized',
  'delay',
]
/** Statuses that come with Retry-After. */
const RETRIED = [418, 429]

interface Armed {
  readonly fault: Fault
  readonly draw: Random
  readonly since: number
  /** Frames or calls that this fault was asked about. */
  asked: number
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
    this.#armed.push({ fault, draw, since, asked: 0, strikes: 0, dropping: 0 })
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
    for (const { fault, since } of this.#armed) {
      if (fault.kind === 'skew') sum += fault.ms
      if (fault.kind === 'clock-step') sum += fault.ms * reached(fault, since, this.#now())
    }
    return sum
  }

  /** To be asked once for each trade frame about to be written to a socket. */
  judge(): Verdict {
    if (this.#armed.length === 0) return NOTHING
    const now = this.#now()
    const hit = new Set<FaultKind>()
    const strikes: Fault[] = []
    let delayMs = 0
    for (const armed of this.#armed) {
      const { kind, ms, count } = armed.fault
      if (kind === 'silent' && isOn(armed, now)) hit.add('drop')
      if (!OF_FRAMES.includes(kind)) continue
      armed.asked += 1
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
      oversized: hit.has('oversized'),
      delayMs,
      strikes,
    }
  }

  /** To be asked once for each WebSocket handshake; null lets it through. */
  handshake(): Refused | null {
    return this.#refused(() => true)
  }

  /** To be asked once for each REST call. */
  call(): CallVerdict {
    const now = this.#now()
    let dropped = false
    let upMs = 0
    let downMs = 0
    for (const armed of this.#armed) {
      const { kind, ms, jitterMs } = armed.fault
      if (kind === 'lag') {
        upMs += armed.fault.upMs + armed.draw.next() * jitterMs
        downMs += armed.fault.downMs + armed.draw.next() * jitterMs
      } else if (kind === 'slow-rest' || kind === 'rest-down') {
        armed.asked += 1
        const on = isOn(armed, now)
        if (on && kind === 'slow-rest') downMs += ms
        if (on && kind === 'rest-down') dropped = true
      }
    }
    return { refused: this.#refused(({ rest }) => rest), dropped, upMs, downMs }
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
    this.#armed = []
  }

  #now(): number {
    return this.#clock.monotonic()
  }

  #refused(concerns: (fault: Fault) => boolean): Refused | null {
    let refused: Refused | null = null
    for (const armed of this.#armed) {
      const { fault } = armed
      if (fault.kind !== 'refuse' || !concerns(fault)) continue
      armed.asked += 1
      if (!isOn(armed, this.#now())) continue
      const retryAfter = Math.max(1, Math.ceil(leftMs(armed, this.#now()) / 1_000))
      refused ??= {
        status: fault.status,
        retryAfter: RETRIED.includes(fault.status) ? retryAfter : null,
      }
    }
    return refused
  }
}

/** How often a fault has come by time. */
function reached({ trigger }: Fault, since: number, now: number): number {
  if (trigger.when !== 'time') return 0
  const times = Math.floor((now - since) / trigger.ms)
  return trigger.again ? times : Math.min(1, times)
}

/** Whether a fault that lasts is at work; of one that does not, whether this call is struck. */
function isOn(armed: Armed, now: number): boolean {
  const { trigger } = armed.fault
  if (trigger.when !== 'time') return isDue(armed, now)
  return reached(armed.fault, armed.since, now) > 0 && leftMs(armed, now) > 0
}

/** How long a fault goes on, ms: it began when it was due the last time. */
function leftMs({ fault, since }: Armed, now: number): number {
  const { trigger, forMs } = fault
  if (trigger.when === 'always') return forMs === null ? 1_000 : since + forMs - now
  if (trigger.when !== 'time') return 1_000
  if (forMs === null) return 1_000
  return since + reached(fault, since, now) * trigger.ms + forMs - now
}

function isDue(armed: Armed, now: number): boolean {
  const { trigger, kind, forMs } = armed.fault
  if (trigger.when === 'always') return forMs === null || leftMs(armed, now) > 0
  if (trigger.when === 'chance') return armed.draw.next() < trigger.probability
  if (trigger.when === 'frame')
    return trigger.again ? armed.asked % trigger.number === 0 : armed.asked === trigger.number
  // Whole-socket faults by time have timers of their own.
  if (WHOLE.includes(kind)) return false
  const times = Math.floor((now - armed.since) / trigger.ms)
  const due = trigger.again ? times > armed.strikes : times >= 1 && armed.strikes === 0
  if (due) armed.strikes = trigger.again ? times : 1
  return due
}
