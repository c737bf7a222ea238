import type { Database, Statement } from 'better-sqlite3'
import type {
  AroundQuery,
  BarsAnswer,
  BarsQuery,
  CoverStretch,
} from '../../shared/contract/history.ts'
import { type BarCount, type BarCover, barCovers } from '../../shared/domain/bar-cover.ts'
import {
  type Candle,
  MOST_BARS,
  type OpenCandle,
  RESOLUTIONS,
  type Resolution,
} from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import { CoarseBars, joinBars, type KeptBar, MINUTE, QUARTER } from './coarse-bars.ts'
import { LedgerView } from './ledger-view.ts'
import { foldPage, secondCandles } from './second-bars.ts'
import { TapePages } from './tape-pages.ts'
import { sliceColumns, tradeAt } from './tape-rows.ts'

/** Trades that are folded for one answer in bars of seconds: about 30 ms. More are shown in coarser bars. */
const MOST_FOLDED = 300_000
/** Bars of a resolution that was asked for by name: a file may have more than a screen. */
const ANY_BARS = 1_000_000

interface StretchMarket {
  readonly id: number
  readonly name: MarketId
  readonly inverse: number
}

/**
 * Bars of any stretch of the tape in any resolution, with what the ledger says of them, in about the same time
 * however long the stretch is. For the store's thread and for readers.
 */
export class TapeBars {
  readonly #coarse: CoarseBars
  readonly #ledger: LedgerView
  readonly #pages: TapePages
  readonly #market: Statement<[string], StretchMarket>
  readonly #partial: Statement<[number, number, number], number>
  readonly #answer: (market: StretchMarket, query: BarsQuery, now: number) => BarsAnswer

