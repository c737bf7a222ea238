import type { AlertEvent } from '../../shared/contract/alerts.ts'
import type { AroundQuery, BarsAnswer, BarsQuery } from '../../shared/contract/history.ts'
import type { StoreHealth } from '../../shared/contract/status.ts'
import type { RollOffPreview, StorageReport } from '../../shared/contract/storage.ts'
import type { Candle, Interval, Resolution } from '../../shared/domain/candle.ts'
import type { Gap, LedgerChange, LedgerMinute, TapeEnd } from '../../shared/domain/ledger.ts'
import type { Market, MarketId } from '../../shared/domain/market.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { Growth, StorageLimits } from '../../shared/domain/storage.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { Trade, TradeBatch } from '../../shared/domain/trade.ts'
import type { AlertBook, AlertChange, AlertLogQuery, KeptAlert } from './alert-changes.ts'
import type { AnalysisStore } from './analysis-store.ts'
import type { TapeColumns } from './tape-columns.ts'
import type { TapeFault } from './tape-verifier.ts'

/**
 * The tape on disk. The engine's side of a store that works in a thread of its own. Nothing here
 * throws for a full or locked disk: writes wait in bounded memory and `health` says so.
 */
export interface TradeStore extends AnalysisStore {
  /**
   * Takes a batch over (its columns are transferred: do not touch them again). Never blocks; the
   * batch is committed as one transaction together with the one-minute bars its new rows change and
   * with the ledger entries that speak of it and what alerts made of its trades. False when there was no
   * room: the batch is lost (and counted), its ledger entries and alerts are not: they go with the next one.
   */
  append(
    batch: TradeBatch,
    ledger?: readonly LedgerChange[],
    alerts?: readonly AlertChange[],
  ): boolean
  /** Ledger entries and alerts without trades. */
  note(ledger: readonly LedgerChange[], alerts?: readonly AlertChange[]): void
  /** Tells the store how a market's numbers are scaled, before its first trade. */
  describe(market: Market): void
  /** Marks the minute of `at` as possibly incomplete for that market. */
  markPartial(market: MarketId, at: EpochMs): void
  /** Resolves when everything appended before is committed, or says why it could not be. */
  flushed(): Promise<Outcome<null>>
  /** Ascending by open time: the last `limit` bars that open before `before`. */
  candles(
    market: MarketId,
    interval: Interval,
    before: EpochMs,
    limit: number,
  ): Promise<Outcome<readonly Candle[]>>
  /** Bars of any stretch of the tape, with what the ledger says of it. */
  bars(query: BarsQuery): Promise<Outcome<BarsAnswer>>
  /** Trades around a time, oldest first. */
  around(query: AroundQuery): Promise<Outcome<readonly Trade[]>>
  /** The newest `limit` trades by match time, oldest first. */
  recentTrades(market: MarketId, limit: number): Promise<Outcome<readonly Trade[]>>
  /** Where a market's tape ends; null when nothing of it was ever recorded. */
  tapeEnd(market: MarketId): Promise<Outcome<TapeEnd | null>>
  /** Rows of the ledger whose minute opens in [from, to), ascending; at most 100,000. */
  ledger(market: MarketId, from: EpochMs, to: EpochMs): Promise<Outcome<readonly LedgerMinute[]>>
  /** Newest first by `from`: gaps that overlap [from, to), of one market or of all; at most `limit`. */
  gaps(query: GapQuery): Promise<Outcome<readonly Gap[]>>
  /** Ids of the recorded trades with match time in [from, to], at most `limit`, oldest first. */
  tradeIds(
    market: MarketId,
    from: EpochMs,
    to: EpochMs,
    limit: number,
  ): Promise<Outcome<readonly string[]>>
  /** Alerts as they were left, with what is to be gone on with. */
  alertBook(): Promise<Outcome<AlertBook>>
  /** Firings, newest first. */
  alertLog(query: AlertLogQuery): Promise<Outcome<readonly AlertEvent[]>>
  /** How long raw trades are kept, from now on. What is beyond it rolls off, a little at a time. */
  limit(limits: StorageLimits): void
  /** How the tape uses the disk, and how fast it grows. */
  storage(): Promise<Outcome<StorageReport>>
  /** What would roll off now if these were the limits. */
  rollOff(limits: StorageLimits): Promise<Outcome<RollOffPreview>>
  health(): StoreHealth
  /** Calls back when health changed in more than its counters. */
  onHealth(listener: (health: StoreHealth) => void): void
  /** Commits what waits, checkpoints, closes. Resolves with what could not be written, if any. */
  close(): Promise<{ readonly unwritten: number }>
}

