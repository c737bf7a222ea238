import type { Calm } from './calm.ts'
import type { GapList } from './gap-list.ts'
import type { TradeRing } from './trade-ring.ts'

/** Numbers of a figure as they are saved; null stands for what is not known. */
export type FigureState = Readonly<Record<string, number | null | readonly number[]>>

/** What the figures of one market have in common. */
export interface MarketTape {
  readonly ring: TradeRing
  readonly gaps: GapList
}

/**
 * Something that is computed from a market's trades, one after the other, and feeds the ladders of
 * what is asked of it. Figures with the same parameters are shared by all rules.
 */
export interface Figure {
  /** Whether nobody asks any more. */
  readonly isIdle: boolean
  /** How long it may be left alone; while it is, `trade` need not be called. */
  readonly calm: Calm
  /**
   * Trades came since the last call: the ring's newest rows, the last of which may touch thresholds. (Numbers as arguments
   * would be boxed for each call.)
   */
  trade(): void
  /** A gap that is in the list of gaps since just now. */
  gap(from: number, to: number): void
  /** The oldest row of the ring that it still needs. */
  readonly oldest: number
  /** @param base row of the ring that is numbered 0 when it is restored */
  save(base: number): FigureState
  load(state: FigureState): void
}

export const numberIn = (state: FigureState, name: string, otherwise: number): number => {
  const value = state[name]
  return typeof value === 'number' ? value : otherwise
}

export const listIn = (state: FigureState, name: string): readonly number[] => {
  const value = state[name]
  return Array.isArray(value) ? value : []
}

/** JSON has no NaN and no infinity. */
export const saved = (value: number): number | null => (Number.isFinite(value) ? value : null)
