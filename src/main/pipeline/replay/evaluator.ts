import type { MarketId } from '../../../shared/domain/market.ts'

/** Trades of one market as an evaluator of alerts sees them, in order, a column a field. */
export interface EvaluatedRows {
  /** Match time, whole epoch ms. */
  readonly time: Float64Array
  readonly price: Float64Array
  /** In base units. */
  readonly qty: Float64Array
  /** 0 buy, 1 sell. */
  readonly side: Uint8Array
}

/** An alert that fired, as a replay has to know of it: it goes into the hash. */
export interface ReplayFiring {
  readonly alert: string
  readonly at: number
  readonly market: MarketId
  readonly time: number
  readonly price: number
  readonly values: Readonly<Record<string, number>>
}

/** What is evaluated while a tape is played. Comes in from outside, live and in a replay the same. */
export interface ReplayEvaluator {
  /** Index of a market in what follows; -1 when nothing looks at it: its rows are left out altogether. */
  slot(market: MarketId): number
  /** Begins an instant: what the clock alone brought about before it is judged now. */
  open(at: number): void
  rows(slot: number, rows: EvaluatedRows, from: number, to: number): void
  /** Match times between which trades of a market are missing, before the first row that was played after that. */
  gap(market: MarketId, from: number, to: number): void
  /** Ends an instant; never goes back. */
  close(at: number): void
  /** False: rows may come in stretches of any length, a market after the other; nothing is opened and closed. */
  readonly needsInstants: boolean
  /** Whether it has seen an instant: silence counts from the first. Absent: no. */
  readonly hasBegun?: boolean
}

/** Plays to an evaluator what was matched in the `reach` ms before the stretch, and the last trade before that. */
export type WarmUp = (evaluator: ReplayEvaluator, reach: number) => void

/**
 * Makes an evaluator for the beginning of a replay, and after each seek; `warmUp` plays to one what was before. What would
 * have fired then is told to nobody.
 */
export type CreateEvaluator = (
  fired: (firing: ReplayFiring) => void,
  warmUp: WarmUp,
) => ReplayEvaluator
