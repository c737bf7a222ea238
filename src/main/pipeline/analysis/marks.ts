import {
  HORIZONS,
  type Horizon,
  type Mark,
  type MarkOutcome,
  type SignalVerdict,
} from '../../../shared/domain/analysis.ts'
import type { Candle } from '../../../shared/domain/candle.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../../shared/domain/time.ts'

const MINUTE = 60_000
/** How long a signal has to come true. */
export const MARKED_MS = 1_440 * MINUTE

/** A bar with its length, since bars of seconds and of minutes may follow one another. */
export interface MarkBar extends Pick<Candle, 'openTime' | 'open' | 'high' | 'low' | 'close'> {
  readonly ms: number
}

export interface MarkFacts {
  readonly signal: SignalVerdict
  /** Moment of the signal, and the price of the newest trade then (`snapshot.figures.last`): returns are taken from it. */
  readonly at: EpochMs
  readonly last: number | null
  /**
   * With trades, ascending, none over another. Those that open before `at` are not looked at, as they hold what was before:
   * up to the next whole minute there should be bars of seconds.
   */
  readonly bars: readonly MarkBar[]
  /** Stretches of which the tape is not known to hold all trades. */
  readonly holes: readonly TimeRange[]
  /** Nothing at this time or later is known yet. */
  readonly now: EpochMs
}

/**
 * What became of a signal in the 24 hours after it: whether its nearest target or its stop was reached first. When one bar
 * reaches both, its open decides if it lies beyond one of them; otherwise it counts as the stop, against the signal.
 * A hole before that makes it `unknown`, as either may have been reached in there; until the 24 hours
 * are over it is `pending`, since a hole may be filled. A signal sideways is never marked: `neither`, and returns of 0.
 */
export function markOf(facts: MarkFacts): Mark {
  const { signal, at, last, now } = facts
  if (signal.trend === 'sideways')
    return { outcome: 'neither', reachedAt: null, returns: returnsOf(() => 0) }
  const way = signal.trend === 'up' ? 1 : -1
  const bars = facts.bars.filter((bar) => bar.openTime >= at && bar.openTime + bar.ms <= now)
  const returns = returnsOf((horizon) => {
    const price = priceAt(at + horizon * MINUTE, bars, facts)
    return price === null || last === null || last <= 0 ? null : (price / last - 1) * 100 * way
  })
  return { ...outcomeOf(facts, bars), returns }
}

const returnsOf = (of: (horizon: Horizon) => number | null): Mark['returns'] =>
  Object.fromEntries(HORIZONS.map((horizon) => [horizon, of(horizon)])) as Record<
    Horizon,
    number | null
  >

function outcomeOf(
  { signal, at, holes, now }: MarkFacts,
  bars: readonly MarkBar[],
): Pick<Mark, 'outcome' | 'reachedAt'> {
  const end = at + MARKED_MS
  const isOver = now >= end
  for (const bar of bars) {
    if (bar.openTime >= end) break
    const outcome = reached(bar, signal)
    if (outcome === null) continue
    if (!isHoled(holes, at, bar.openTime + bar.ms))
      return { outcome, reachedAt: epochMs(bar.openTime) }
    return { outcome: isOver ? 'unknown' : 'pending', reachedAt: null }
  }
  if (!isOver) return { outcome: 'pending', reachedAt: null }
  return { outcome: isHoled(holes, at, end) ? 'unknown' : 'neither', reachedAt: null }
}

function reached(bar: MarkBar, { trend, stop, targets }: SignalVerdict): MarkOutcome | null {
  const target = targets[0] ?? null
  const isUp = trend === 'up'
  const isPast = (price: number, level: number | null, upward: boolean): boolean =>
    level !== null && (upward ? price >= level : price <= level)
  const [best, worst] = isUp ? [bar.high, bar.low] : [bar.low, bar.high]
  if (isPast(bar.open, target, isUp)) return 'target'
  if (isPast(worst, stop, !isUp)) return 'stop'
  return isPast(best, target, isUp) ? 'target' : null
}

/** The price of the newest trade before a time; null: it lies ahead, or in or behind a hole. */
function priceAt(
  time: number,
  bars: readonly MarkBar[],
  { at, last, holes, now }: MarkFacts,
): number | null {
  if (time > now) return null
  const newest = bars.findLast((bar) => bar.openTime + bar.ms <= time)
  if (isHoled(holes, newest?.openTime ?? at, time)) return null
  return newest?.close ?? last
}

/** Whether a hole reaches into [from, to). */
const isHoled = (holes: readonly TimeRange[], from: number, to: number): boolean =>
  holes.some((hole) => hole.from < to && hole.to > from)
