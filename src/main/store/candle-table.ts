import type { Database, Statement } from 'better-sqlite3'
import {
  type Candle,
  foldTrade,
  INTERVALS,
  mergeCandles,
  type OpenCandle,
  openCandle,
} from '../../shared/domain/candle.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { CoarseTable } from './coarse-table.ts'

const MINUTE = INTERVALS['1m']
const HOUR = INTERVALS['1h']

interface Bar {
  readonly market: number
  readonly openTime: number
  /** Null while the minute is only marked as partial. */
  candle: OpenCandle | null
  partial: boolean
  /** How many of its trades were fetched afterwards. */
  backfilled: number
}

type BarRow = readonly [
  openTime: number,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number,
  buyVolume: number,
  trades: number,
  firstTime: number,
  lastTime: number,
  partial: number,
  backfilled: number,
]
const BAR =
  'open_time, open, high, low, close, volume, buy_volume, trades, first_ts, last_ts, partial, backfilled'

/** The bars that one transaction changes: each is read once, folded on, and written once. */
export interface BarChanges {
  /** Folds a trade that was really inserted; `market` is its row in the table `market`. */
  fold(
    market: number,
    time: number,
    price: number,
    qty: number,
    buy: boolean,
    backfilled: boolean,
  ): void
  markPartial(market: number, time: number): void
  save(): void
  /** The transaction is on the disk: the newest bar of each market need not be read again. */
  kept(): void
}

/** One-minute bars of the recorded tape. */
export class CandleTable {
  readonly #one: Statement<[number, number], BarRow>
  readonly #last: Statement<[number, number, number], BarRow>
  readonly #emptyPartial: Statement<[number, number, number], number>
  readonly #upsert: Statement<(number | null)[]>
  readonly #clear: Statement<[number, number, number]>
  /** The newest bar of each market that was written here, as it is on the disk. */
  readonly #newest = new Map<number, Bar>()
  readonly #coarse: CoarseTable

