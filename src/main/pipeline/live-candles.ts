import { type Candle, foldTrade, type OpenCandle, openCandle } from '../../shared/domain/candle.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { TradeRows } from '../../shared/domain/trade-rows.ts'

interface Bar {
  candle: OpenCandle
  partial: boolean
  changed: boolean
}

/** The newest bars of one interval of one market, so that late trades still find their bar. */
export class LiveCandles {
  readonly #interval: number
  readonly #keep: number
  /** Ascending by open time. */
  #bars: Bar[] = []
  #partialAt = Number.NaN

  /** `interval`: milliseconds; `keep`: how many bars stay open for late trades. */
  constructor(interval: number, keep: number) {
    this.#interval = interval
    this.#keep = keep
  }

  /** False when the trade is older than what is kept: only the store has its bar. */
  trade(time: number, price: number, qty: number, buy: boolean): boolean {
    const openTime = Math.floor(time / this.#interval) * this.#interval
    let at = this.#bars.length - 1
    while (at >= 0 && (this.#bars[at]?.candle.openTime ?? 0) > openTime) at -= 1
    const bar = this.#bars[at]
    if (bar !== undefined && bar.candle.openTime === openTime) {
      foldTrade(bar.candle, time, price, qty, buy)
      bar.changed = true
      return true
    }
    if (at < 0 && this.#bars.length >= this.#keep) return false
    this.#bars.splice(at + 1, 0, {
      candle: openCandle(this.#interval, time, price, qty, buy),
      partial: openTime === this.#partialAt,
      changed: true,
    })
    if (this.#bars.length > this.#keep) this.#bars.shift()
    return true
  }

  /** `trade` for many; those whose bar only the store has are told to `missed` with their time. */
  tradeRows({ time, price, qty, side, count }: TradeRows, missed: (time: number) => void): void {
    for (let from = 0; from < count; ) {
      const first = time[from] ?? 0
      if (!this.trade(first, price[from] ?? 0, qty[from] ?? 0, side[from] === 0)) missed(first)
      from += 1
      // Those that follow in the newest bar, as nearly all do, need not look for it.
      const candle = this.#bars.at(-1)?.candle
      if (candle === undefined || first < candle.openTime) continue
      const ends = candle.openTime + this.#interval
      for (; from < count; from += 1) {
        const at = time[from] ?? 0
        if (at < candle.openTime || at >= ends) break
        foldTrade(candle, at, price[from] ?? 0, qty[from] ?? 0, side[from] === 0)
      }
    }
  }

  /**
   * A trade that was fetched afterwards. False when its bar is none of these: it is older, and only
   * the store has all of it.
   */
  late(time: number, price: number, qty: number, buy: boolean): boolean {
    const openTime = Math.floor(time / this.#interval) * this.#interval
    const oldest = this.#bars[0]?.candle.openTime
    return oldest !== undefined && openTime >= oldest && this.trade(time, price, qty, buy)
  }

  /** The stream began or broke off at `time`: the bar of that moment may be incomplete. */
  markPartial(time: number): void {
    this.#partialAt = Math.floor(time / this.#interval) * this.#interval
    for (const bar of this.#bars)
      if (bar.candle.openTime === this.#partialAt) bar.partial = bar.changed = true
  }

  /**
   * Goes on with a bar that the store already holds, after a restart within it. Where trades have
   * opened that bar here already, it stays as it is: the store may hold some of them too.
   */
  adopt(stored: Candle): void {
    if (this.#bars.some((bar) => bar.candle.openTime >= stored.openTime)) return
    const candle = { ...stored, firstTime: stored.openTime, lastTime: stored.openTime }
    this.#bars.push({ candle, partial: true, changed: true })
  }

  /** Bars changed since the last call, ascending. */
  drain(): Candle[] {
    const changed = this.#bars.filter((bar) => bar.changed)
    for (const bar of changed) bar.changed = false
    return changed.map(toCandle)
  }

  /** The newest bars, ascending. */
  newest(count: number): Candle[] {
    return this.#bars.slice(-count).map(toCandle)
  }
}

const toCandle = ({ candle, partial }: Bar): Candle => ({
  openTime: candle.openTime as EpochMs,
  open: candle.open,
  high: candle.high,
  low: candle.low,
  close: candle.close,
  volume: candle.volume,
  buyVolume: candle.buyVolume,
  trades: candle.trades,
  source: 'tape',
  partial,
})
