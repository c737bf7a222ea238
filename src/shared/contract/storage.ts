import type { MarketId } from '../domain/market.ts'
import type { Growth, RolledOffDay, StorageLimits } from '../domain/storage.ts'
import type { EpochMs } from '../domain/time.ts'

/** How one market uses the disk. */
export interface MarketStorage {
  readonly market: MarketId
  /** Of its sealed trades; candles and ledger come on top. */
  readonly bytes: number
  /** Of trades, in the last day of its tape; null when that is shorter than an hour. */
  readonly bytesPerDay: number | null
  /** Its oldest sealed trade. */
  readonly first: EpochMs | null
  /** Older trades have rolled off; null: none have. */
  readonly keptFrom: EpochMs | null
}

/** How the tape uses the disk. `bytesPerDay` is null while it is too early to tell. */
export interface StorageReport extends Growth {
  readonly at: EpochMs
  /** As the store keeps to them. */
  readonly limits: StorageLimits
  /** The database file; its write-ahead log, some megabytes, is not in it. */
  readonly fileBytes: number
  /** What of it is in use; above the budget only what may not roll off. */
  readonly usedBytes: number
  /** What the disk has left; null where the system does not tell. */
  readonly freeBytes: number | null
  /** Null: no budget, or too early to tell. 0: full, the oldest trades roll off. */
  readonly budgetFullInDays: number | null
  /** If nothing rolled off. Null: too early to tell, or never. */
  readonly diskFullInDays: number | null
  readonly markets: readonly MarketStorage[]
  /** What rolled off on the last day on which anything did. */
  readonly rolledOff: RolledOffDay | null
}

/** What limits would remove at once. There is no way back. */
export interface RollOffPreview {
  readonly trades: number
  readonly bytes: number
  readonly markets: number
}
