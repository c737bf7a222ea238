import type { ExportedMarket, ExportRun, ExportStatus } from '../../../shared/contract/export.ts'
import { type Candle, RESOLUTIONS, type Resolution } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { FailureCode } from '../../../shared/domain/outcome.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../../shared/domain/time.ts'
import { DAY, MINUTE, resolutionFor, widthOf } from '../../state/span.ts'
import { toField } from '../../state/wall-field.ts'

const SECOND = 1_000
/** Bars of days that one answer can hold, with some to spare. */
const WIDEST = 1_990 * DAY
/** Up to this width the estimate is made of bars of seconds. */
const BY_SECONDS = 10 * MINUTE

/**
 * A sight as fields of whole seconds. None of its trades is lost at the edges, but what has not happened
 * yet is left out.
 */
export function fieldsOf({ from, to }: TimeRange, now: number): { from: string; to: string } {
  const end = Math.min(Math.ceil(to / SECOND), Math.floor(now / SECOND)) * SECOND
  return { from: toField(from), to: toField(end) }
}

/** In which bars the trades of a stretch are counted; null: it is too wide to be counted. */
export function countedIn(stretch: TimeRange): Resolution | null {
  if (widthOf(stretch) > WIDEST) return null
  return resolutionFor(stretch, widthOf(stretch) <= BY_SECONDS ? null : '1m')
}

/** Trades of a stretch by its bars. Of a bar that only reaches into it, as much as lies in it. */
export function countOf(
  bars: readonly Candle[],
  resolution: Resolution,
  { from, to }: TimeRange,
): number {
  const length = RESOLUTIONS[resolution]
  return bars.reduce((sum, { openTime, trades }) => {
    const inside = Math.min(to, openTime + length) - Math.max(from, openTime)
    return sum + trades * Math.max(0, inside / length)
  }, 0)
}

/** Two digits that count: more would say that it is known. */
export function roughly(count: number): number {
  if (count < 100) return Math.ceil(count)
  const unit = 10 ** (Math.floor(Math.log10(count)) - 1)
  return Math.round(count / unit) * unit
}

/** What of a stretch cannot be exported any more: trades before these times have rolled off. */
export const rolledOffIn = (
  markets: readonly MarketId[],
  from: number,
  kept: readonly { readonly market: MarketId; readonly keptFrom: EpochMs | null }[],
): readonly { readonly market: MarketId; readonly at: EpochMs }[] =>
  kept.flatMap(({ market, keptFrom }) =>
    keptFrom !== null && from < keptFrom && markets.includes(market)
      ? [{ market, at: keptFrom }]
      : [],
  )

/** The part of a stretch of which trades are kept. */
export const keptPart = (stretch: TimeRange, keptFrom: number | undefined): TimeRange => ({
  from: epochMs(Math.min(stretch.to, Math.max(stretch.from, keptFrom ?? 0))),
  to: stretch.to,
})

/** Failures that the screen has words of its own for. */
const KNOWN = [
  'invalid',
  'unknown-market',
  'not-found',
  'busy',
  'storage-full',
  'storage-read-only',
  'storage-corrupt',
] as const
export type Fault = (typeof KNOWN)[number] | 'other'
export const faultOf = (code: FailureCode): Fault =>
  KNOWN.find((known) => known === code) ?? 'other'

/** How often the progress of an export is said aloud: at each of so many parts. */
const PARTS = 4

/** What a screen reader says of an export: its beginning, each quarter, and its end. */
export type Saying =
  | { readonly say: 'begun' | 'cancelled' | 'failed' }
  | { readonly say: 'part'; readonly share: number }
  | { readonly say: 'done'; readonly trades: number }

export function sayingOf({ state, share, trades }: ExportRun): Saying {
  if (state === 'done') return { say: 'done', trades }
  if (state !== 'running') return { say: state }
  const part = Math.floor(Math.min(share, 0.999) * PARTS)
  return part === 0 ? { say: 'begun' } : { say: 'part', share: part / PARTS }
}

/** What the ledger misses in one market's part of a file. */
export interface Missing {
  /** Minutes in all. */
  readonly all: number
  readonly gap: number
  readonly unknown: number
}

/** Null: there is no trade to say it of. */
export function missingOf({ first, minutes }: ExportedMarket): Missing | null {
  if (first === null) return null
  const { complete, backfilled, gap, unknown } = minutes
  return { all: complete + backfilled + gap + unknown, gap, unknown }
}

/** The export to show: the one that runs, else the last that ended. */
export const latestOf = (status: ExportStatus | null): ExportRun | null =>
  status?.running ?? status?.finished[0] ?? null

/** The name at the end of a path of either kind of system. */
export const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path
