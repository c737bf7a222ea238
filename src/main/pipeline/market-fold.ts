import type { EpochMs } from '../../shared/domain/time.ts'
import type { TakerSide } from '../../shared/domain/trade.ts'
import type { TradeRows } from '../../shared/domain/trade-rows.ts'
import { LiveCandles } from './live-candles.ts'
import { MinuteFlow } from './minute-flow.ts'
import { RollingDay } from './rolling-day.ts'

/** Bars that stay open for late trades. */
export const SECONDS_KEPT = 120
export const MINUTES_KEPT = 5

/** A trade fetched afterwards counts in the flow of the last minute when it is younger than this. */
const FLOW_MS = 59_000

/** Match times of bars that only the store can correct, ends included. */
export interface CorrectedRange {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** What the trades of one market are folded into, live and in a replay. */
export class MarketFold {
  last: number | null = null
  lastTradeAt: EpochMs | null = null
  lastSide: TakerSide | null = null
  trades = 0
  readonly day: RollingDay
  readonly flow = new MinuteFlow()
  readonly seconds = new LiveCandles(1_000, SECONDS_KEPT)
  readonly minutes = new LiveCandles(60_000, MINUTES_KEPT)
  #lastTime = 0
  /** Bars that the screen has and only the store can correct. */
  #corrected: { from: number; to: number } | null = null

  /** `since`: when watching began, epoch ms. */
  constructor(since: number) {
    this.day = new RollingDay(since)
  }

  /** Folds live trades in, one at least; `now`: their time of receipt, epoch ms. */
  fold(now: number, rows: TradeRows): void {
    const { time, price, side, count } = rows
    this.trades += count
    let newest = -1
    for (let row = 0; row < count; row += 1)
      if ((time[row] ?? 0) >= this.#lastTime) {
        this.#lastTime = time[row] ?? 0
        newest = row
      }
    if (newest >= 0) {
      this.last = price[newest] ?? null
      this.lastSide = side[newest] === 0 ? 'buy' : 'sell'
    }
    this.lastTradeAt = now as EpochMs
    this.flow.addRows(now, rows)
    this.day.tradeRows(now, rows)
    this.seconds.tradeRows(rows, this.#missed)
    this.minutes.tradeRows(rows, this.#missed)
  }

  readonly #missed = (time: number): void => this.#correct(time)

  /**
   * The same for one. Sums of many depend on how they are cut; a replay, which is cut anyhow, takes them one by one.
   */
  foldOne(now: number, time: number, price: number, qty: number, side: TakerSide): void {
    const buy = side === 'buy'
    this.trades += 1
    if (time >= this.#lastTime) {
      this.#lastTime = time
      this.last = price
      this.lastSide = side
    }
    this.lastTradeAt = now as EpochMs
    this.flow.add(now, qty, buy)
    this.day.trade(now, time, price, qty)
    const kept = this.seconds.trade(time, price, qty, buy)
    if (!this.minutes.trade(time, price, qty, buy) || !kept) this.#correct(time)
  }

  /**
   * Folds a trade in that was fetched afterwards. `folded`: it is in every figure already and was only
   * missing on the disk.
   */
  foldLate(
    now: number,
    time: number,
    price: number,
    qty: number,
    side: TakerSide,
    folded: boolean,
  ): void {
    if (folded) {
      this.#correct(time)
      return
    }
    const buy = side === 'buy'
    this.trades += 1
    if (time >= this.#lastTime) {
      this.#lastTime = time
      this.last = price
      this.lastSide = side
    }
    if (now - time < FLOW_MS) this.flow.add(time, qty, buy)
    this.day.late(now, time, price, qty)
    const kept = this.seconds.late(time, price, qty, buy)
    if (!this.minutes.late(time, price, qty, buy) || !kept) this.#correct(time)
  }

  markPartial(now: number): void {
    this.seconds.markPartial(now)
    this.minutes.markPartial(now)
  }

  /** What only the store can correct since the last call; null when nothing. */
  takeCorrected(): CorrectedRange | null {
    const corrected = this.#corrected as CorrectedRange | null
    this.#corrected = null
    return corrected
  }

  #correct(time: number): void {
    if (this.#corrected === null) this.#corrected = { from: time, to: time }
    else if (time < this.#corrected.from) this.#corrected.from = time
    else if (time > this.#corrected.to) this.#corrected.to = time
  }
}
