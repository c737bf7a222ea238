import type { MinuteState } from './ledger.ts'
import type { EpochMs } from './time.ts'

export const INTERVALS = {
  '1s': 1_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
} as const
export type Interval = keyof typeof INTERVALS

/** What the history can be shown in, milliseconds a bar, finest first. Days are those of UTC. */
export const RESOLUTIONS = {
  '1s': 1_000,
  '5s': 5_000,
  '15s': 15_000,
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
} as const
export type Resolution = keyof typeof RESOLUTIONS
/** Most bars of one answer to a screen. */
export const MOST_BARS = 2_000

/** One bar (OHLCV). Prices and volumes are doubles; volume is in base units. */
export interface Candle {
  readonly openTime: EpochMs
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  /** The part of `volume` in which the taker bought. */
  readonly buyVolume: number
  /** Prints in the bar. */
  readonly trades: number
  /** `tape`: folded from trades recorded here. `venue`: the exchange's own bar. */
  readonly source: 'tape' | 'venue'
  /** True when recording began, stopped or broke off within the bar, so that it may be incomplete. */
  readonly partial: boolean
  /** Share of the bar's minutes that are complete or back-filled, 0–1; absent where nobody knows. */
  readonly coverage?: number
  /** The worst state of its minutes; absent while it is under way or nothing was recorded. */
  readonly state?: MinuteState
}

/** A bar being folded: a candle that also knows which trades opened and closed it. */
export interface OpenCandle {
  openTime: number
  open: number
  high: number
  low: number
  close: number
  volume: number
  buyVolume: number
  trades: number
  firstTime: number
  lastTime: number
}

/** The bar that a trade at `time` (epoch ms) opens. */
export const openCandle = (
  interval: number,
  time: number,
  price: number,
  qty: number,
  buy: boolean,
): OpenCandle => ({
  openTime: Math.floor(time / interval) * interval,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: qty,
  buyVolume: buy ? qty : 0,
  trades: 1,
  firstTime: time,
  lastTime: time,
})

/**
 * Folds one more trade into a bar. A late trade corrects the open, never the close; among trades of
 * the same millisecond the order of arrival decides, which is the venue's own order.
 */
export function foldTrade(
  bar: OpenCandle,
  time: number,
  price: number,
  qty: number,
  buy: boolean,
): void {
  if (price > bar.high) bar.high = price
  if (price < bar.low) bar.low = price
  if (time < bar.firstTime) {
    bar.firstTime = time
    bar.open = price
  }
  if (time >= bar.lastTime) {
    bar.lastTime = time
    bar.close = price
  }
  bar.volume += qty
  if (buy) bar.buyVolume += qty
  bar.trades += 1
}

/** Joins bars of a finer interval, ascending, into bars of `interval` ms. */
export function mergeCandles(bars: readonly Candle[], interval: number): Candle[] {
  const merged: Candle[] = []
  for (const bar of bars) {
    const openTime = (Math.floor(bar.openTime / interval) * interval) as EpochMs
    const last = merged.at(-1)
    if (last?.openTime !== openTime) merged.push({ ...bar, openTime })
    else
      merged[merged.length - 1] = {
        openTime,
        open: last.open,
        high: Math.max(last.high, bar.high),
        low: Math.min(last.low, bar.low),
        close: bar.close,
        volume: last.volume + bar.volume,
        buyVolume: last.buyVolume + bar.buyVolume,
        trades: last.trades + bar.trades,
        source: last.source === 'tape' && bar.source === 'tape' ? 'tape' : 'venue',
        partial: last.partial || bar.partial,
      }
  }
  return merged
}
