import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Gap, LedgerMinute } from '../../shared/domain/ledger.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import { APPLICATION_ID } from './database.ts'
import { LedgerView } from './ledger-view.ts'
import { MIGRATIONS } from './migrations/migrations.ts'
import { openingFailure } from './storage-failure.ts'
import type { MarketStats, TapeReader, TradeFilter } from './store.ts'
import {
  decodeRow,
  encodeId,
  type IdValue,
  type MarketScale,
  ROW_SQL,
  type StoredRow,
} from './trade-row.ts'

const BUSY_MS = 5_000
/** Rows held in memory by one export, spread over its markets. */
const ROWS_HELD = 40_000
const LEAST_PAGE = 64
const LARGEST_PAGE = 4_000

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

interface NamedMarket extends MarketScale {
  readonly name: MarketId
}

const ALL_TIME = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }

class SqliteReader implements TapeReader {
  readonly #db: Database.Database
  readonly #ledger: LedgerView

  constructor(db: Database.Database) {
    this.#db = db
    this.#ledger = new LedgerView(db)
  }

  *trades(filter: TradeFilter): IterableIterator<Trade> {
    const markets = this.#wanted(filter)
    const page = Math.floor(ROWS_HELD / Math.max(markets.length, 1))
    const rows = Math.min(Math.max(page, LEAST_PAGE), LARGEST_PAGE)
    const sources = markets.map((market) => new MarketRows(this.#db, market, filter, rows))
    yield* mergeByTime(sources)
  }

  markets(): readonly MarketId[] {
    return this.#markets().map(({ name }) => name)
  }

  stats(): readonly MarketStats[] {
    const pages = this.#db
      .prepare<[], number>('SELECT page_count * page_size FROM pragma_page_count, pragma_page_size')
      .pluck()
    const bytes = pages.get() ?? 0
    const figures = this.#db.prepare<
      [number, number, number],
      { n: number; first: number | null; last: number | null }
    >(
      `SELECT (SELECT count(*) FROM trade WHERE market = ?) AS n,
         (SELECT min(ts) FROM trade WHERE market = ?) AS first,
         (SELECT max(ts) FROM trade WHERE market = ?) AS last`,
    )
    const rows = this.#markets().map(({ id, name }) => ({ name, row: figures.get(id, id, id) }))
    const total = rows.reduce((sum, { row }) => sum + (row?.n ?? 0), 0)
    return rows.map(({ name, row }) => ({
      market: name,
      trades: row?.n ?? 0,
      first: timeOrNull(row?.first),
      last: timeOrNull(row?.last),
      bytes: total === 0 ? 0 : Math.round((bytes * (row?.n ?? 0)) / total),
    }))
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

  integrity(): readonly string[] {
    try {
      const said = this.#db.prepare<[], string>('PRAGMA integrity_check').pluck().all()
      return said.filter((line) => line !== 'ok')
    } catch (error) {
      // Damage in some places ends the check itself.
      return [error instanceof Error ? error.message : String(error)]
    }
  }

  close(): void {
    this.#db.close()
  }

  #wanted(filter: TradeFilter): NamedMarket[] {
    const wanted = filter.markets && new Set<string>(filter.markets)
    return this.#markets().filter(({ name }) => wanted?.has(name) ?? true)
  }

  #markets(): NamedMarket[] {
    return this.#db
      .prepare<[], NamedMarket>(
        'SELECT id, name, price_scale AS priceScale, qty_scale AS qtyScale, inverse FROM market ORDER BY name',
      )
      .all()
  }
}

const timeOrNull = (value: number | null | undefined) =>
  value === null || value === undefined ? null : epochMs(value)

/** One market's rows in order of (time, id), a page at a time, each page a read of its own. */
class MarketRows {
  readonly market: NamedMarket
  readonly #page: Database.Statement<[number, number, IdValue, number, number], StoredRow>
  readonly #to: number
  readonly #size: number
  #rows: StoredRow[] = []
  #at = 0
  #after: readonly [number, IdValue]
  #ended = false

  constructor(db: Database.Database, market: NamedMarket, filter: TradeFilter, size: number) {
    this.market = market
    this.#size = size
    this.#to = filter.to ?? Number.MAX_SAFE_INTEGER
    // No id is smaller than -1.
    this.#after = [filter.from ?? Number.MIN_SAFE_INTEGER, -1]
    this.#page = db
      .prepare<[number, number, IdValue, number, number], StoredRow>(
        `SELECT ${ROW_SQL} FROM trade
         WHERE market = ? AND (ts, id) > (?, ?) AND ts < ? ORDER BY ts, trade.id LIMIT ?`,
      )
      .raw()
    this.#load()
  }

  /** The row under the cursor, or undefined at the end. */
  get row(): StoredRow | undefined {
    return this.#rows[this.#at]
  }

  advance(): void {
    this.#at += 1
    if (this.#at >= this.#rows.length) this.#load()
  }

  #load(): void {
    this.#at = 0
    const last = this.#rows.at(-1)
    if (last !== undefined) this.#after = [last[0], storedId(last[1])]
    this.#rows = this.#ended
      ? []
      : this.#page.all(this.market.id, ...this.#after, this.#to, this.#size)
    this.#ended = this.#rows.length < this.#size
  }
}

/** The cursor in the form in which the id lies in the table. */
const storedId = (id: string | Buffer): IdValue => (typeof id === 'string' ? encodeId(id) : id)

/** Joins sources that are sorted by time; equal times in the order of the sources. */
function* mergeByTime(sources: readonly MarketRows[]): IterableIterator<Trade> {
  const heap = new SourceHeap(sources)
  for (let source = heap.first; source !== undefined; source = heap.first) {
    const { row, market } = source
    if (row !== undefined) yield decodeRow(row, market.name, market)
    source.advance()
    heap.firstMoved()
  }
}

/** A binary heap with the source of the earliest row on top. */
class SourceHeap {
  readonly #heap: { readonly source: MarketRows; readonly order: number }[] = []

  constructor(sources: readonly MarketRows[]) {
    for (const [order, source] of sources.entries())
      if (source.row !== undefined) this.#heap.push({ source, order })
    for (let i = this.#heap.length >> 1; i >= 0; i -= 1) this.#sink(i)
  }

  get first(): MarketRows | undefined {
    return this.#heap[0]?.source
  }

  /** The top source stands on another row now, or is at its end. */
  firstMoved(): void {
    if (this.first?.row === undefined) {
      const last = this.#heap.pop()
      if (last !== undefined && this.#heap.length > 0) this.#heap[0] = last
    }
    this.#sink(0)
  }

  #sink(from: number): void {
    let at = from
    for (;;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) if (this.#before(child, least)) least = child
      if (least === at) return
      const [moved, child] = [this.#heap[at], this.#heap[least]]
      if (moved === undefined || child === undefined) return
      this.#heap[at] = child
      this.#heap[least] = moved
      at = least
    }
  }

  #before(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]]
    if (first === undefined || second === undefined) return false
    const gap = (first.source.row?.[0] ?? 0) - (second.source.row?.[0] ?? 0)
    return gap === 0 ? first.order < second.order : gap < 0
  }
}
