import type { EpochMs } from './time.ts'

export const DAY_MS = 86_400_000
/** With less than this to go by, nobody can say how fast a tape grows. */
export const LEAST_MEASURED_MS = 3_600_000
/** Two looks further apart than this: nothing was recorded in between. */
const MOST_BETWEEN_MS = 900_000

/** How much was written up to a time, what has been removed since included. */
export interface GrowthSample {
  readonly at: number
  readonly bytes: number
}

export interface Growth {
  /** Bytes in a day of recording; null while it is too early to tell. */
  readonly bytesPerDay: number | null
  /** How much recording that is taken from, milliseconds; a day at most. */
  readonly measuredMs: number
}

/** How fast a tape grows, by its last day of recording. Samples in order of time. */
export function growthOf(samples: readonly GrowthSample[]): Growth {
  let [bytes, measuredMs] = [0, 0]
  for (let i = samples.length - 1; i > 0 && measuredMs < DAY_MS; i -= 1) {
    const [before, after] = [samples[i - 1], samples[i]]
    if (before === undefined || after === undefined) break
    const ms = after.at - before.at
    if (ms <= 0 || ms > MOST_BETWEEN_MS) continue
    bytes += after.bytes - before.bytes
    measuredMs += ms
  }
  const tells = measuredMs >= LEAST_MEASURED_MS
  return { bytesPerDay: tells ? Math.max(0, (bytes * DAY_MS) / measuredMs) : null, measuredMs }
}

/** A stretch of sealed tape. */
export interface SizedStretch {
  readonly from: number
  readonly to: number
  readonly bytes: number
}

/**
 * Bytes of trades in a day, by the last day of a market's tape; null when it is shorter than an hour.
 * Stretches in order of time.
 */
export function bytesInDay(stretches: readonly SizedStretch[]): number | null {
  const end = stretches.at(-1)?.to
  const first = stretches[0]?.from
  if (end === undefined || first === undefined) return null
  const begin = Math.max(first, end - DAY_MS)
  if (end - begin < LEAST_MEASURED_MS) return null
  let bytes = 0
  for (let i = stretches.length - 1; i >= 0; i -= 1) {
    const one = stretches[i]
    if (one === undefined || one.to < begin) break
    const inside =
      one.to > one.from ? (one.to - Math.max(one.from, begin)) / (one.to - one.from) : 1
    bytes += one.bytes * inside
  }
  return (bytes * DAY_MS) / (end - begin)
}

/** Days until `room` bytes are used up; null when nobody can say, or never. */
export const daysUntilFull = (room: number | null, bytesPerDay: number | null): number | null => {
  if (room === null) return null
  if (room <= 0) return 0
  return bytesPerDay === null || bytesPerDay === 0 ? null : room / bytesPerDay
}

/** How long raw trades are kept. */
export interface StorageLimits {
  /** Bytes of the database file; null: no limit. */
  readonly budgetBytes: number | null
  /** For markets without a limit of their own; null: for ever. */
  readonly keepDays: number | null
  readonly keepDaysByMarket: Readonly<Record<string, number>>
}

export const NO_LIMITS: StorageLimits = { budgetBytes: null, keepDays: null, keepDaysByMarket: {} }

/** The age limit of a market, milliseconds; null: none. */
export function keepMsOf(
  { keepDays, keepDaysByMarket }: StorageLimits,
  market: string,
): number | null {
  const days = Object.hasOwn(keepDaysByMarket, market) ? keepDaysByMarket[market] : keepDays
  return days === undefined || days === null ? null : days * DAY_MS
}

/** What was removed last: all of one day (UTC). */
export interface RolledOffDay {
  readonly at: EpochMs
  readonly trades: number
  readonly bytes: number
}
