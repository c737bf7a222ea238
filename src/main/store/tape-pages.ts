import type { Database } from 'better-sqlite3'
import { LogRecords } from './log-records.ts'
import { LogTable } from './log-table.ts'
import type { SegmentEntry } from './segment-index.ts'
import { SegmentTable } from './segment-table.ts'
import { openSegment } from './tape-block.ts'
import type { TapeColumns } from './tape-columns.ts'
import {
  type ColumnPart,
  inTapeOrder,
  joinColumns,
  rowAfter,
  sliceColumns,
  wholePart,
} from './tape-rows.ts'

/** Decoded segments that are held, for whoever takes one in several pages. */
const SEGMENTS_HELD = 4
/** No limit to the rows of a page but the segment's own size. */
const WHOLE = Number.MAX_SAFE_INTEGER

/** A stretch of one market's tape: everything after the last page up to `end`, in order. */
export interface TapePage {
  readonly columns: TapeColumns
  /** Match time, epoch ms. */
  readonly end: number
}

/**
 * Reads a market's tape by stretches of time, from segments and log together. Each page is one read
 * transaction, and none is held from one page to the next. Throws BlockError for a blob that is damaged.
 */
export class TapePages {
  readonly #segments: SegmentTable
  readonly #log: LogTable
  readonly #records: LogRecords
  readonly #opened = new Map<number, TapeColumns>()
  readonly #page: TapePages['next']
  readonly #newest: TapePages['newest']

  constructor(db: Database) {
    this.#segments = new SegmentTable(db)
    this.#log = new LogTable(db)
    this.#records = new LogRecords(this.#log)
    const page: TapePages['next'] = (...request) => this.#read(...request)
    const newest: TapePages['newest'] = (...request) => this.#readNewest(...request)
    this.#page = db.transaction(page)
    this.#newest = db.transaction(newest)
  }

  /**
   * The next stretch with match times in (after, until], about `most` rows at most; undefined when there
   * is nothing more.
   */
  next(market: number, after: number, until: number, most = WHOLE): TapePage | undefined {
    return this.#page(market, after, until, most)
  }

  /**
   * All pages with match times in [from, to]. With `first`, that many rows come at once, then twice as many, and so on:
   * who does not read on has waited for little.
   */
  *pages(
    market: number,
    from: number,
    to: number,
    most = WHOLE,
    first = most,
  ): IterableIterator<TapeColumns> {
    let after = from - 1
    for (let rows = first; after < to; rows = Math.min(most, 2 * rows)) {
      const page = this.next(market, after, to, rows)
      if (page === undefined) return
      yield page.columns
      after = page.end
    }
  }

  /** The newest `limit` trades with match times before `before`, in order. */
  newest(market: number, before: number, limit: number): TapeColumns {
    return this.#newest(market, before, limit)
  }

  #read(market: number, after: number, until: number, most = WHOLE): TapePage | undefined {
    const segment = this.#segments.ending(market, after + 1)
    const sealed = segment !== undefined && segment.from <= until
    let end = sealed ? Math.min(until, segment.to) : until
    const parts: ColumnPart[] = []
    if (sealed) {
      const rows = between(this.#open(segment), after, end)
      const cut = cutAt(rows, most)
      if (cut < rows.count) end = rows.exchangeTime[cut - 1] ?? end
      if (cut > 0) parts.push(wholePart(sliceColumns(rows, 0, cut)))
    }
    const columns = this.#withLog(market, parts, after + 1, end)
    if (columns.count === 0) return end >= until ? undefined : this.#read(market, end, until, most)
    if (sealed) return { columns, end }
    // To its last trade only: whoever reads on sees what has been written meanwhile.
    const cut = cutAt(columns, most)
    return { columns: sliceColumns(columns, 0, cut), end: columns.exchangeTime[cut - 1] ?? end }
  }

  #readNewest(market: number, before: number, limit: number): TapeColumns {
    const parts: ColumnPart[] = []
    let found = 0
    let segment = this.#segments.ending(market, before)
    if (segment === undefined || segment.from >= before)
      segment = this.#segments.before(market, before)
    while (segment !== undefined && found < limit) {
      const rows = between(this.#open(segment), Number.NEGATIVE_INFINITY, before - 1)
      parts.unshift(wholePart(rows))
      found += rows.count
      segment = this.#segments.before(market, segment.from)
    }
    const columns = this.#withLog(market, parts, Number.MIN_SAFE_INTEGER, before - 1)
    return sliceColumns(columns, Math.max(0, columns.count - limit), columns.count)
  }

  /** Sealed rows in order, joined with those in the log with match times in [from, to]. */
  #withLog(market: number, sealed: readonly ColumnPart[], from: number, to: number): TapeColumns {
    const fresh: ColumnPart[] = []
    const through = this.#log.sealedThrough(market)
    for (const id of this.#log.overlapping(through, from, to))
      for (const columns of this.#records.parts(id, market)) {
        const part = partWithin(columns, from, to)
        if (part.count > 0) fresh.push(part)
      }
    const [only] = sealed
    if (fresh.length === 0 && sealed.length === 1 && only !== undefined) return only.columns
    return inTapeOrder(joinColumns([...sealed, ...fresh]))
  }

  #open({ id }: SegmentEntry): TapeColumns {
    const held = this.#opened.get(id)
    if (held !== undefined) return held
    const data = this.#segments.data(id)
    if (data === undefined) throw new Error(`segment ${id} is not there`)
    const columns = openSegment(data)
    for (const oldest of this.#opened.keys()) {
      if (this.#opened.size < SEGMENTS_HELD) break
      this.#opened.delete(oldest)
    }
    this.#opened.set(id, columns)
    return columns
  }
}

/** The rows with match times in (after, to], of rows in order. */
const between = (columns: TapeColumns, after: number, to: number): TapeColumns =>
  sliceColumns(
    columns,
    rowAfter(columns.exchangeTime, columns.count, after),
    rowAfter(columns.exchangeTime, columns.count, to),
  )

/** The rows with match times in [from, to], of rows in any order. */
function partWithin(columns: TapeColumns, from: number, to: number): ColumnPart {
  const { exchangeTime, count } = columns
  let all = true
  for (let row = 0; row < count && all; row += 1) {
    const time = exchangeTime[row] ?? 0
    all = time >= from && time <= to
  }
  if (all) return wholePart(columns)
  const rows = new Uint32Array(count)
  let found = 0
  for (let row = 0; row < count; row += 1) {
    const time = exchangeTime[row] ?? 0
    if (time >= from && time <= to) rows[found++] = row
  }
  return { columns, rows: rows.subarray(0, found), count: found }
}

/** Where to end a page of about `most` rows: after a whole millisecond. */
function cutAt({ exchangeTime, count }: TapeColumns, most: number): number {
  if (count <= most) return count
  let cut = most
  while (cut < count && exchangeTime[cut] === exchangeTime[cut - 1]) cut += 1
  return cut
}
