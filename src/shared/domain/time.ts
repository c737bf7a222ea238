import type { Branded } from './brand.ts'

/** Milliseconds since 1970-01-01 UTC by some named clock; a whole number unless said otherwise. */
export type EpochMs = Branded<number, 'EpochMs'>

/** A half-open span of time: `from` is in it, `to` is not. */
export interface TimeRange {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Marks a number that is known to be epoch milliseconds. */
export const epochMs = (value: number): EpochMs => value as EpochMs
