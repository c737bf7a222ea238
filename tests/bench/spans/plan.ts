/** How long a made tape is, and which part of its trades each of its markets has. */
export interface TapePlan {
  readonly days: number
  readonly shares: readonly number[]
}

export const FROM = Date.UTC(2025, 0, 1)
/** A year of three markets: one with most of the trades, as tapes are. */
export const YEAR: TapePlan = { days: 365, shares: [0.7, 0.25, 0.05] }
/** A month of one market. */
export const MONTH: TapePlan = { days: 30, shares: [1] }
export const DAYS = YEAR.days
