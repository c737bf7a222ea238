import type { LedgerStatus } from '../../../shared/contract/status.ts'
import type { Gap } from '../../../shared/domain/ledger.ts'
import type { MarketId } from '../../../shared/domain/market.ts'

/** Gaps shown at most. */
const SHOWN = 500
/** Gaps remembered at most; the store has all. */
const REMEMBERED = 5_000

/** The gaps of this run and of earlier ones, as the ledger was told of them last. */
export class GapList {
  readonly #gaps = new Map<number, Gap>()

  put(gap: Gap): void {
    this.#gaps.set(gap.id, gap)
    if (this.#gaps.size <= REMEMBERED) return
    let oldest = gap
    for (const each of this.#gaps.values())
      if (each.state !== 'open' && each.state !== 'filling' && each.from < oldest.from)
        oldest = each
    this.#gaps.delete(oldest.id)
  }

  get(id: number): Gap | undefined {
    return this.#gaps.get(id)
  }

  /** Newest first, of those markets. */
  newest(isWatched: (market: MarketId) => boolean): Pick<LedgerStatus, 'gaps' | 'gapsLeftOut'> {
    const gaps = [...this.#gaps.values()]
      .filter(({ market }) => isWatched(market))
      .sort((a, b) => b.from - a.from || b.id - a.id)
    return { gaps: gaps.slice(0, SHOWN), gapsLeftOut: Math.max(0, gaps.length - SHOWN) }
  }
}
