import { foldTrade, INTERVALS, type OpenCandle, openCandle } from '../../shared/domain/candle.ts'
import type { Trade } from '../../shared/domain/trade.ts'

const MINUTE = INTERVALS['1m']

/** A minute as the trades on the tape say it should be. */
export interface MinuteBar {
  readonly candle: OpenCandle
  readonly backfilled: number
  /** Prices of the trades of its first and of its last millisecond: which came first is not stored. */
  readonly opens: ReadonlySet<number>
  readonly closes: ReadonlySet<number>
}

/**
 * Folds the trades of one market, in order of time, into one-minute bars as the store does when it
 * writes them; `inverse` markets count quote units. `onTrade` sees each trade before it is folded.
 */
export function* minuteBars(
  trades: Iterable<Trade>,
  inverse: boolean,
  onTrade: (trade: Trade) => void = () => {},
): Generator<MinuteBar> {
  let bar: Folding | null = null
  for (const trade of trades) {
    onTrade(trade)
    const price = Number(trade.price)
    const qty = inverse ? Number(trade.qty) / price : Number(trade.qty)
    // History that a venue replays may be any part of a bar.
    if (trade.origin === 'snapshot' || !Number.isFinite(price) || !Number.isFinite(qty)) continue
    if (bar !== null && trade.exchangeTime >= bar.candle.openTime + MINUTE) {
      yield bar
      bar = null
    }
    bar = fold(bar, trade, price, qty)
  }
  if (bar !== null) yield bar
}

interface Folding extends MinuteBar {
  backfilled: number
  readonly opens: Set<number>
  closes: Set<number>
}

function fold(bar: Folding | null, trade: Trade, price: number, qty: number): Folding {
  const time = trade.exchangeTime
  const buy = trade.side === 'buy'
  const late = trade.origin === 'backfill' ? 1 : 0
  if (bar === null)
    return {
      candle: openCandle(MINUTE, time, price, qty, buy),
      backfilled: late,
      opens: new Set([price]),
      closes: new Set([price]),
    }
  if (time > bar.candle.lastTime) bar.closes = new Set()
  foldTrade(bar.candle, time, price, qty, buy)
  if (time === bar.candle.firstTime) bar.opens.add(price)
  bar.closes.add(price)
  bar.backfilled += late
  return bar
}
