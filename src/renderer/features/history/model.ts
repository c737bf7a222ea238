import type { MarketSummary } from '../../../shared/contract/status.ts'
import type { Candle } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../../shared/domain/time.ts'
import type { Trade } from '../../../shared/domain/trade.ts'
import { indexFrom } from '../../state/candle-series.ts'
import { DAY, HOUR, middleOf, pan, TRADES_UP_TO, widthOf, zoom } from '../../state/span.ts'

/** Stretches that are chosen by a button. */
export const PRESETS = { hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY } as const
export type Preset = keyof typeof PRESETS
export const PRESET_NAMES = Object.keys(PRESETS) as readonly Preset[]

/** The preset as wide as the span, if it ends about now. */
export const presetOf = (span: TimeRange, now: number): Preset | null =>
  Math.abs(now - span.to) > widthOf(span) * 0.05
    ? null
    : (PRESET_NAMES.find((name) => PRESETS[name] === widthOf(span)) ?? null)

/** What is known of where the tape of a market begins and ends; for Home and End. */
export interface Ends {
  readonly first: EpochMs | null
  readonly now: EpochMs
}

/** The span after a key on the chart; null: the key means nothing here. */
export function spanAfter(key: string, span: TimeRange, { first, now }: Ends): TimeRange | null {
  const width = widthOf(span)
  switch (key) {
    case 'ArrowLeft':
      return pan(span, -0.1, now)
    case 'ArrowRight':
      return pan(span, 0.1, now)
    case 'PageUp':
      return pan(span, -0.9, now)
    case 'PageDown':
      return pan(span, 0.9, now)
    case '+':
    case '=':
    case 'ArrowUp':
      return zoom(span, 0.5)
    case '-':
    case 'ArrowDown':
      return zoom(span, 2)
    case 'Home':
      return first === null ? null : { from: first, to: epochMs(first + width) }
    case 'End':
      return { from: epochMs(now - width), to: now }
    default:
      return null
  }
}

/** The oldest recorded moment among some markets. */
export function firstOf(
  recorded: readonly Recorded[],
  markets: readonly MarketId[],
): EpochMs | null {
  const firsts = recorded.flatMap(({ market, first }) =>
    first !== null && markets.includes(market) ? first : [],
  )
  return firsts.length === 0 ? null : epochMs(Math.min(...firsts))
}

export interface Recorded {
  readonly market: MarketId
  readonly first: EpochMs | null
}

/** Markets that can be chosen: those watched, then those that were once recorded. */
export const choicesOf = (
  watched: readonly MarketSummary[],
  recorded: readonly Recorded[],
): readonly MarketId[] => [
  ...new Set([...watched.map(({ market }) => market), ...recorded.map(({ market }) => market)]),
]

/** Where the trades are read: at the cursor while it is in sight, else in the middle of a narrow sight. */
export function lookAt(span: TimeRange, cursor: EpochMs | null): EpochMs | null {
  if (cursor !== null && cursor >= span.from && cursor < span.to) return cursor
  return widthOf(span) <= TRADES_UP_TO ? middleOf(span) : null
}

/** Digits behind the point when nobody says: five that count. */
export function decimalsOf(summary: MarketSummary | undefined, price: number | undefined): number {
  if (summary !== undefined) return summary.priceDecimals
  if (price === undefined || price <= 0) return 2
  return Math.max(0, Math.min(10, 4 - Math.floor(Math.log10(price))))
}

/** The bar under the crosshair, else the newest in sight. */
export function legendBar(
  bars: readonly Candle[],
  span: TimeRange,
  pointed: EpochMs | null,
): Candle | undefined {
  const index = indexFrom(bars, pointed ?? span.to)
  const bar = pointed === null ? bars[index - 1] : bars[index]
  return bar !== undefined && (pointed === null || bar.openTime === pointed) ? bar : undefined
}

/** Place of the trade nearest to a moment; -1 without trades. */
export function nearestTrade(trades: readonly Trade[], at: number): number {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  trades.forEach(({ exchangeTime }, index) => {
    const away = Math.abs(exchangeTime - at)
    if (away < least) [best, least] = [index, away]
  })
  return best
}
