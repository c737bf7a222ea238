import type { LoadLevel, LoadReason } from '../../shared/domain/load.ts'

/** What was measured over the last seconds. Larger is worse in every field. */
export interface LoadReading {
  /** Share of one core; 1 is one core in full. */
  readonly cpu: number
  readonly rssBytes: number
  /** Event-loop delay that lasts, 99th percentile, milliseconds. */
  readonly loopDelayMs: number
  /** How long the store's queue has been growing without a pause, milliseconds. */
  readonly queueGrowingMs: number
  /** Trades that wait in memory for a store which takes what it can: 0 while the disk refuses them. */
  readonly queuedTrades: number
  /** Trades that wait in memory, whatever keeps them there. */
  readonly waitingTrades: number
}

/** What is allowed; null: no cap. */
export interface LoadLimits {
  readonly cpu: number | null
  readonly rssBytes: number | null
  /** The most trades that may wait in memory. */
  readonly waitingTrades: number
}

export const LOOP_DELAY_MS = 200
export const QUEUE_GROWS_MS = 5_000
/** Where pressure has ended: below these shares of the thresholds. In between nothing changes. */
const CPU_CALM = 0.85
const MEMORY_CALM = 0.92
const LOOP_CALM = 0.5
/** The store's queue is as good as full. */
const QUEUE_FULL = 0.9
/** Leaving trades out helps against too much memory only while so many of them wait in it: some 10 MB. */
const WORTH_SHEDDING = 50_000

/** Position of one level; it moves by these at each reading. Whole numbers, so that none drifts. */
const LEVEL = 60
const RISE = 20 // a level in 3 s of pressure
const FALL = 3 // a level in 20 s without
const RELENT = 12 // trades are stored again 5 s after memory suffices
const ALL_BUT_TRADES = 3 * LEVEL

/**
 * Decides how much is left out, one reading a second. Pure. What presses moves a position up, calm moves
 * it down more slowly, and a level is entered and left at different positions: it goes one step at a time,
 * up and down again takes 23 s at least, and more pressure never gives a lower level. Trades are left out only
 * when memory runs short of them, after all else has been in force for three seconds.
 */
export class LoadRegulator {
  #position = 0
  #level: LoadLevel = 0
  #reasons: readonly LoadReason[] = []
  #pressed = false

  get level(): LoadLevel {
    return this.#level
  }

  /** What presses; what pressed last while the level is on its way down. Empty at level 0. */
  get reasons(): readonly LoadReason[] {
    return this.#reasons
  }

  /** Nothing presses any more, and the level is on its way down. */
  get easing(): boolean {
    return this.#level > 0 && !this.#pressed
  }

  tick(reading: LoadReading, limits: LoadLimits): LoadLevel {
    const reasons = pressing(reading, limits)
    this.#pressed = reasons.length > 0
    const moved = Math.min(ALL_BUT_TRADES, this.#moved(reading, limits))
    if (isShort(reading, limits)) this.#position = Math.min(4 * LEVEL, this.#position + RISE)
    else this.#position = Math.max(this.#position - RELENT, moved)
    const level = this.#level
    if (this.#position >= (level + 1) * LEVEL) this.#level = (level + 1) as LoadLevel
    else if (this.#position <= (level - 1) * LEVEL) this.#level = (level - 1) as LoadLevel
    if (this.#pressed) this.#reasons = reasons
    else if (this.#level === 0) this.#reasons = []
    return this.#level
  }

  /** Where the position would go if trades were never left out. */
  #moved(reading: LoadReading, limits: LoadLimits): number {
    const position = Math.min(ALL_BUT_TRADES, this.#position)
    if (this.#pressed) return position + RISE
    return isCalm(reading, limits) ? Math.max(0, position - FALL) : position
  }
}

function pressing(reading: LoadReading, limits: LoadLimits): LoadReason[] {
  const reasons: LoadReason[] = []
  if (limits.cpu !== null && reading.cpu > limits.cpu) reasons.push('cpu')
  if (limits.rssBytes !== null && reading.rssBytes > limits.rssBytes) reasons.push('memory')
  if (reading.loopDelayMs > LOOP_DELAY_MS) reasons.push('loop')
  if (reading.queueGrowingMs > QUEUE_GROWS_MS || isFull(reading, limits)) reasons.push('queue')
  return reasons
}

const isFull = ({ queuedTrades }: LoadReading, { waitingTrades }: LoadLimits): boolean =>
  queuedTrades >= QUEUE_FULL * waitingTrades

/** Memory would run out, and leaving trades out is what helps. */
const isShort = (reading: LoadReading, limits: LoadLimits): boolean =>
  isFull(reading, limits) ||
  (limits.rssBytes !== null &&
    reading.rssBytes > limits.rssBytes &&
    reading.waitingTrades >= WORTH_SHEDDING)

const isCalm = (reading: LoadReading, limits: LoadLimits): boolean =>
  reading.cpu <= CPU_CALM * (limits.cpu ?? Number.POSITIVE_INFINITY) &&
  reading.rssBytes <= MEMORY_CALM * (limits.rssBytes ?? Number.POSITIVE_INFINITY) &&
  reading.loopDelayMs <= LOOP_CALM * LOOP_DELAY_MS &&
  reading.queueGrowingMs === 0
