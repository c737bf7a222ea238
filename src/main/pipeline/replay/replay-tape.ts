import type { MarketId } from '../../../shared/domain/market.ts'
import type { DayMinute } from '../rolling-day.ts'
import type { ReplayGap } from './evaluation.ts'
import type { ReplayReader } from './tape-instants.ts'

/** What a replay reads: its trades, and the minutes before them. */
export interface ReplayTape extends ReplayReader {
  /** The recorded bars of the minutes that open in [from, to), ascending. */
  minutes(market: MarketId, from: number, to: number): readonly DayMinute[]
  /** Stretches in which trades are missing (not those that were filled) that overlap [from, to), match times. */
  gaps(market: MarketId, from: number, to: number): readonly ReplayGap[]
}
