import type { LedgerStatus } from '../../shared/contract/status.ts'
import type { MarketId } from '../../shared/domain/market.ts'

/**
 * Whether a market's day has minutes in which trades are missing. Not those before its tape began, nor
 * those that nothing proves yet, such as the last ones of a venue without numbers: neither is a hole.
 */
export const hasHoles = (ledger: LedgerStatus | null, market: MarketId): boolean =>
  (ledger?.coverage.find((each) => each.market === market)?.gap ?? 0) > 0
