import type { DecimalColumn } from './decimal-column.ts'
import type { IdColumn } from './id-column.ts'
import type { MarketId } from './market.ts'
import type { EpochMs } from './time.ts'

/** The aggressor: `buy` means that the buyer took liquidity. */
export type TakerSide = 'buy' | 'sell'

/** How a trade reached us: live, replayed by the venue on subscribe, or fetched afterwards. */
export type TradeOrigin = 'stream' | 'snapshot' | 'backfill'

/** One print, as it is stored and exported. Prices and quantities keep the venue's decimals. */
export interface Trade {
  readonly market: MarketId
  /** The venue's trade id, exactly as sent. */
  readonly id: string
  /** Decimal text equal in value to what the venue sent. Quantity is in base units. */
  readonly price: string
  readonly qty: string
  readonly side: TakerSide
  /** Match time by the venue's clock. */
  readonly exchangeTime: EpochMs
  /** Microseconds within that millisecond, 0–999; absent when the venue gives milliseconds only. */
  readonly exchangeMicros?: number
  /** First byte here, by our clock. */
  readonly receiveTime: EpochMs
  /** Matches aggregated in this print (OKX `count`); 1 if it stands for one match. */
  readonly matches: number
  readonly origin: TradeOrigin
}

/**
 * Trades in order of arrival, a column a field; row i is one trade. This is the only form in which
 * trades travel from the venues to the store.
 */
export interface TradeBatch {
  readonly count: number
  /** The markets that `market` points into. */
  readonly markets: readonly MarketId[]
  readonly market: Uint32Array
  readonly id: IdColumn
  readonly price: DecimalColumn
  readonly qty: DecimalColumn
  /** 0 buy, 1 sell. */
  readonly side: Uint8Array
  /** Whole epoch milliseconds. */
  readonly exchangeTime: Float64Array
  /** 0–999, or -1 where the venue gives milliseconds only. */
  readonly exchangeMicros: Int16Array
  readonly receiveTime: Float64Array
  readonly matches: Uint32Array
  /** Index into ORIGINS. */
  readonly origin: Uint8Array
}

export const SIDES: readonly TakerSide[] = ['buy', 'sell']
export const ORIGINS: readonly TradeOrigin[] = ['stream', 'snapshot', 'backfill']
