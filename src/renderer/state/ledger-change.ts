import type { LedgerStatus, MarketCoverage } from '../../shared/contract/status.ts'
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

const equal = (a: MarketCoverage | undefined, b: MarketCoverage | undefined): boolean =>
  a === b || JSON.stringify(a) === JSON.stringify(b)

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
  const share = (status: LedgerStatus | null): MarketCoverage | undefined =>
    status?.coverage.find((each) => each.market === market)
  if (!equal(share(before), share(after))) {
    from = Math.min(from, now - RECENT)
    to = Math.max(to, now)
  }
  return to < from ? null : { from: epochMs(from), to: epochMs(to) }
}
