import type { DayFigures, TapeFrame } from '../../../shared/contract/status.ts'
import { decimalAt } from '../../../shared/domain/decimal-column.ts'
import { idAt } from '../../../shared/domain/id-column.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import { ORIGINS, SIDES, type Trade } from '../../../shared/domain/trade.ts'
import { MarketFold } from '../market-fold.ts'
import type { DayMinute } from '../rolling-day.ts'
import type { ReplayRows } from './replay-rows.ts'

const DAY = 86_400_000
const MINUTE = 60_000

/** What is known of a market at one moment of a replay. */
export interface ReplayFigures {
  readonly market: MarketId
  readonly last: number | null
  readonly lastTradeAt: EpochMs | null
  readonly trades: number
  readonly day: Omit<DayFigures, 'coverage'>
  readonly tradesPerSecond: number
  readonly buyVolume: number
  readonly sellVolume: number
}

/** One market being replayed: the folds of a live market, and what a screen is to be shown next. */
export class ReplayMarket extends MarketFold {
  readonly market: MarketId
  /** Trades of the next frame, newest last; only while somebody looks. */
  watched = false
  readonly #dayFrom: number | null
  readonly #frameTrades: number
  #pending: Trade[] = []
  #skipped = 0

  /**
   * `before`: the minutes of the 24 h before `at`, which the figures of the day begin with; `frameTrades`: most
   * trades of a frame.
   */
  constructor(market: MarketId, at: number, before: readonly DayMinute[], frameTrades: number) {
    super(before[0]?.openTime ?? at)
    this.market = market
    this.#frameTrades = frameTrades
    if (before.length > 0) this.day.seedMinutes(at, before)
    const first = before[0]?.openTime ?? at
    this.#dayFrom = first > at - DAY + MINUTE ? first : null
  }

  /** Folds rows [from, to) in as they would have been live. */
  play(rows: ReplayRows, from: number, to: number): void {
    const { at, time, price, qty, side, late } = rows
    for (let i = from; i < to; i += 1) {
      const taker = side[i] === 0 ? 'buy' : 'sell'
      const [now = 0, when = 0, worth = 0, size = 0] = [at[i], time[i], price[i], qty[i]]
      // In the order in which it happened, what was fetched afterwards stands where it belongs.
      if (late[i] === 1 && now !== when) this.foldLate(now, when, worth, size, taker, false)
      else this.foldOne(now, when, worth, size, taker)
    }
    if (this.watched) this.#show(rows, from, to)
  }

  figures(at: number): ReplayFigures {
    const day = this.day.figures(at, this.last)
    const since = this.#dayFrom
    return {
      market: this.market,
      last: this.last,
      lastTradeAt: this.lastTradeAt,
      trades: this.trades,
      // The tape is all there is: what it does not reach back to is not known.
      day:
        since !== null && at - since < DAY
          ? { ...day, basis: 'partial', since: epochMs(since) }
          : day,
      ...this.flow.figures(at),
    }
  }

  /** What happened since the last frame. */
  frame(): TapeFrame {
    const corrected = this.takeCorrected()
    const frame = {
      market: this.market,
      trades: this.#pending,
      skipped: this.#skipped,
      candles: { '1s': this.seconds.drain(), '1m': this.minutes.drain() },
      foldedAt: null,
      ...(corrected === null ? {} : { corrected }),
    }
    this.#pending = []
    this.#skipped = 0
    return frame
  }

  #show(rows: ReplayRows, from: number, to: number): void {
    const first = Math.max(from, to - this.#frameTrades)
    this.#skipped += first - from
    for (let i = first; i < to; i += 1) this.#pending.push(tradeOf(rows, i, this.market))
    const over = this.#pending.length - this.#frameTrades
    if (over <= 0) return
    this.#skipped += over
    this.#pending = this.#pending.slice(over)
  }
}

/** A row with its texts, its times as they were played. */
export function tradeOf(rows: ReplayRows, i: number, market: MarketId): Trade {
  const [columns, row = 0] = [rows.sources[rows.source[i] ?? 0], rows.row[i]]
  if (columns === undefined) throw new RangeError(`there is no row ${i}`)
  const micros = columns.exchangeMicros[row] ?? -1
  return {
    market,
    id: idAt(columns.id, row),
    price: decimalAt(columns.price, row),
    qty: decimalAt(columns.qty, row),
    side: SIDES[rows.side[i] ?? 0] ?? 'buy',
    exchangeTime: epochMs(rows.time[i] ?? 0),
    ...(micros < 0 ? {} : { exchangeMicros: micros }),
    receiveTime: epochMs(rows.at[i] ?? 0),
    matches: columns.matches[row] ?? 1,
    origin: ORIGINS[columns.origin[row] ?? 0] ?? 'stream',
  }
}
