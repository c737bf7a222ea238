import type {
  CandlestickData,
  HistogramData,
  UTCTimestamp,
  WhitespaceData,
} from 'lightweight-charts'
import type { Candle } from '../../shared/domain/candle.ts'
import { type ChartColours, faded } from './palette.ts'

export type Bar = CandlestickData<UTCTimestamp> | WhitespaceData<UTCTimestamp>
export type Volume = HistogramData<UTCTimestamp> | WhitespaceData<UTCTimestamp>

/** A quiet stretch is drawn as empty room, up to this many bars. */
const MOST_EMPTY = 240

const seconds = (ms: number): UTCTimestamp => (ms / 1_000) as UTCTimestamp

/** Open times, in ms, of the bars missing between two: time without a trade is not cut out. */
export function missingBetween(before: number, after: number, interval: number): number[] {
  const missing: number[] = []
  const first = Math.max(before + interval, after - MOST_EMPTY * interval)
  for (let time = first; time < after; time += interval) missing.push(time)
  return missing
}

export const emptyBar = (openTime: number): { time: UTCTimestamp } => ({ time: seconds(openTime) })

/** Our own bars in full colour; the venue's dim; one that may be incomplete hollow. */
export function toBar(candle: Candle, colours: ChartColours): CandlestickData<UTCTimestamp> {
  const base = candle.close >= candle.open ? colours.buy : colours.sell
  const colour = candle.source === 'venue' ? faded(base, 0.42) : base
  return {
    time: seconds(candle.openTime),
    open: candle.open,
    high: candle.high,
    low: candle.low,
    close: candle.close,
    color: candle.partial ? 'transparent' : colour,
    borderColor: colour,
    wickColor: colour,
  }
}

/** All volume behind, in the colour of the sellers; grey where the venue does not split it. */
export function toVolume(candle: Candle, colours: ChartColours): HistogramData<UTCTimestamp> {
  const split = candle.source === 'tape'
  return {
    time: seconds(candle.openTime),
    value: candle.volume,
    color: split ? colours.sellVolume : colours.wholeVolume,
  }
}

/** The part in which the taker bought, drawn over it from the ground up. */
export function toBuyVolume(candle: Candle, colours: ChartColours): HistogramData<UTCTimestamp> {
  const split = candle.source === 'tape'
  return {
    time: seconds(candle.openTime),
    value: split ? candle.buyVolume : 0,
    color: colours.buyVolume,
  }
}

/** Bars with the empty room between them. */
export function withGaps<T>(
  candles: readonly Candle[],
  interval: number,
  toItem: (candle: Candle) => T,
  /** Empty room goes on to here after the last bar. */
  until?: number,
): (T | { time: UTCTimestamp })[] {
  const items: (T | { time: UTCTimestamp })[] = []
  let before: Candle | undefined
  for (const candle of candles) {
    if (before !== undefined)
      for (const time of missingBetween(before.openTime, candle.openTime, interval))
        items.push(emptyBar(time))
    items.push(toItem(candle))
    before = candle
  }
  if (before !== undefined && until !== undefined)
    for (const time of missingBetween(before.openTime, until + interval, interval))
      items.push(emptyBar(time))
  return items
}
