import type { AlertId } from '../../../shared/domain/alert.ts'
import type { MarketId } from '../../../shared/domain/market.ts'

/** Trades of one market in tape order, a column a field. */
export interface AlertRows {
  /** exchangeTime, epoch ms. */
  readonly time: Float64Array
  readonly price: Float64Array
  /** Base units. */
  readonly qty: Float64Array
  /** 0 buy, 1 sell. */
  readonly side: Uint8Array
}

/** An alert's condition became true, and nothing held it back. */
export interface Firing {
  readonly alert: AlertId
  /**
   * Of an alert on one market's trades the market's time, else the instant. The times of cooldown,
   * schedule and expiry are the same.
   */
  readonly at: number
  /** Of several markets the one that the condition names first. */
  readonly market: MarketId
  /** exchangeTime of the newest trade of that market; NaN when it had none yet. */
  readonly time: number
  /** Price of that trade; NaN when there was none yet. */
  readonly price: number
  /**
   * Each figure of the condition by its name in the expression, in the units of the thresholds
   * (percent are 2 for 2 %, durations ms). What is not known yet is left out.
   */
  readonly values: Readonly<Record<string, number>>
  /** Index of the trade in the rows handed over; -1 where no single trade fired it. */
  readonly row: number
  /** How many times since its last firing it became true and was held back. */
  readonly heldBack: number
}
