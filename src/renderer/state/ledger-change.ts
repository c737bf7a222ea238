import type { LedgerStatus } from '../../shared/contract/status.ts'
import type { Gap } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs, type TimeRange } from '../../shared/domain/time.ts'

/** Minutes are proved some time after they are over; nearly always within this, milliseconds. */
const RECENT = 3 * 3_600_000

/** Whether a gap says the same of its minutes as it did. */
const same = (a: Gap, b: Gap): boolean =>
  a.state === b.state &&
  a.missing === b.missing &&
  a.recovered === b.recovered &&
  a.from === b.from &&
  a.to === b.to

/** The stretch of a market whose minutes may read otherwise than before; null: none. */
export function changedStretch(
  market: MarketId,
  before: LedgerStatus | null,
  after: LedgerStatus,
  now: number,
): TimeRange | null {
  const known = new Map(before?.gaps.map((gap) => [gap.id, gap]))
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const gap of after.gaps) {
    const old = known.get(gap.id)
    if (gap.market !== market || (old !== undefined && same(old, gap))) continue
    from = Math.min(from, gap.from, old?.from ?? gap.from)
    to = Math.max(to, gap.to, old?.to ?? gap.to)
  }
  // A minute is over, or more of them were proved; the shares need not say so: a whole day stays whole.
  if (after.measuredAt !== (before?.measuredAt ?? null)) {
    from = Math.min(from, now - RECENT)
    to = Math.max(to, now)
  }
  return to < from ? null : { from: epochMs(from), to: epochMs(to) }
}
