import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { AroundQuery, BarsAnswer, BarsQuery } from '../../shared/contract/history.ts'
import type { Candle, Resolution } from '../../shared/domain/candle.ts'
import type { Gap, LedgerMinute } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { Growth } from '../../shared/domain/storage.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { KeptAlert } from './alert-changes.ts'
import { keptAlerts } from './alert-table.ts'
import { APPLICATION_ID } from './database.ts'
import { GrowthTable } from './growth-table.ts'
import { LedgerView } from './ledger-view.ts'
import { MarketCursor } from './market-cursor.ts'
import { MIGRATIONS } from './migrations/migrations.ts'
import { SourceHeap } from './source-heap.ts'
import { openingFailure } from './storage-failure.ts'
import type {
  BatchFilter,
  KeptMarket,
  MarketBatch,
  MarketScale,
  MarketStats,
  TapeReader,
  TradeFilter,
} from './store.ts'
import { TapeBars } from './tape-bars.ts'
import { TapePages } from './tape-pages.ts'
import { TapeStats } from './tape-stats.ts'
import { type TapeFault, TapeVerifier } from './tape-verifier.ts'

const BUSY_MS = 5_000
/** Rows held in memory by one reading in order of time, spread over its markets. */
const ROWS_HELD = 400_000
const LEAST_PAGE = 1_024

/**
 * Opens a database to read, whether nobody, a running Tapedeck or another reader has it open, and
 * after a writer was killed. Never blocks the writer and never holds a snapshot across two pages of
 * rows. Fails with `not-found`, `storage-corrupt`, `invalid` or what the disk says.
 */
export function openReader(path: string): Outcome<TapeReader> {
  const opened = openTapeDatabase(path)
  if (!opened.ok) return opened
  try {
    return ok(new SqliteReader(opened.value))
  } catch (error) {
    opened.value.close()
    return notOpened(error, path)
  }
}

/** The connection under a reader; fails as `openReader`. */
export function openTapeDatabase(path: string): Outcome<Database.Database> {
  if (!existsSync(path))
    return fail('not-found', `There is no recording at ${path}. Record something first.`)
  let db: Database.Database | undefined
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS })
    const version = Number(db.pragma('user_version', { simple: true }))
    const ours = db.pragma('application_id', { simple: true }) === APPLICATION_ID
    if (ours && version === MIGRATIONS.length) return ok(db)
    db.close()
    return fail(
      'invalid',
      ours
        ? `${path} has format ${version}, this version reads ${MIGRATIONS.length}. ` +
            (version > MIGRATIONS.length ? 'Install the newer Tapedeck.' : 'Record into it once.')
        : `${path} is a database of another program.`,
    )
  } catch (error) {
    db?.close()
    return notOpened(error, path)
  }
}

function notOpened(error: unknown, path: string): Outcome<never> {
  const { code, message } = openingFailure(error, path)
  if (code !== 'storage-read-only') return fail(code, `${path}: ${message}`)
  return fail(
    code,
    `${path} cannot be read where it is: reading needs a small index file (-shm) beside it, and that ` +
      'folder cannot be written. Copy the database to one that can.',
  )
}

interface NamedMarket {
  readonly id: number
  readonly name: MarketId
}

const ALL_TIME = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }

class SqliteReader implements TapeReader {
  readonly #db: Database.Database
  readonly #ledger: LedgerView
  readonly #pages: TapePages
  readonly #bars: TapeBars

  constructor(db: Database.Database) {
    this.#db = db
    this.#ledger = new LedgerView(db)
    this.#pages = new TapePages(db)
    this.#bars = new TapeBars(db)
  }

  *trades(filter: TradeFilter): IterableIterator<Trade> {
    const { from, to } = { ...ALL_TIME, ...filter }
    const markets = this.#wanted(filter)
    const most = Math.max(LEAST_PAGE, Math.floor(ROWS_HELD / Math.max(markets.length, 1)))
    const cursors = markets.map(
      ({ id, name }) => new MarketCursor(name, this.#pages.pages(id, from, to - 1, most)),
    )
    const heap = new SourceHeap(cursors)
    for (let cursor = heap.first; cursor !== undefined; cursor = heap.first) {
      const { trade } = cursor
      if (trade !== undefined) yield trade
      cursor.advance()
      heap.firstMoved()
    }
  }

  *batches(filter: BatchFilter): IterableIterator<MarketBatch> {
    const { from, to } = { ...ALL_TIME, ...filter }
    for (const { id, name } of this.#wanted(filter))
      for (const columns of this.#pages.pages(id, from, to - 1, undefined, filter.firstRows))
        yield { market: name, columns }
  }

  candlesBetween(
    market: MarketId,
    from: EpochMs,
    to: EpochMs,
    resolution: Resolution,
  ): readonly Candle[] {
    return this.#bars.candlesBetween(market, from, to, resolution)
  }

  bars(query: BarsQuery, now: number): BarsAnswer {
    return this.#bars.bars(query, now)
  }

  around(query: AroundQuery): readonly Trade[] {
    return this.#bars.around(query)
  }

  inverse(): readonly MarketId[] {
    return this.#db
      .prepare<[], MarketId>('SELECT name FROM market WHERE inverse = 1 ORDER BY name')
      .pluck()
      .all()
  }

  scales(): readonly MarketScale[] {
    return this.#db
      .prepare<[], MarketScale>(
        `SELECT name AS market, price_scale AS priceScale, qty_scale AS qtyScale, inverse
         FROM market ORDER BY name`,
      )
      .all()
  }

  markets(): readonly MarketId[] {
    return this.#markets().map(({ name }) => name)
  }

  stats(): readonly MarketStats[] {
    return new TapeStats(this.#db).all(this.#markets())
  }

  kept(): readonly KeptMarket[] {
    return this.#db
      .prepare<[], KeptMarket>(
        `SELECT name AS market, kept_from AS keptFrom FROM market
         WHERE kept_from IS NOT NULL ORDER BY name`,
      )
      .all()
  }

  growth(): Growth {
    return new GrowthTable(this.#db).growth()
  }

  *ledger(filter: TradeFilter): IterableIterator<LedgerMinute> {
    const { from, to } = { ...ALL_TIME, ...filter }
    for (const market of this.#wanted(filter))
      yield* this.#ledger.minutes(market, from, to, Number.MAX_SAFE_INTEGER)
  }

  gaps(filter: TradeFilter): readonly Gap[] {
    const { from, to } = { ...ALL_TIME, ...filter }
    return this.#wanted(filter).flatMap((market) => this.#ledger.gapsOf(market, from, to))
  }

  alerts(): readonly KeptAlert[] {
    return keptAlerts(this.#db)
  }

  integrity(): readonly string[] {
    try {
      const said = this.#db.prepare<[], string>('PRAGMA integrity_check').pluck().all()
      return said.filter((line) => line !== 'ok')
    } catch (error) {
      // Damage in some places ends the check itself.
      return [error instanceof Error ? error.message : String(error)]
    }
  }

  verify(): IterableIterator<TapeFault> {
    return new TapeVerifier(this.#db).faults()
  }

  close(): void {
    this.#db.close()
  }

  #wanted(filter: TradeFilter): NamedMarket[] {
    const wanted = filter.markets && new Set<string>(filter.markets)
    return this.#markets().filter(({ name }) => wanted?.has(name) ?? true)
  }

  #markets(): NamedMarket[] {
    return this.#db.prepare<[], NamedMarket>('SELECT id, name FROM market ORDER BY name').all()
  }
}
