/** A year of three markets: one with most of the trades, as tapes are. */
export const FROM = Date.UTC(2025, 0, 1)
export const DAYS = 365
export const SHARES = [0.7, 0.25, 0.05] as const
