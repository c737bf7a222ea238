import type {
  BackfillStatus,
  LedgerStatus,
  MarketCoverage,
} from '../../../shared/contract/status.ts'
import type { Gap, GapState, LedgerMinute, MinuteState } from '../../../shared/domain/ledger.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { Tone } from '../../ui/mark.tsx'

export const STATES: readonly MinuteState[] = ['complete', 'backfilled', 'gap', 'unknown']

/** Which gaps are listed. `pending`: those that wait or are being filled. */
export const KINDS = ['all', 'pending', 'lost', 'cancelled', 'filled'] as const
export type Kind = (typeof KINDS)[number]

const kindOf: Readonly<Record<GapState, Kind>> = {
  open: 'pending',
  filling: 'pending',
  lost: 'lost',
  cancelled: 'cancelled',
  filled: 'filled',
}

export const GAP_TONES: Readonly<Record<GapState, Tone>> = {
  open: 'warn',
  filling: 'busy',
  filled: 'ok',
  lost: 'alarm',
  cancelled: 'off',
}

export interface GapFilter {
  readonly kind: Kind
  readonly market: MarketId | null
}

export const filterGaps = (gaps: readonly Gap[], { kind, market }: GapFilter): readonly Gap[] =>
  gaps.filter(
    (gap) =>
      (kind === 'all' || kindOf[gap.state] === kind) && (market === null || gap.market === market),
  )

export const countKinds = (gaps: readonly Gap[]): Readonly<Record<Kind, number>> => {
  const counts = { all: gaps.length, pending: 0, lost: 0, cancelled: 0, filled: 0 }
  for (const { state } of gaps) counts[kindOf[state]] += 1
  return counts
}

/** Newest first, each once; what was said last of a gap holds. */
export function mergeGaps(older: readonly Gap[], newest: readonly Gap[]): readonly Gap[] {
  if (older.length === 0) return newest
  const gaps = new Map(older.map((gap) => [gap.id, gap]))
  for (const gap of newest) gaps.set(gap.id, gap)
  return [...gaps.values()].sort((a, b) => b.from - a.from || b.id - a.id)
}

/** All markets together, weighed by their recorded minutes. */
export function sumCoverage(list: readonly MarketCoverage[]): Omit<MarketCoverage, 'market'> {
  const minutes = list.reduce((sum, each) => sum + each.minutes, 0)
  const of = (state: MinuteState): number =>
    minutes === 0 ? 0 : list.reduce((sum, each) => sum + each[state] * each.minutes, 0) / minutes
  return {
    minutes,
    complete: of('complete'),
    backfilled: of('backfilled'),
    gap: of('gap'),
    unknown: of('unknown'),
  }
}

/** The worst first: most gaps, then most that cannot be proved, then by name. */
export const sortCoverage = (list: readonly MarketCoverage[]): readonly MarketCoverage[] =>
  [...list].sort(
    (a, b) =>
      b.gap - a.gap ||
      b.unknown - a.unknown ||
      (a.market < b.market ? -1 : a.market > b.market ? 1 : 0),
  )

/**
 * What an empty list of gaps means. nothing: every recorded minute is proved. unproved: no gap is
 * known, but not every minute can be proved. early: nothing was measured yet. markets: none watched.
 */
export type EmptyVerdict = 'nothing' | 'unproved' | 'early' | 'markets'

export function emptyVerdict(ledger: LedgerStatus, markets: number): EmptyVerdict {
  if (markets === 0) return 'markets'
  const { minutes, gap, unknown } = sumCoverage(ledger.coverage)
  // Each watched market must have been measured: one that was not may miss anything.
  const measured = ledger.coverage.filter((each) => each.minutes > 0).length
  if (minutes === 0 || measured < markets) return 'early'
  return gap === 0 && unknown === 0 && ledger.gapsLeftOut === 0 ? 'nothing' : 'unproved'
}

export const canCancel = ({ state }: Gap): boolean => state === 'open' || state === 'filling'
export const canRetry = ({ state }: Gap): boolean => state === 'cancelled' || state === 'lost'

export const backfillOf = (
  gap: Gap,
  backfills: readonly BackfillStatus[],
): BackfillStatus | undefined => backfills.find((each) => each.gap === gap.id)

/** How a minute is drawn. `outside`: not among the 24 hours. */
export type MinuteLook = MinuteState | 'none' | 'underWay' | 'outside'

export function minuteLook(
  row: LedgerMinute | undefined,
  minute: number,
  from: number,
  now: number,
): MinuteLook {
  if (minute < from || minute > now) return 'outside'
  return minute + 60_000 > now ? 'underWay' : (row?.state ?? 'none')
}

/** The next minute in a direction that is not complete; undefined when there is none. */
export function nextTrouble(
  look: (minute: number) => MinuteLook,
  at: number,
  step: 1 | -1,
): number | undefined {
  for (let minute = at + step * 60_000; ; minute += step * 60_000) {
    const state = look(minute)
    if (state === 'outside') return undefined
    // A stretch is left first: its own minutes are no news.
    if ((state === 'gap' || state === 'unknown') && look(minute - step * 60_000) !== state)
      return minute
  }
}
