import type { Listing } from './listings.ts'

/** One trade as a row of a frame: texts as on the wire, but an exponent there is written out. */
export interface Row {
  readonly id: string
  /** Number within the market, where the venue tells one besides the id. */
  readonly seq?: string
  readonly price: string
  readonly qty: string
  readonly buy: boolean
  /** Epoch microseconds. */
  readonly micros: number
  readonly matches: number
}

/** One frame with trades of one market. */
export interface TradeFrame {
  readonly text: string
  /** Null for frames of a recording, which may hold anything. */
  readonly listing: Listing | null
  readonly rows: readonly Row[]
}
