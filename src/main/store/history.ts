import type { Database, Statement } from 'better-sqlite3'
import {
  type Candle,
  foldTrade,
  INTERVALS,
  type OpenCandle,
  openCandle,
} from '../../shared/domain/candle.ts'
import type { Gap, LedgerMinute, TapeEnd } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { ORIGINS, type Trade } from '../../shared/domain/trade.ts'
import { LedgerView } from './ledger-view.ts'
import type { GapQuery } from './store.ts'
import type {
  Answers,
  CandleRequest,
  IdRequest,
  LedgerRequest,
  TradeRequest,
} from './store-protocol.ts'
import type { TradeLog } from './trade-log.ts'
import {
  decodeId,
  decodeRow,
  ID_COLUMN,
  inArrivalOrder,
  type MarketScale,
  ROW_SQL,
  rowDecimals,
  type StoredRow,
  unpackFlags,
} from './trade-row.ts'

const SECOND = INTERVALS['1s']
const MINUTE = INTERVALS['1m']
const PAGE_MS = MINUTE
const SNAPSHOT = ORIGINS.indexOf('snapshot')
/** Most rows of the ledger in one answer: ten weeks of minutes. */
const MOST_MINUTES = 100_000

/** What the screens ask of the recorded tape. */
export class History implements Answers {
  readonly #log: TradeLog
  readonly #ledger: LedgerView
  readonly #newest: Statement<[number, number, number], StoredRow>
  readonly #span: Statement<[number, number, number], StoredRow>
  readonly #latest: Statement<[number, number], number>
  readonly #ids: Statement<[number, number, number, number], string | Buffer>

  constructor(db: Database, log: TradeLog) {
    this.#log = log
    this.#ledger = new LedgerView(db)
    this.#newest = db
      .prepare<[number, number, number], StoredRow>(
        `SELECT ${ROW_SQL} FROM trade WHERE market = ? AND ts < ? ORDER BY ts DESC, trade.id DESC LIMIT ?`,
      )
      .raw()
    this.#span = db
      .prepare<[number, number, number], StoredRow>(
        `SELECT ${ROW_SQL} FROM trade WHERE market = ? AND ts >= ? AND ts < ? ORDER BY ts, trade.id`,
      )
      .raw()
    this.#latest = db
      .prepare<[number, number], number>(
        'SELECT ts FROM trade WHERE market = ? AND ts < ? ORDER BY ts DESC LIMIT 1',
      )
      .pluck()
    this.#ids = db
      .prepare<[number, number, number, number], string | Buffer>(
        `SELECT ${ID_COLUMN} FROM trade WHERE market = ? AND ts >= ? AND ts <= ?
         ORDER BY ts, trade.id LIMIT ?`,
      )
      .pluck()
  }

  /** The newest `limit` trades by match time, oldest first. */
  trades({ market, limit }: TradeRequest): readonly Trade[] {
    const scale = this.#log.markets.find(market)
    if (scale === undefined) return []
    const rows = this.#newest.all(scale.id, Number.MAX_SAFE_INTEGER, limit).reverse()
    return inArrivalOrder(rows).map((row) => decodeRow(row, market, scale))
  }

  /** Ascending: the last `limit` bars that open before `before`. */
  candles({ market, interval, before, limit }: CandleRequest): readonly Candle[] {
    const scale = this.#log.markets.find(market)
    if (scale === undefined) return []
    return interval === '1s'
      ? this.#seconds(scale, before, limit)
      : this.#log.candles.candles(scale.id, INTERVALS[interval], before, limit)
  }

  /** Where the tape of a market ends; null when it has none. */
  tapeEnd(name: MarketId): TapeEnd | null {
    const scale = this.#log.markets.find(name)
    if (scale === undefined) return null
    const time = this.#latest.get(scale.id, Number.MAX_SAFE_INTEGER)
    if (time === undefined) return null
    const newest = inArrivalOrder(this.#span.all(scale.id, time, time + 1)).at(-1)
    if (newest === undefined) return null
    const spans = this.#ledger.newestSpans({ id: scale.id, name })
    return {
      time: epochMs(time),
      id: decodeId(newest[1]),
      seq: spans.find(({ proof }) => proof === 'ids')?.lastSeq ?? null,
      spans,
      gaps: this.#ledger.unfilled(scale.id),
    }
  }

  ledger({ market, from, to, now }: LedgerRequest): readonly LedgerMinute[] {
    const scale = this.#log.markets.find(market)
    if (scale === undefined) return []
    const rows: LedgerMinute[] = []
    for (const row of this.#ledger.minutes({ id: scale.id, name: market }, from, to, now)) {
      rows.push(row)
      if (rows.length === MOST_MINUTES) break
    }
    return rows
  }

  gaps({ market, from, to, limit }: GapQuery): readonly Gap[] {
    const scale = market === undefined ? null : this.#log.markets.find(market)
    if (scale === undefined) return []
    return this.#ledger.newestGaps(
      scale?.id ?? null,
      from ?? Number.MIN_SAFE_INTEGER,
      to ?? Number.MAX_SAFE_INTEGER,
      limit,
    )
  }

  tradeIds({ market, from, to, limit }: IdRequest): readonly string[] {
    const scale = this.#log.markets.find(market)
    return scale === undefined ? [] : this.#ids.all(scale.id, from, to, limit).map(decodeId)
  }

  /** Bars of a second are not kept; they are folded from the rows, a minute at a time backwards. */
  #seconds(scale: MarketScale, before: number, limit: number): Candle[] {
    let to = Math.ceil(before / SECOND) * SECOND
    const pages: Candle[][] = []
    let found = 0
    while (found < limit) {
      const newest = this.#latest.get(scale.id, to)
      if (newest === undefined) break
      const end = Math.min(to, (Math.floor(newest / SECOND) + 1) * SECOND)
      const from = end - PAGE_MS
      const page = this.#foldSeconds(scale, from, end)
      pages.push(page)
      found += page.length
      to = from
    }
    return pages.reverse().flat().slice(-limit)
  }

  #foldSeconds(scale: MarketScale, from: number, to: number): Candle[] {
    const bars: OpenCandle[] = []
    for (const row of inArrivalOrder(this.#span.all(scale.id, from, to))) {
      const { side, origin } = unpackFlags(row[5])
      const decimals = rowDecimals(row, scale)
      const price = Number(decimals.price)
      const qty = scale.inverse === 1 ? Number(decimals.qty) / price : Number(decimals.qty)
      if (origin === SNAPSHOT || !Number.isFinite(price) || !Number.isFinite(qty)) continue
      const bar = bars.at(-1)
      if (bar?.openTime === Math.floor(row[0] / SECOND) * SECOND)
        foldTrade(bar, row[0], price, qty, side === 0)
      else bars.push(openCandle(SECOND, row[0], price, qty, side === 0))
    }
    const partial = this.#log.candles.partialMinutes(scale.id, from, to)
    return bars.map(({ firstTime: _first, lastTime: _last, ...bar }) => ({
      ...bar,
      openTime: epochMs(bar.openTime),
      source: 'tape',
      partial: partial.has(Math.floor(bar.openTime / MINUTE) * MINUTE),
    }))
  }
}
