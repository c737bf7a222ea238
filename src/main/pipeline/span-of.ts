import type { Proof, Span } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

/** A recorded stretch; times in epoch ms, both ends included. */
export const spanOf = (
  market: MarketId,
  proof: Proof,
  from: number,
  to: number,
  lastSeq: number | null,
): Span => ({ market, proof, from: from as EpochMs, to: to as EpochMs, lastSeq })
