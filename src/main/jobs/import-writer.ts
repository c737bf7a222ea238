import type { LedgerChange } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { TradeBatch } from '../../shared/domain/trade.ts'
import { type PackedMarket, packBatch } from '../store/packed-batch.ts'
import { packLedger } from '../store/packed-ledger.ts'
import { provedRuns } from '../store/proved-runs.ts'
import type { WriteResult } from '../store/store-protocol.ts'
import type { OpenStore } from '../store/store-server.ts'

/** Unsealed trades with which sealing begins: the more at once, the fewer times each is written. */
const SEAL_ABOVE = 131_072
/** Digits of a market whose steps nobody told. */
const SCALE = 8
/** Ledger entries in one transaction. */
const CHANGES = 10_000

/** Match times, epoch ms, both included. */
export interface Stretch {
  from: number
  to: number
}

/** Writes what is imported, as the recorder writes what it hears. Throws what the disk says. */
export class ImportWriter {
  readonly #store: OpenStore
  readonly #inverse: ReadonlySet<MarketId>
  readonly #check: () => void
  /** Of all rows, also those that were there already. */
  readonly stretches: Map<MarketId, Stretch>

  constructor(
    store: OpenStore,
    inverse: ReadonlySet<MarketId>,
    stretches: Map<MarketId, Stretch>,
    check: () => void,
  ) {
    this.#store = store
    this.#inverse = inverse
    this.stretches = stretches
    this.#check = check
  }

  /** On the disk when it returns. */
  write(batch: TradeBatch): WriteResult {
    const packed = packBatch(batch, this.#scaleOf)
    const result = this.#store.log.append({ batches: [packed], partials: [] })
    this.#note(batch)
    if (this.#store.compaction.waiting >= SEAL_ABOVE) this.seal()
    return result
  }

  /** From when on trades of a market are kept, epoch ms; older ones are not taken. */
  keptFrom(market: MarketId): number {
    const row = this.#store.log.markets.find(market)
    return row === undefined
      ? Number.NEGATIVE_INFINITY
      : this.#store.log.tape.rolledOff(row.id).keptFrom
  }

  /** Seals all that lies in the log. */
  seal(): void {
    const { compaction } = this.#store
    compaction.begin()
    while (compaction.step()) this.#check()
  }

  /**
   * Says in the ledger what the ids prove of the stretches that were written; of other markets, that
   * their first and last minute may be incomplete. Returns how many gaps are filled now.
   */
  settle(numbered: (market: MarketId) => boolean, now: number): number {
    let filled = 0
    for (const [market, stretch] of this.stretches) {
      if (!numbered(market)) {
        this.#markEnds(market, stretch)
        continue
      }
      let changes: LedgerChange[] = []
      for (const change of provedRuns(this.#store.db, market, stretch, now, this.#check)) {
        changes.push(change)
        if (change.t === 'gap') filled += 1
        if (changes.length < CHANGES) continue
        this.#tell(changes)
        changes = []
      }
      this.#tell(changes)
    }
    return filled
  }

  #tell(changes: readonly LedgerChange[]): void {
    if (changes.length === 0) return
    const ledger = packLedger(changes, this.#scaleOf)
    this.#store.log.append({ batches: [], partials: [], ledger })
  }

  #markEnds(market: MarketId, { from, to }: Stretch): void {
    const scales = this.#scaleOf(market)
    const partials = [from, to].map((at) => ({ market: scales, at: epochMs(at) }))
    this.#store.log.append({ batches: [], partials })
  }

  #note({ count, markets, market, exchangeTime }: TradeBatch): void {
    for (let row = 0; row < count; row += 1) {
      const [name, time = 0] = [markets[market[row] ?? 0], exchangeTime[row]]
      if (name === undefined) continue
      const known = this.stretches.get(name)
      if (known === undefined) this.stretches.set(name, { from: time, to: time })
      else if (time < known.from) known.from = time
      else if (time > known.to) known.to = time
    }
  }

  readonly #scaleOf = (name: MarketId): PackedMarket => ({
    name,
    priceScale: SCALE,
    qtyScale: SCALE,
    inverse: this.#inverse.has(name),
  })
}
