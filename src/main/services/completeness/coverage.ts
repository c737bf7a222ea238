import type { MarketCoverage } from '../../../shared/contract/status.ts'
import type { LedgerMinute, MinuteState } from '../../../shared/domain/ledger.ts'
import type { MarketId } from '../../../shared/domain/market.ts'

export const DAY_MS = 86_400_000
const DAY_MINUTES = 1_440

/**
 * Shares of the recorded minutes by state; `share`: complete or back-filled minutes of the whole day,
 * null while none was recorded.
 */
export function coverageOf(
  market: MarketId,
  rows: readonly LedgerMinute[],
): { readonly coverage: MarketCoverage; readonly share: number | null } {
  const counts: Record<MinuteState, number> = { complete: 0, backfilled: 0, gap: 0, unknown: 0 }
  for (const { state } of rows) counts[state] += 1
  const minutes = rows.length
  const of = (state: MinuteState): number => (minutes === 0 ? 0 : counts[state] / minutes)
  const sure = counts.complete + counts.backfilled
  return {
    coverage: {
      market,
      minutes,
      complete: of('complete'),
      backfilled: of('backfilled'),
      gap: of('gap'),
      unknown: of('unknown'),
    },
    share: minutes === 0 ? null : Math.min(1, sure / DAY_MINUTES),
  }
}
