import type { MinuteBar } from './minute-bars.ts'
import type { SqlCell, SqlReader } from './sql-reader.ts'

/** Bars that are read at once: no page holds a snapshot for long. */
const PAGE = 1_000
/** Sums of doubles depend on their order, by far less than this. */
const TOLERANCE = 1e-9

/** A bar of the table `candle`. */
export interface StoredBar {
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly buyVolume: number
  readonly trades: number
  readonly firstTime: number
  readonly lastTime: number
  readonly backfilled: number
}

const COLUMNS =
  'open_time, open, high, low, close, volume, buy_volume, trades, first_ts, last_ts, backfilled'

/** Rows of a question that this program asks itself. Throws, with a `code`, when it cannot be asked. */
export function sqlRows(sql: SqlReader, question: string): readonly (readonly SqlCell[])[] {
  const asked = sql.query(question)
  if (!asked.ok) throw Object.assign(new Error(asked.failure.message), { code: asked.failure.code })
  return [...asked.value.rows()]
}

/** A text as SQL writes it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The bars of one market that open before `until`, walked once in order of time. */
export class StoredBars {
  /** How many were walked over. */
  count = 0
  readonly #sql: SqlReader
  readonly #market: number
  readonly #until: number
  #page: readonly StoredBar[] = []
  #at = 0
  #after = Number.MIN_SAFE_INTEGER
  #ended = false

  constructor(sql: SqlReader, market: number, until: number) {
    this.#sql = sql
    this.#market = market
    this.#until = until
  }

  /** Those that open before `time`, and were not given out yet. */
  *before(time: number): Generator<StoredBar> {
    for (let bar = this.#next(); bar !== undefined && bar.openTime < time; bar = this.#next()) {
      this.#take()
      yield bar
    }
  }

  /** That of this minute, if it is next. */
  at(minute: number): StoredBar | undefined {
    const bar = this.#next()
    if (bar?.openTime !== minute) return undefined
    this.#take()
    return bar
  }

  /** That of any minute, as it is now. */
  again(minute: number): StoredBar | undefined {
    return this.#read(`open_time = ${minute}`)[0]
  }

  #next(): StoredBar | undefined {
    if (this.#at >= this.#page.length && !this.#ended) {
      this.#page = this.#read(
        `open_time > ${this.#after} AND open_time < ${this.#until} ORDER BY open_time LIMIT ${PAGE}`,
      )
      this.#at = 0
      this.#ended = this.#page.length < PAGE
      this.#after = this.#page.at(-1)?.openTime ?? this.#after
    }
    return this.#page[this.#at]
  }

  #take(): void {
    this.#at += 1
    this.count += 1
  }

  #read(where: string): readonly StoredBar[] {
    const question = `SELECT ${COLUMNS} FROM candle WHERE market = ${this.#market} AND trades > 0 AND ${where}`
    return sqlRows(this.#sql, question).map(toBar)
  }
}

function toBar(row: readonly SqlCell[]): StoredBar {
  const value = (at: number): number => Number(row[at])
  return {
    openTime: value(0),
    open: value(1),
    high: value(2),
    low: value(3),
    close: value(4),
    volume: value(5),
    buyVolume: value(6),
    trades: value(7),
    firstTime: value(8),
    lastTime: value(9),
    backfilled: value(10),
  }
}

/** What differs between a minute's bar and its trades, in words; null when nothing does. */
export function compareBars(
  stored: StoredBar | undefined,
  tape: MinuteBar | undefined,
): string | null {
  if (tape === undefined)
    return stored === undefined ? null : `a bar of ${stored.trades} trades, none on the tape`
  const { candle } = tape
  if (stored === undefined) return `${candle.trades} trades on the tape, no bar`
  const pairs: readonly (readonly [string, number, number])[] = [
    ['trades', stored.trades, candle.trades],
    ['back-filled', stored.backfilled, tape.backfilled],
    ['high', stored.high, candle.high],
    ['low', stored.low, candle.low],
    ['open', stored.open, tape.opens.has(stored.open) ? stored.open : candle.open],
    ['close', stored.close, tape.closes.has(stored.close) ? stored.close : candle.close],
    ['first time', stored.firstTime, candle.firstTime],
    ['last time', stored.lastTime, candle.lastTime],
    ['volume', stored.volume, nearly(stored.volume, candle.volume)],
    ['buy volume', stored.buyVolume, nearly(stored.buyVolume, candle.buyVolume)],
  ]
  const wrong = pairs.filter(([, bar, trades]) => bar !== trades)
  if (wrong.length === 0) return null
  return wrong.map(([what, bar, trades]) => `${what} ${bar}, by the trades ${trades}`).join('; ')
}

const nearly = (stored: number, folded: number): number =>
  Math.abs(stored - folded) <= TOLERANCE * Math.max(Math.abs(stored), Math.abs(folded))
    ? stored
    : folded
