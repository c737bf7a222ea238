import type { Candle } from '../../../shared/domain/candle.ts'
import { decimalsOf as scaleOf } from '../../../shared/domain/decimal.ts'
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

/** The span after a key on the chart; null: the key means nothing here. Where the tape begins has to be asked. */
export function spanAfter(key: string, span: TimeRange, now: EpochMs): TimeRange | null {
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
    case 'End':
      return { from: epochMs(now - width), to: now }
    default:
      return null
  }
}

/** A sight of that width from the first of what was recorded on; null where nothing was. */
export function beginningOf(firsts: readonly (EpochMs | null)[], width: number): TimeRange | null {
  const known = firsts.filter((first) => first !== null)
  if (known.length === 0) return null
  const from = Math.min(...known)
  return { from: epochMs(from), to: epochMs(from + width) }
}

/** Markets that can be chosen: those watched, then those that were once recorded. */
export const choicesOf = (
  watched: readonly MarketId[],
  recorded: readonly MarketId[],
): readonly MarketId[] => [...new Set([...watched, ...recorded])]

/** Where the trades are read: at the cursor while it is in sight, else in the middle of a narrow sight. */
export function lookAt(span: TimeRange, cursor: EpochMs | null): EpochMs | null {
  if (cursor !== null && cursor >= span.from && cursor < span.to) return cursor
  return widthOf(span) <= TRADES_UP_TO ? middleOf(span) : null
}

/** Figures that are looked at for their digits. */
const SAMPLE = 100
const MOST_DECIMALS = 10

/** Digits behind the point where no market says its tick: as many as the figures themselves have; two without any. */
export function decimalsIn(figures: readonly (number | string)[]): number {
  if (figures.length === 0) return 2
  const scales = figures.slice(0, SAMPLE).map((figure) => scaleOf(String(figure)) ?? 0)
  return Math.min(MOST_DECIMALS, Math.max(...scales))
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
