import type { Database, Statement } from 'better-sqlite3'
import { CoarseBars, DAY, HOUR, joinBars, type KeptBar, QUARTER } from './coarse-bars.ts'

/** Finest first: an hour is folded from its quarters, a day from its hours. */
const SIZES = [QUARTER, HOUR, DAY] as const

/** The quarters of an hour (or hours, or days) of one market that are not kept because a minute of them changed. */
interface OpenPeriods {
  readonly open: Set<number>
  /** Those that the write under way changes: folding them now would be for nothing. */
  readonly touched: Set<number>
}

/**
 * Keeps bars of fifteen minutes, an hour and a day beside the minutes. The first change of a minute takes the
 * bars that it is in out and notes them as open, in the transaction of the minute; when the market goes on to
 * another, those that are left behind are folded and kept again. So late trades correct them, a kept bar never
 * says other than its minutes, and a write costs nothing but every fifteen minutes.
 */
export class CoarseTable {
  readonly #bars: CoarseBars
  readonly #opened: Statement<[number, number], number>
  readonly #open: Statement<[number, number, number]>
  readonly #close: Statement<[number, number, number]>
  readonly #keep: Statement<(number | null)[]>
  readonly #remove: Statement<[number, number, number]>
  readonly #nextMinute: Statement<[number, number], number>
  readonly #markets = new Map<number, ReadonlyMap<number, OpenPeriods>>()
  readonly #changed = new Set<number>()
  /** Markets for which the write under way opened a period. */
  readonly #moved = new Set<number>()

  constructor(db: Database) {
    this.#bars = new CoarseBars(db)
    this.#opened = db
      .prepare<[number, number], number>(
        'SELECT open_time FROM candle_coarse_open WHERE market = ? AND size = ?',
      )
      .pluck()
    this.#open = db.prepare(
      'INSERT OR IGNORE INTO candle_coarse_open (market, size, open_time) VALUES (?, ?, ?)',
    )
    this.#close = db.prepare(
      'DELETE FROM candle_coarse_open WHERE market = ? AND size = ? AND open_time = ?',
    )
    this.#keep = db.prepare(
      `REPLACE INTO candle_coarse (market, size, open_time, open, high, low, close, volume, buy_volume,
         trades, partial, minutes, backfilled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#remove = db.prepare(
      'DELETE FROM candle_coarse WHERE market = ? AND size = ? AND open_time = ?',
    )
    this.#nextMinute = db
      .prepare<[number, number], number>(
        `SELECT open_time FROM candle WHERE market = ? AND open_time >= ?
         ORDER BY open_time LIMIT 1`,
      )
      .pluck()
  }

  /** The bar of the minute of `time` changes. Part of the transaction under way. */
  touch(market: number, time: number): void {
    this.#changed.add(market)
    for (const [size, { open, touched }] of this.#periods(market)) {
      const at = Math.floor(time / size) * size
      touched.add(at)
      if (open.has(at)) continue
      open.add(at)
      this.#open.run(market, size, at)
      this.#remove.run(market, size, at)
      this.#moved.add(market)
    }
  }

  /** The bars of minutes are written: keeps the hours and days that were left behind. */
  settle(): void {
    for (const market of this.#moved)
      for (const [size, periods] of this.#periods(market)) this.#fold(market, size, periods)
    for (const market of this.#changed)
      for (const { touched } of this.#periods(market).values()) touched.clear()
    this.#moved.clear()
    this.#changed.clear()
  }

  /** After a rollback: what is remembered may not be on the disk. */
  forget(): void {
    this.#markets.clear()
    this.#moved.clear()
    this.#changed.clear()
  }

  /** Folds all of a market whose minutes were written without this table. Part of a transaction. */
  build(market: number): void {
    let from = this.#nextMinute.get(market, Number.MIN_SAFE_INTEGER)
    while (from !== undefined) {
      const day = Math.floor(from / DAY) * DAY
      let bars: readonly KeptBar[] = this.#bars.minutes(market, day, day + DAY)
      for (const size of SIZES) {
        bars = joinBars(bars, size)
        for (const bar of bars) this.#write(market, size, bar)
      }
      from = this.#nextMinute.get(market, day + DAY)
    }
  }

  #fold(market: number, size: number, { open, touched }: OpenPeriods): void {
    const newest = Math.max(...open)
    for (const at of [...open]) {
      if (at === newest || touched.has(at)) continue
      for (const bar of this.#bars.bars(market, at, at + size, size)) this.#write(market, size, bar)
      this.#close.run(market, size, at)
      open.delete(at)
    }
  }

  #write(market: number, size: number, bar: KeptBar): void {
    this.#keep.run(
      ...[market, size, bar.openTime, bar.open, bar.high, bar.low, bar.close],
      ...[bar.volume, bar.buyVolume, bar.trades, bar.partial ? 1 : 0, bar.minutes, bar.backfilled],
    )
  }

  #periods(market: number): ReadonlyMap<number, OpenPeriods> {
    const known = this.#markets.get(market)
    if (known !== undefined) return known
    const periods = new Map(
      SIZES.map((size) => [
        size as number,
        { open: new Set(this.#opened.all(market, size)), touched: new Set<number>() },
      ]),
    )
    this.#markets.set(market, periods)
    return periods
  }
}
