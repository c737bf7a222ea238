import type { Database } from 'better-sqlite3'
import {
  type Candle,
  foldTrade,
  INTERVALS,
  type OpenCandle,
  openCandle,
} from '../../shared/domain/candle.ts'
import { doubleAt } from '../../shared/domain/decimal-column.ts'
import { idAt } from '../../shared/domain/id-column.ts'
import type { Gap, LedgerMinute, TapeEnd } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import { ORIGINS, type Trade } from '../../shared/domain/trade.ts'
import { LedgerView } from './ledger-view.ts'
import type { MarketRow } from './market-table.ts'
import type { GapQuery } from './store.ts'
import type {
  Answers,
  CandleRequest,
  IdRequest,
  LedgerRequest,
  TradeRequest,
} from './store-protocol.ts'
import type { TapeColumns } from './tape-columns.ts'
import { TapePages } from './tape-pages.ts'
import { tradeAt } from './tape-rows.ts'
import type { TradeLog } from './trade-log.ts'

const SECOND = INTERVALS['1s']
const MINUTE = INTERVALS['1m']
const PAGE_MS = MINUTE
const SNAPSHOT = ORIGINS.indexOf('snapshot')
/** Most rows of the ledger in one answer: ten weeks of minutes. */
const MOST_MINUTES = 100_000
/** Later than every match time. */
const EVER = Number.MAX_SAFE_INTEGER

/** What the screens ask of the recorded tape. */
export class History implements Omit<Answers, 'use' | 'rollOff'> {
  readonly #log: TradeLog
  readonly #ledger: LedgerView
  readonly #pages: TapePages

  constructor(db: Database, log: TradeLog) {
    this.#log = log
    this.#ledger = new LedgerView(db)
    this.#pages = new TapePages(db)
  }

  /** The newest `limit` trades by match time, oldest first. */
  trades({ market, limit }: TradeRequest): readonly Trade[] {
    const row = this.#log.markets.find(market)
    if (row === undefined) return []
    const columns = this.#pages.newest(row.id, EVER, limit)
    return Array.from({ length: columns.count }, (_, i) => tradeAt(columns, i, market))
  }

  /** Ascending: the last `limit` bars that open before `before`. */
  candles({ market, interval, before, limit }: CandleRequest): readonly Candle[] {
    const row = this.#log.markets.find(market)
    if (row === undefined) return []
    return interval === '1s'
      ? this.#seconds(row, before, limit)
      : this.#log.candles.candles(row.id, INTERVALS[interval], before, limit)
  }

  /** Where the tape of a market ends; null when it has none. */
  tapeEnd(name: MarketId): TapeEnd | null {
    const row = this.#log.markets.find(name)
    if (row === undefined) return null
    const newest = this.#pages.newest(row.id, EVER, 1)
    const [time] = newest.exchangeTime
    if (time === undefined) return null
    // Trades older than those that are kept are not taken any more: nothing would fill such a gap.
    const { keptFrom } = this.#log.tape.rolledOff(row.id)
    const spans = this.#ledger.newestSpans({ id: row.id, name })
    return {
      time: epochMs(time),
      id: idAt(newest.id, 0),
      seq: spans.find(({ proof }) => proof === 'ids')?.lastSeq ?? null,
      spans,
      gaps: this.#ledger.unfilled(row.id).filter(({ to }) => to >= keptFrom),
    }
  }

  ledger({ market, from, to, now }: LedgerRequest): readonly LedgerMinute[] {
    const row = this.#log.markets.find(market)
    if (row === undefined) return []
    const rows: LedgerMinute[] = []
    for (const minute of this.#ledger.minutes({ id: row.id, name: market }, from, to, now)) {
      rows.push(minute)
      if (rows.length === MOST_MINUTES) break
    }
    return rows
  }

  gaps({ market, from, to, limit }: GapQuery): readonly Gap[] {
    const row = market === undefined ? null : this.#log.markets.find(market)
    if (row === undefined) return []
    return this.#ledger.newestGaps(
      row?.id ?? null,
      from ?? Number.MIN_SAFE_INTEGER,
      to ?? Number.MAX_SAFE_INTEGER,
      limit,
    )
  }

  tradeIds({ market, from, to, limit }: IdRequest): readonly string[] {
    const row = this.#log.markets.find(market)
    const ids: string[] = []
    if (row === undefined) return ids
    for (const columns of this.#pages.pages(row.id, from, to)) {
      const count = Math.min(columns.count, limit - ids.length)
      for (let i = 0; i < count; i += 1) ids.push(idAt(columns.id, i))
      if (ids.length >= limit) break
    }
    return ids
  }

  /** Bars of a second are not kept; they are folded from the trades, a minute at a time backwards. */
  #seconds(market: MarketRow, before: number, limit: number): Candle[] {
    let to = Math.ceil(before / SECOND) * SECOND
    const pages: Candle[][] = []
    let found = 0
    while (found < limit) {
      const [newest] = this.#pages.newest(market.id, to, 1).exchangeTime
      if (newest === undefined) break
      const end = Math.min(to, (Math.floor(newest / SECOND) + 1) * SECOND)
      const from = end - PAGE_MS
      const page = this.#foldSeconds(market, from, end)
      pages.push(page)
      found += page.length
      to = from
    }
    return pages.reverse().flat().slice(-limit)
  }

  #foldSeconds(market: MarketRow, from: number, to: number): Candle[] {
    const bars: OpenCandle[] = []
    for (const columns of this.#pages.pages(market.id, from, to - 1))
      foldSeconds(columns, market.inverse === 1, bars)
    const partial = this.#log.candles.partialMinutes(market.id, from, to)
    return bars.map(({ firstTime: _first, lastTime: _last, ...bar }) => ({
      ...bar,
      openTime: epochMs(bar.openTime),
      source: 'tape',
      partial: partial.has(Math.floor(bar.openTime / MINUTE) * MINUTE),
    }))
  }
}

function foldSeconds(columns: TapeColumns, inverse: boolean, bars: OpenCandle[]): void {
  for (let row = 0; row < columns.count; row += 1) {
    const price = doubleAt(columns.price, row)
    const qty = inverse ? doubleAt(columns.qty, row) / price : doubleAt(columns.qty, row)
    if (columns.origin[row] === SNAPSHOT || !Number.isFinite(price) || !Number.isFinite(qty))
      continue
    const time = columns.exchangeTime[row] ?? 0
    const buy = columns.side[row] === 0
    const bar = bars.at(-1)
    if (bar?.openTime === Math.floor(time / SECOND) * SECOND) foldTrade(bar, time, price, qty, buy)
    else bars.push(openCandle(SECOND, time, price, qty, buy))
  }
}