  constructor(db: Database) {
    this.#coarse = new CoarseTable(db)
    this.#one = db
      .prepare<[number, number], BarRow>(
        `SELECT ${BAR} FROM candle WHERE market = ? AND open_time = ?`,
      )
      .raw()
    this.#last = db
      .prepare<[number, number, number], BarRow>(
        `SELECT ${BAR} FROM candle WHERE market = ? AND open_time < ? AND trades > 0
         ORDER BY open_time DESC LIMIT ?`,
      )
      .raw()
    this.#emptyPartial = db
      .prepare<[number, number, number], number>(
        `SELECT open_time FROM candle
         WHERE market = ? AND open_time >= ? AND open_time < ? AND trades = 0 AND partial = 1`,
      )
      .pluck()
    this.#clear = db.prepare(
      `UPDATE candle SET open = NULL, high = NULL, low = NULL, close = NULL, volume = 0,
         buy_volume = 0, trades = 0, first_ts = NULL, last_ts = NULL, partial = 1, backfilled = 0
       WHERE market = ? AND open_time >= ? AND open_time <= ?`,
    )
    this.#upsert = db.prepare(
      `REPLACE INTO candle (market, ${BAR}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
  }

  changes(): BarChanges {
    const bars = new Map<number, Bar>()
    let last: Bar | undefined
    const barAt = (market: number, time: number): Bar => {
      const openTime = Math.floor(time / MINUTE) * MINUTE
      if (last?.market === market && last.openTime === openTime) return last
      // Exact below 2^53: a market row is a small number, a minute since 1970 has 25 bits.
      const key = market * 2 ** 31 + openTime / MINUTE
      last = bars.get(key) ?? this.#load(market, openTime)
      bars.set(key, last)
      return last
    }
    return {
      fold: (market, time, price, qty, buy, backfilled) => {
        const bar = barAt(market, time)
        if (backfilled) bar.backfilled += 1
        if (bar.candle === null) bar.candle = openCandle(MINUTE, time, price, qty, buy)
        else foldTrade(bar.candle, time, price, qty, buy)
      },
      markPartial: (market, time) => {
        barAt(market, time).partial = true
      },
      save: () => {
        for (const bar of bars.values()) this.#save(bar)
        this.#coarse.settle()
      },
      kept: () => {
        for (const bar of bars.values())
          if (bar.openTime >= (this.#newest.get(bar.market)?.openTime ?? 0))
            this.#newest.set(bar.market, bar)
      },
    }
  }

  /**
   * Takes the trades out of the bars of the minutes in [from, to], which are then folded anew; that they
   * may be incomplete stays. Part of the transaction under way.
   */
  clear(market: number, from: number, to: number): void {
    const first = Math.floor(from / MINUTE) * MINUTE
    this.#clear.run(market, first, to)
    this.forget()
    for (let hour = first; hour <= to; hour += HOUR) this.#coarse.touch(market, hour)
    this.#coarse.touch(market, Math.max(first, to))
  }

  /** After a rollback: bars that are held may not be on the disk. */
  forget(): void {
    this.#newest.clear()
    this.#coarse.forget()
  }

  /** Ascending: the last `limit` bars of one minute or a multiple of it that open before `before`. */
  candles(market: number, interval: number, before: number, limit: number): Candle[] {
    const to = Math.ceil(before / interval) * interval
    const rows = this.#last.all(market, to, limit * (interval / MINUTE)).reverse()
    const minutes = rows.map(toCandle)
    const first = minutes[0]
    if (interval === MINUTE || first === undefined) return minutes
    const from = Math.floor(first.openTime / interval) * interval
    const broken = new Set(
      this.#emptyPartial.all(market, from, to).map((time) => Math.floor(time / interval)),
    )
    return mergeCandles(minutes, interval)
      .slice(-limit)
      .map((bar) => (broken.has(bar.openTime / interval) ? { ...bar, partial: true } : bar))
  }

  /** Which of the minutes in [from, to) are marked as possibly incomplete. */
  partialMinutes(market: number, from: number, to: number): ReadonlySet<number> {
    const found = new Set<number>()
    for (let minute = Math.floor(from / MINUTE) * MINUTE; minute < to; minute += MINUTE)
      if (this.#one.get(market, minute)?.[10] === 1) found.add(minute)
    return found
  }

  #load(market: number, openTime: number): Bar {
    const held = this.#newest.get(market)
    if (held?.openTime === openTime) return held
    const row = this.#one.get(market, openTime)
    if (row === undefined) return { market, openTime, candle: null, partial: false, backfilled: 0 }
    const candle: OpenCandle | null =
      row[7] === 0
        ? null
        : {
            openTime,
            open: row[1],
            high: row[2],
            low: row[3],
            close: row[4],
            volume: row[5],
            buyVolume: row[6],
            trades: row[7],
            firstTime: row[8],
            lastTime: row[9],
          }
    return { market, openTime, candle, partial: row[10] === 1, backfilled: row[11] }
  }

  #save({ market, openTime, candle, partial, backfilled }: Bar): void {
    this.#coarse.touch(market, openTime)
    this.#upsert.run(
      market,
      openTime,
      candle?.open ?? null,
      candle?.high ?? null,
      candle?.low ?? null,
      candle?.close ?? null,
      candle?.volume ?? 0,
      candle?.buyVolume ?? 0,
      candle?.trades ?? 0,
      candle?.firstTime ?? null,
      candle?.lastTime ?? null,
      partial ? 1 : 0,
      backfilled,
    )
  }
}

const toCandle = (row: BarRow): Candle => ({
  openTime: epochMs(row[0]),
  open: row[1],
  high: row[2],
  low: row[3],
  close: row[4],
  volume: row[5],
  buyVolume: row[6],
  trades: row[7],
  source: 'tape',
  partial: row[10] === 1,
})