export interface GapQuery {
  readonly market?: MarketId
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly limit: number
}

export interface StoreOptions {
  /** Absolute path of the database file; its folder exists. */
  readonly path: string
  /** Most trades that may wait in memory while the disk refuses them. */
  readonly maxWaitingTrades: number
}

/** What `stats` prints of one market. */
export interface MarketStats {
  readonly market: MarketId
  readonly trades: number
  readonly first: EpochMs | null
  readonly last: EpochMs | null
  /** Estimated share of the file. */
  readonly bytes: number
  /** Bytes of trades in the last day of its tape; null when that is shorter than an hour. */
  readonly bytesPerDay: number | null
  /** Older trades have rolled off; null: none have. */
  readonly keptFrom: EpochMs | null
}

export interface KeptMarket {
  readonly market: MarketId
  readonly keptFrom: EpochMs
}

export interface MarketScale {
  readonly market: MarketId
  /** Digits behind the point of its steps; 8 where they were never told. */
  readonly priceScale: number
  readonly qtyScale: number
  /** 1: quantities are in quote units. */
  readonly inverse: number
}

/** A stretch of one market's tape, in order, as columns: for those who go over many trades. */
export interface MarketBatch {
  readonly market: MarketId
  readonly columns: TapeColumns
}

/** Reading a database that another process may be writing: for export, replay and stats. */
export interface TapeReader {
  /**
   * By match time, then market, then the order of the market's tape: number ids by number, then ids that
   * have no order by microsecond, receipt and arrival. `from` inclusive, `to` exclusive.
   */
  trades(filter: TradeFilter): IterableIterator<Trade>
  /** The same trades without their objects: market by market (by name), each in order of its tape. */
  batches(filter: BatchFilter): IterableIterator<MarketBatch>
  /** Bars that overlap [from, to), ascending; none of a market that is not there. */
  candlesBetween(
    market: MarketId,
    from: EpochMs,
    to: EpochMs,
    resolution: Resolution,
  ): readonly Candle[]
  /** The same with what the ledger says; `now` in epoch ms. */
  bars(query: BarsQuery, now: number): BarsAnswer
  /** Trades around a time, oldest first. */
  around(query: AroundQuery): readonly Trade[]
  markets(): readonly MarketId[]
  /** Markets whose quantities are in quote units. */
  inverse(): readonly MarketId[]
  /** How the numbers of each market are scaled. */
  scales(): readonly MarketScale[]
  stats(): readonly MarketStats[]
  /** Markets of which trades have rolled off, and from when on they are kept. */
  kept(): readonly KeptMarket[]
  /** How fast the file grows. */
  growth(): Growth
  /** Rows of the ledger, by market and minute; `from` inclusive, `to` exclusive. */
  ledger(filter: TradeFilter): IterableIterator<LedgerMinute>
  /** All gaps that overlap the span, by market and time. */
  gaps(filter: TradeFilter): readonly Gap[]
  /** Alerts that are kept beside the tape. */
  alerts(): readonly KeptAlert[]
  /** `PRAGMA integrity_check`; empty when all is well. */
  integrity(): readonly string[]
  /** Reads the whole tape and names what is wrong with it: nothing, when all is well. */
  verify(): IterableIterator<TapeFault>
  close(): void
}

export interface BatchFilter extends TradeFilter {
  /** Rows of a market's first batch, about; each of the next has twice as many. Absent: as many as lie together. */
  readonly firstRows?: number
}

export interface TradeFilter {
  readonly markets?: readonly MarketId[]
  readonly from?: EpochMs
  readonly to?: EpochMs
}
