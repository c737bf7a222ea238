import type { TapeFrame } from '../../shared/contract/status.ts'
import type { Candle } from '../../shared/domain/candle.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { type CorrectedRange, SECONDS_KEPT } from './market-fold.ts'

/** Two tape frames as one: trades in order, `most` at most, the newer state of each bar. */
export function mergeTape(previous: TapeFrame, next: TapeFrame, most: number): TapeFrame {
  return capTape(
    {
      market: next.market,
      trades: [...previous.trades, ...next.trades],
      skipped: previous.skipped + next.skipped,
      candles: {
        '1s': mergeBars(previous.candles['1s'], next.candles['1s']),
        '1m': mergeBars(previous.candles['1m'], next.candles['1m']),
      },
      foldedAt: next.foldedAt ?? previous.foldedAt,
      ...mergeCorrected(previous.corrected, next.corrected),
    },
    most,
  )
}

function mergeCorrected(
  previous: CorrectedRange | undefined,
  next: CorrectedRange | undefined,
): { corrected?: CorrectedRange } {
  if (previous === undefined || next === undefined) {
    const corrected = previous ?? next
    return corrected === undefined ? {} : { corrected }
  }
  const from = epochMs(Math.min(previous.from, next.from))
  return { corrected: { from, to: epochMs(Math.max(previous.to, next.to)) } }
}

/** A frame with `most` trades at most; the oldest give way. */
export function capTape(frame: TapeFrame, most: number): TapeFrame {
  const over = frame.trades.length - most
  if (over <= 0) return frame
  return { ...frame, trades: frame.trades.slice(over), skipped: frame.skipped + over }
}

function mergeBars(previous: readonly Candle[], next: readonly Candle[]): readonly Candle[] {
  const bars = new Map(previous.map((bar) => [bar.openTime, bar]))
  for (const bar of next) bars.set(bar.openTime, bar)
  return [...bars.values()].sort((a, b) => a.openTime - b.openTime).slice(-SECONDS_KEPT)
}
