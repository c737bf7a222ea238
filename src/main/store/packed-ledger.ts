import type { LedgerChange } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { PackedMarket } from './packed-batch.ts'

/** A ledger entry as it waits and crosses to the store's thread. */
export interface PackedChange {
  /** Its market, should this be the first that is stored of it. */
  readonly market: PackedMarket
  readonly change: LedgerChange
}

/**
 * Ledger entries by what they speak of, the newest word on each. However often a span grows or a gap
 * is fetched on while the disk refuses, it takes one place.
 */
export class PackedLedger {
  readonly #changes = new Map<string, PackedChange>()

  get size(): number {
    return this.#changes.size
  }

  add(changes: readonly PackedChange[]): void {
    for (const packed of changes) {
      const key = keyOf(packed.change)
      if (!supersedes(this.#changes.get(key)?.change, packed.change)) this.#changes.set(key, packed)
    }
  }

  all(): PackedChange[] {
    return [...this.#changes.values()]
  }
}

export const packLedger = (
  ledger: readonly LedgerChange[],
  scaleOf: (name: MarketId) => PackedMarket,
): PackedChange[] =>
  ledger.map((change) => ({
    market: scaleOf(change.t === 'span' ? change.span.market : change.gap.market),
    change,
  }))

const keyOf = (change: LedgerChange): string =>
  change.t === 'gap'
    ? `gap ${change.gap.id}`
    : `span ${change.span.market} ${change.span.proof} ${change.span.from}`

/** A span never shrinks: one that is known to reach further stays. Of a gap the last word counts. */
const supersedes = (known: LedgerChange | undefined, next: LedgerChange): boolean =>
  known?.t === 'span' && next.t === 'span' && known.span.to > next.span.to
