import type { MarketSummary } from '../../../shared/contract/status.ts'
import type { Candle } from '../../../shared/domain/candle.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { indexFrom } from '../../state/candle-series.ts'

/** The bar whose legend is shown: the one under the crosshair, else the newest. */
export function shownBar(bars: readonly Candle[], pointed: EpochMs | null): Candle | undefined {
  if (pointed === null) return bars.at(-1)
  const bar = bars[indexFrom(bars, pointed)]
  return bar?.openTime === pointed ? bar : undefined
}

/** The buyers' part of the last minute's taker volume, 0 to 1; null without a trade. */
export function buyShare({ buyVolume, sellVolume }: MarketSummary): number | null {
  const total = buyVolume + sellVolume
  return total > 0 ? buyVolume / total : null
}

/** Whether the bars in sight need the legend's two remarks. */
export const remarks = (bars: readonly Candle[]) => ({
  venue: bars.some(({ source }) => source === 'venue'),
  partial: bars.some(({ partial }) => partial),
})
