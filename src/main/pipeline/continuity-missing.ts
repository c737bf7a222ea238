import type { Gap, GapCause, GapState } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

/**
 * A stretch in which trades are missing, while somebody may still bring them. `held`: seen a moment
 * ago, and not told to anybody yet, because frames may overtake each other.
 */
export interface Missing {
  /** 0 while held. */
  id: number
  readonly cause: GapCause
  state: GapState | 'held'
  /** Match times of the neighbours. */
  from: number
  to: number
  /** First and last missing number, both included; null where numbers prove nothing. */
  first: number | null
  last: number | null
  /** Matches missing; null when nobody can say. */
  missing: number | null
  recovered: number
  openedAt: number
  closedAt: number | null
  reason: string | undefined
  /** Ids of the neighbours, where they are known. */
  afterId: string | undefined
  beforeId: string | undefined
  /** When a held one is told, our clock. */
  readonly dueAt: number
  /** A back-fill reaches no further back than this, match time. */
  notBefore: number
  /** What comes back was in every figure before it was lost (the disk refused it). */
  readonly folded: boolean
  /** Its bounds when it was told; what is filled is shown with them. */
  was: Bounds
  /** It was told to the ledger, and changed since. */
  told: boolean
  dirty: boolean
  /** Of which it was a part: counts what is recovered while it is not told itself. */
  root: Missing | null
}

interface Bounds {
  from: number
  to: number
  first: number | null
  last: number | null
}

export type NewMissing = Pick<Missing, 'cause' | 'from' | 'to' | 'first' | 'last' | 'missing'> &
  Partial<Pick<Missing, 'dueAt' | 'notBefore' | 'folded' | 'afterId' | 'beforeId' | 'reason'>>

/** As the ledger is told of it. */
export function gapOf(market: MarketId, each: Missing): Gap {
  const { from, to, first, last } = each.state === 'filled' ? each.was : each
  return {
    id: each.id,
    market,
    cause: each.cause,
    state: each.state === 'held' ? 'open' : each.state,
    from: Math.min(from, to) as EpochMs,
    to: Math.max(from, to) as EpochMs,
    firstSeq: first,
    lastSeq: last,
    missing: each.missing,
    recovered: each.recovered,
    openedAt: each.openedAt as EpochMs,
    closedAt: each.closedAt as EpochMs | null,
    ...(each.reason === undefined ? {} : { reason: each.reason }),
  }
}

/** A part that is told of itself is no longer shown with what it was cut from. */
export function partFromRoot({ root, was }: Missing): void {
  if (root === null || was.first === null || (root.was.last ?? 0) < was.first) return
  root.was.last = was.first - 1
  root.was.to = was.from
}

export const newMissing = (stretch: NewMissing, state: Missing['state']): Missing => ({
  id: 0,
  cause: stretch.cause,
  state,
  from: stretch.from,
  to: stretch.to,
  first: stretch.first,
  last: stretch.last,
  missing: stretch.missing,
  recovered: 0,
  openedAt: 0,
  closedAt: null,
  reason: stretch.reason,
  afterId: stretch.afterId,
  beforeId: stretch.beforeId,
  dueAt: stretch.dueAt ?? 0,
  notBefore: stretch.notBefore ?? 0,
  folded: stretch.folded ?? false,
  was: boundsOf(stretch),
  told: false,
  dirty: false,
  root: null,
})

export const boundsOf = ({ from, to, first, last }: Bounds): Bounds => ({ from, to, first, last })
