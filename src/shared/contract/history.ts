import type { Candle, Resolution } from '../domain/candle.ts'
import type { MinuteState } from '../domain/ledger.ts'
import type { MarketId } from '../domain/market.ts'
import type { EpochMs } from '../domain/time.ts'

/** Bars of a stretch of the tape: of a resolution, or of the finest that gives `bars` of them at most. */
export interface BarsQuery {
  readonly market: MarketId
  readonly from: EpochMs
  readonly to: EpochMs
  readonly resolution?: Resolution
  /** At most MOST_BARS, which it is when absent. */
  readonly bars?: number
}

export interface BarsAnswer {
  readonly resolution: Resolution
  /** Ascending; those that overlap [from, to). Bars in which nothing was traded are left out. */
  readonly candles: readonly Candle[]
  /** What the ledger knows, also where there are no bars; ascending. Where nothing was recorded: nothing. */
  readonly cover: readonly CoverStretch[]
}

/** Neighbouring bars with the same state, from the opening of the first to the end of the last. */
export interface CoverStretch {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly state: MinuteState
}

/** Trades around a time: up to `before` of an earlier match time, and up to `after` from it on. */
export interface AroundQuery {
  readonly market: MarketId
  readonly at: EpochMs
  readonly before: number
  readonly after: number
}
