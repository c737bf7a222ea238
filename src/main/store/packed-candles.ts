import type { Candle } from '../../shared/domain/candle.ts'
import { epochMs } from '../../shared/domain/time.ts'

const FIELDS = 9

/**
 * Recorded candles on their way between threads, nine numbers each: openTime, open, high, low, close, volume,
 * buyVolume, trades, partial. Copied at once, where objects would be walked through one by one. Coverage is
 * not among them: the table of candles does not know it.
 */
export type PackedCandles = Float64Array

export function packCandles(candles: readonly Candle[]): PackedCandles {
  const numbers = new Float64Array(FIELDS * candles.length)
  let at = 0
  for (const candle of candles) {
    numbers[at] = candle.openTime
    numbers[at + 1] = candle.open
    numbers[at + 2] = candle.high
    numbers[at + 3] = candle.low
    numbers[at + 4] = candle.close
    numbers[at + 5] = candle.volume
    numbers[at + 6] = candle.buyVolume
    numbers[at + 7] = candle.trades
    numbers[at + 8] = candle.partial ? 1 : 0
    at += FIELDS
  }
  return numbers
}

export function unpackCandles(numbers: PackedCandles): Candle[] {
  const candles: Candle[] = []
  for (let at = 0; at < numbers.length; at += FIELDS)
    candles.push({
      openTime: epochMs(numbers[at] ?? Number.NaN),
      open: numbers[at + 1] ?? Number.NaN,
      high: numbers[at + 2] ?? Number.NaN,
      low: numbers[at + 3] ?? Number.NaN,
      close: numbers[at + 4] ?? Number.NaN,
      volume: numbers[at + 5] ?? Number.NaN,
      buyVolume: numbers[at + 6] ?? Number.NaN,
      trades: numbers[at + 7] ?? Number.NaN,
      source: 'tape',
      partial: numbers[at + 8] === 1,
    })
  return candles
}
