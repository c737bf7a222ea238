import type { Database, Statement } from 'better-sqlite3'
import { RESOLUTIONS } from '../../shared/domain/candle.ts'

export const MINUTE = RESOLUTIONS['1m']
export const QUARTER = RESOLUTIONS['15m']
export const HOUR = RESOLUTIONS['1h']
export const DAY = RESOLUTIONS['1d']

/** A bar of a minute or longer, as it is kept. */
export interface KeptBar {
  readonly openTime: number
  /** Null while nothing was traded in it: it only says that it may be incomplete. So for all prices. */
  readonly open: number | null
  readonly high: number | null
  readonly low: number | null
  readonly close: number | null
  readonly volume: number
  readonly buyVolume: number
  readonly trades: number
  readonly partial: boolean
  /** How many of its minutes have trades. */
  readonly minutes: number
  /** Trades that were fetched afterwards. */
  readonly backfilled: number
}

type KeptRow = readonly [
  openTime: number,
  open: number | null,
  high: number | null,
  low: number | null,
  close: number | null,
  volume: number,
  buyVolume: number,
  trades: number,
  partial: number,
  minutes: number,
  backfilled: number,
]
type Stretch = [market: number, from: number, to: number]
type SizedStretch = [market: number, size: number, from: number, to: number]

/**
 * Bars of fifteen minutes, hours and days, read so that they always say what the minutes say: those of which a minute changed
 * since they were folded are folded from their minutes when they are asked for. Call within one
 * transaction: the parts of an answer must be of one moment.
 */
export class CoarseBars {
  readonly #minutes: Statement<Stretch, KeptRow>
  readonly #kept: Statement<SizedStretch, KeptRow>
  readonly #open: Statement<SizedStretch, number>

  constructor(db: Database) {
    this.#minutes = db
      .prepare<Stretch, KeptRow>(
        `SELECT open_time, open, high, low, close, volume, buy_volume, trades, partial, trades > 0, backfilled
         FROM candle WHERE market = ? AND open_time >= ? AND open_time < ? ORDER BY open_time`,
      )
      .raw()
    this.#kept = db
      .prepare<SizedStretch, KeptRow>(
        `SELECT open_time, open, high, low, close, volume, buy_volume, trades, partial, minutes, backfilled
         FROM candle_coarse WHERE market = ? AND size = ? AND open_time >= ? AND open_time < ?
         ORDER BY open_time`,
      )
      .raw()
    this.#open = db
      .prepare<SizedStretch, number>(
        `SELECT open_time FROM candle_coarse_open
         WHERE market = ? AND size = ? AND open_time >= ? AND open_time < ? ORDER BY open_time`,
      )
      .pluck()
  }

  /** Bars of `size` ms (minutes or a multiple) that open in [from, to), both on its grid. */
  bars(market: number, from: number, to: number, size: number): KeptBar[] {
    if (size % DAY === 0) return joinBars(this.days(market, from, to), size)
    if (size % HOUR === 0) return joinBars(this.hours(market, from, to), size)
    if (size % QUARTER === 0) return joinBars(this.quarters(market, from, to), size)
    return joinBars(this.minutes(market, from, to), size)
  }

  minutes(market: number, from: number, to: number): KeptBar[] {
    return this.#minutes.all(market, from, to).map(toKept)
  }

  quarters(market: number, from: number, to: number): KeptBar[] {
    return this.#level(market, from, to, QUARTER, (start, end) => this.minutes(market, start, end))
  }

  hours(market: number, from: number, to: number): KeptBar[] {
    return this.#level(market, from, to, HOUR, (start, end) => this.quarters(market, start, end))
  }

  days(market: number, from: number, to: number): KeptBar[] {
    return this.#level(market, from, to, DAY, (start, end) => this.hours(market, start, end))
  }

  #level(
    market: number,
    from: number,
    to: number,
    size: number,
    finer: (from: number, to: number) => readonly KeptBar[],
  ): KeptBar[] {
    const bars = this.#kept.all(market, size, from, to).map(toKept)
    const open = this.#open.all(market, size, from, to)
    if (open.length === 0) return bars
    for (const at of open) bars.push(...joinBars(finer(at, at + size), size))
    return bars.sort((a, b) => a.openTime - b.openTime)
  }
}

/** Bars of a finer grid, ascending, as bars of `size` ms. */
export function joinBars(bars: readonly KeptBar[], size: number): KeptBar[] {
  const joined: KeptBar[] = []
  let last: { -readonly [K in keyof KeptBar]: KeptBar[K] } | undefined
  let end = Number.NEGATIVE_INFINITY
  for (const bar of bars) {
    if (last === undefined || bar.openTime >= end) {
      const openTime = Math.floor(bar.openTime / size) * size
      end = openTime + size
      last = { ...bar, openTime }
      joined.push(last)
      continue
    }
    last.open ??= bar.open
    last.close = bar.close ?? last.close
    if (bar.high !== null) last.high = last.high === null ? bar.high : Math.max(last.high, bar.high)
    if (bar.low !== null) last.low = last.low === null ? bar.low : Math.min(last.low, bar.low)
    last.volume += bar.volume
    last.buyVolume += bar.buyVolume
    last.trades += bar.trades
    last.partial ||= bar.partial
    last.minutes += bar.minutes
    last.backfilled += bar.backfilled
  }
  return joined
}

const toKept = (row: KeptRow): KeptBar => ({
  openTime: row[0],
  open: row[1],
  high: row[2],
  low: row[3],
  close: row[4],
  volume: row[5],
  buyVolume: row[6],
  trades: row[7],
  partial: row[8] === 1,
  minutes: row[9],
  backfilled: row[10],
})
