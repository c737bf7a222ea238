import type { Database } from 'better-sqlite3'
import type { AroundQuery, BarsAnswer } from '../../shared/contract/history.ts'
import { type Candle, INTERVALS, type OpenCandle } from '../../shared/domain/candle.ts'
import { idAt } from '../../shared/domain/id-column.ts'
import type { Gap, LedgerMinute, TapeEnd } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import { LedgerView } from './ledger-view.ts'
import type { MarketRow } from './market-table.ts'
import { foldPage, secondCandles } from './second-bars.ts'
import type { GapQuery } from './store.ts'
import type {
  Answers,
  BarsRequest,
  CandleRequest,
  IdRequest,
  LedgerRequest,
  TradeRequest,
} from './store-protocol.ts'
import { TapeBars } from './tape-bars.ts'
import { TapePages } from './tape-pages.ts'
import { tradeAt } from './tape-rows.ts'
import type { TradeLog } from './trade-log.ts'

const SECOND = INTERVALS['1s']
const MINUTE = INTERVALS['1m']
const PAGE_MS = MINUTE
/** Most rows of the ledger in one answer: ten weeks of minutes. */
const MOST_MINUTES = 100_000
/** Later than every match time. */
const EVER = Number.MAX_SAFE_INTEGER

type ElsewhereAnswered =
  | 'use'
  | 'rollOff'
  | 'alertBook'
  | 'alertLog'
  | 'analysisBook'
  | 'analysisLog'
  | 'analysisSignals'
  | 'analysisSpending'

/** What the screens ask of the recorded tape. */
export class History implements Omit<Answers, 'candles' | ElsewhereAnswered> {
  readonly #log: TradeLog
  readonly #ledger: LedgerView
  readonly #pages: TapePages
  readonly #bars: TapeBars

  constructor(db: Database, log: TradeLog) {
    this.#log = log
    this.#ledger = new LedgerView(db)
    this.#pages = new TapePages(db)
    this.#bars = new TapeBars(db, this.#pages)
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

  bars({ now, ...query }: BarsRequest): BarsAnswer {
    return this.#bars.bars(query, now)
  }

  around(query: AroundQuery): readonly Trade[] {
    return this.#bars.around(query)
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
    const inverse = market.inverse === 1
    for (const columns of this.#pages.pages(market.id, from, to - 1))
      foldPage(columns, { size: SECOND, inverse }, bars)
    return secondCandles(bars, this.#log.candles.partialMinutes(market.id, from, to))
  }
}