  constructor(db: Database, pages: TapePages = new TapePages(db)) {
    this.#coarse = new CoarseBars(db)
    this.#ledger = new LedgerView(db)
    this.#pages = pages
    this.#market = db.prepare('SELECT id, name, inverse FROM market WHERE name = ?')
    this.#partial = db
      .prepare<[number, number, number], number>(
        `SELECT open_time FROM candle
         WHERE market = ? AND open_time >= ? AND open_time < ? AND partial = 1`,
      )
      .pluck()
    this.#answer = db.transaction((market: StretchMarket, query: BarsQuery, now: number) =>
      this.#read(market, query, now),
    )
  }

  /** `now`: epoch ms; minutes that are not over by then have no state. Nothing for a market that is not there. */
  bars(query: BarsQuery, now: number): BarsAnswer {
    const market = this.#market.get(query.market)
    if (market === undefined || query.from >= query.to)
      return { resolution: query.resolution ?? '1m', candles: [], cover: [] }
    return this.#answer(market, query, now)
  }

  /** Bars that overlap [from, to) in any number, ascending, without what the ledger says. */
  candlesBetween(name: MarketId, from: EpochMs, to: EpochMs, resolution: Resolution): Candle[] {
    const market = this.#market.get(name)
    if (market === undefined || from >= to) return []
    const size = RESOLUTIONS[resolution]
    const [first, end] = gridded(from, to, size)
    if (size < MINUTE) return this.#seconds(market, first, end, size)
    return this.#coarse.bars(market.id, first, end, size).filter(isTraded).map(toCandle)
  }

  /** Oldest first. */
  around({ market: name, at, before, after }: AroundQuery): readonly Trade[] {
    const market = this.#market.get(name)
    if (market === undefined) return []
    const trades: Trade[] = []
    const take = (columns: Parameters<typeof tradeAt>[0]): void => {
      for (let row = 0; row < columns.count; row += 1) trades.push(tradeAt(columns, row, name))
    }
    if (before > 0) take(this.#pages.newest(market.id, at, before))
    let left = after
    if (left <= 0) return trades
    for (const page of this.#pages.pages(market.id, at, Number.MAX_SAFE_INTEGER, after)) {
      const rows = Math.min(left, page.count)
      take(sliceColumns(page, 0, rows))
      left -= rows
      if (left <= 0) break
    }
    return trades
  }

  #read(market: StretchMarket, query: BarsQuery, now: number): BarsAnswer {
    const resolution = query.resolution ?? this.#choose(market, query)
    const size = RESOLUTIONS[resolution]
    const [first, end] = gridded(query.from, query.to, size)
    const base = Math.max(size, MINUTE)
    const fine = base < QUARTER ? MINUTE : base
    const parts = this.#coarse.bars(market.id, ...gridded(first, end, base), fine)
    const kept = fine === base ? parts : joinBars(parts, base)
    const counts = parts.map((bar) => countOf(bar, fine))
    const window = gridded(first, end, MINUTE)
    const covers = barCovers({
      ...{ from: first, to: end, size, now },
      spans: this.#ledger.spansOf(market, ...window),
      gaps: this.#ledger.gapsOf(market, ...window),
      counts,
    })
    const candles =
      size < MINUTE ? this.#seconds(market, first, end, size) : kept.filter(isTraded).map(toCandle)
    return {
      resolution,
      candles: candles.map((bar) => covered(bar, covers[(bar.openTime - first) / size])),
      cover: stretchesOf(covers, first, size),
    }
  }

  /** The finest of which no more than the wanted bars lie in the stretch, and which is quick to make. */
  #choose(market: StretchMarket, { from, to, bars = MOST_BARS }: BarsQuery): Resolution {
    const most = Math.min(bars, MOST_BARS)
    for (const [name, size] of Object.entries(RESOLUTIONS) as [Resolution, number][]) {
      const [first, end] = gridded(from, to, size)
      if ((end - first) / size > most) continue
      if (size < MINUTE && !this.#quick(market, from, to)) continue
      return name
    }
    return '1d'
  }

  #quick(market: StretchMarket, from: number, to: number): boolean {
    let trades = 0
    for (const bar of this.#coarse.minutes(market.id, ...gridded(from, to, MINUTE)))
      trades += bar.trades
    return trades <= MOST_FOLDED
  }

  #seconds(market: StretchMarket, from: number, to: number, size: number): Candle[] {
    const bars: OpenCandle[] = []
    const inverse = market.inverse === 1
    for (const columns of this.#pages.pages(market.id, from, to - 1)) {
      foldPage(columns, { size, inverse }, bars)
      if (bars.length > ANY_BARS) break
    }
    const minute = Math.floor(from / MINUTE) * MINUTE
    return secondCandles(bars, new Set(this.#partial.all(market.id, minute, to)))
  }
}

/** The stretch with whole bars. */
const gridded = (from: number, to: number, size: number): [from: number, to: number] => [
  Math.floor(from / size) * size,
  Math.ceil(to / size) * size,
]

const countOf = ({ openTime, minutes, backfilled }: KeptBar, size: number): BarCount => ({
  openTime,
  size,
  minutes,
  backfilled,
})

const isTraded = (bar: KeptBar): boolean => bar.trades > 0

const toCandle = ({ minutes: _minutes, backfilled: _late, ...bar }: KeptBar): Candle => ({
  ...bar,
  openTime: epochMs(bar.openTime),
  open: bar.open ?? Number.NaN,
  high: bar.high ?? Number.NaN,
  low: bar.low ?? Number.NaN,
  close: bar.close ?? Number.NaN,
  source: 'tape',
})

/** A bar that is proved is not partial, although recording began or broke off within it. */
function covered(bar: Candle, cover: BarCover | undefined): Candle {
  if (cover === undefined || cover.state === null) return bar
  const { share, state } = cover
  return { ...bar, coverage: share, state, partial: bar.partial && share < 1 }
}

function stretchesOf(covers: readonly BarCover[], from: number, size: number): CoverStretch[] {
  const stretches: CoverStretch[] = []
  for (const [at, { state }] of covers.entries()) {
    if (state === null) continue
    const open = epochMs(from + at * size)
    const to = epochMs(open + size)
    const last = stretches.at(-1)
    if (last?.state === state && last.to === open) stretches[stretches.length - 1] = { ...last, to }
    else stretches.push({ from: open, to, state })
  }
  return stretches
}
