/** A published CSV file of trades, with or without a header. It names no market. */
export interface ArchiveLayout {
  /** For people: `trades`. */
  readonly name: string
  /** What its columns mean, in their order. Without an `id` the number of the last match is the id. */
  readonly columns: readonly ArchiveColumn[]
}

/**
 * `time`: match time, epoch milliseconds or microseconds. `buyerMaker`: `true` when the taker sold.
 * `first`, `last`: numbers of the first and the last match that a print joins. `flag` (true or false) and
 * `amount` are not taken, but must be what they are.
 */
export type ArchiveColumn =
  | 'id'
  | 'price'
  | 'qty'
  | 'time'
  | 'buyerMaker'
  | 'first'
  | 'last'
  | 'flag'
  | 'amount'
