import type { DecimalColumn } from '../../shared/domain/decimal-column.ts'
import type { IdColumn } from '../../shared/domain/id-column.ts'

/** Trades of one market as columns; the units are those of TradeBatch, whose fields these are. */
export interface TapeColumns {
  readonly count: number
  readonly id: IdColumn
  readonly price: DecimalColumn
  readonly qty: DecimalColumn
  /** 0 buy, 1 sell. */
  readonly side: Uint8Array
  /** Index into ORIGINS. */
  readonly origin: Uint8Array
  readonly matches: Uint32Array
  /** Whole epoch milliseconds. */
  readonly exchangeTime: Float64Array
  /** 0–999, or -1 where the venue gives milliseconds only. */
  readonly exchangeMicros: Int16Array
  /** Whole epoch milliseconds. */
  readonly receiveTime: Float64Array
}
