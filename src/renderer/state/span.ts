import { MOST_BARS, RESOLUTIONS, type Resolution } from '../../shared/domain/candle.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../shared/domain/time.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** The narrowest sight: single trades. */
export const NARROWEST = 4_000
export const WIDEST = 1_200 * DAY
/** Bars in sight at most; three times as many are read, so that a pan has something to show. */
export const IN_SIGHT = 600
/** Up to this width single trades are drawn. */
export const TRADES_UP_TO = 3 * MINUTE

const FINE_TO_COARSE = (Object.entries(RESOLUTIONS) as [Resolution, number][]).sort(
  (a, b) => a[1] - b[1],
)

export const widthOf = ({ from, to }: TimeRange): number => to - from
export const middleOf = ({ from, to }: TimeRange): EpochMs => epochMs(Math.round((from + to) / 2))

/** A stretch of a width with `at` in its middle. */
export const around = (at: number, width: number): TimeRange => ({
  from: epochMs(Math.round(at - width / 2)),
  to: epochMs(Math.round(at + width / 2)),
})

/** The newest stretch of that width. */
export const lastOf = (width: number, now: number): TimeRange => ({
  from: epochMs(now - width),
  to: epochMs(now),
})

/** Moved by a share of its width; never so far that all of it lies in the future. */
export function pan({ from, to }: TimeRange, share: number, now: number): TimeRange {
  const width = to - from
  const end = Math.min(to + share * width, now + width / 2)
  return { from: epochMs(Math.round(end - width)), to: epochMs(Math.round(end)) }
}

/** `factor` times as wide, with `at` staying where it is. */
export function zoom(span: TimeRange, factor: number, at: number = middleOf(span)): TimeRange {
  const width = Math.min(WIDEST, Math.max(NARROWEST, widthOf(span) * factor))
  const share = (at - span.from) / widthOf(span)
  const from = at - share * width
  return { from: epochMs(Math.round(from)), to: epochMs(Math.round(from + width)) }
}

/** The stretch around something that lasted: it takes a third of the sight, and a minute at least. */
export const surroundings = (of: TimeRange): TimeRange =>
  around(middleOf(of), Math.max(widthOf(of) * 3, 5 * MINUTE))

/** What is read for a sight: as much again on either side. */
export function readRange({ from, to }: TimeRange): TimeRange {
  const width = to - from
  return { from: epochMs(Math.max(0, from - width)), to: epochMs(to + width) }
}

/** The finest resolution that fits a sight; the chosen one where it does. */
export function resolutionFor(span: TimeRange, chosen: Resolution | null): Resolution {
  const least = chosen === null ? 0 : RESOLUTIONS[chosen]
  const bars = chosen === null ? IN_SIGHT : Math.floor((MOST_BARS - 6) / 3)
  const fits = ([, length]: readonly [Resolution, number]): boolean =>
    length >= least && widthOf(span) / length <= bars
  return FINE_TO_COARSE.find(fits)?.[0] ?? '1d'
}

/** Whether what was read still holds all of a sight. */
export const holds = (read: TimeRange, span: TimeRange): boolean =>
  read.from <= span.from && read.to >= span.to
