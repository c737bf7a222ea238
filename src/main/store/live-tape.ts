import type { Database, Statement } from 'better-sqlite3'
import { IdSet } from './id-set.ts'
import { KnownIds, NOTHING_ROLLED_OFF, OpenSegments, type RolledOff } from './known-ids.ts'
import { LogTable } from './log-table.ts'
import { LogTail } from './log-tail.ts'
import { RISING, SegmentIndex } from './segment-index.ts'
import { SegmentTable } from './segment-table.ts'
import { BlockError, openSegment, readLogRecord } from './tape-block.ts'

/** One market as the writer holds it in memory. */
export interface LiveMarket {
  readonly ids: KnownIds
  readonly segments: SegmentIndex
}

/**
 * What the writer remembers of the tape, so that a live trade needs no look at the disk: unsealed rows,
 * known ids, where segments lie. All of it can be read from the database again (`forget`).
 */
export class LiveTape {
  readonly log: LogTable
  readonly segments: SegmentTable
  readonly #open = new OpenSegments()
  readonly #markets = new Map<number, LiveMarket>()
  #tail: LogTail | undefined
  readonly #rolled: Statement<[number], { keptFrom: number | null; id: number | null }>
  #lastLogId = 0

  constructor(db: Database) {
    this.log = new LogTable(db)
    this.segments = new SegmentTable(db)
    this.#rolled = db.prepare(
      'SELECT kept_from AS keptFrom, rolled_id AS id FROM market WHERE id = ?',
    )
  }

  /** Segments opened to look for an id, since the beginning. */
  get opened(): number {
    return this.#open.decoded
  }

  /** The unsealed rows; read from the log the first time. */
  get tail(): LogTail {
    this.#tail ??= this.#load()
    return this.#tail
  }

  /** A number for the next log record. */
  nextLogId(): number {
    this.#lastLogId += 1
    return this.#lastLogId
  }

  market(id: number): LiveMarket {
    const known = this.#markets.get(id)
    if (known !== undefined) return known
    const segments = new SegmentIndex(this.segments.entries(id))
    const ids = new KnownIds(
      segments,
      (entry) => this.#open.get(entry.id, () => this.#openIds(entry.id, entry.ordered === RISING)),
      this.rolledOff(id),
    )
    const made = { ids, segments }
    this.#markets.set(id, made)
    return made
  }

  /** What of a market has rolled off, as the disk has it. */
  rolledOff(market: number): RolledOff {
    const { keptFrom, id } = this.#rolled.get(market) ?? { keptFrom: null, id: null }
    return {
      keptFrom: keptFrom ?? NOTHING_ROLLED_OFF.keptFrom,
      id: id ?? NOTHING_ROLLED_OFF.id,
    }
  }

  /** After a rollback: what was remembered may not be on the disk. */
  forget(): void {
    this.#tail = undefined
    this.#markets.clear()
  }

  /** An id in a segment that cannot be read is not known: its trade is stored once more. */
  #openIds(id: number, ordered: boolean): IdSet | undefined {
    const data = this.segments.data(id)
    if (data === undefined) return undefined
    try {
      const columns = openSegment(data)
      return new IdSet(columns.id, columns.count, ordered)
    } catch (error) {
      if (error instanceof BlockError) return undefined
      throw error
    }
  }

  #load(): LogTail {
    const tail = new LogTail()
    this.#lastLogId = this.log.lastId
    const sealed = new Map<number, number>()
    for (const { id, data } of this.log.all()) {
      const parts = readable(data)
      if (parts === undefined) continue
      const sections = parts.filter(({ market }) => {
        const through = sealed.get(market) ?? this.log.sealedThrough(market)
        sealed.set(market, through)
        return id > through
      })
      for (const { market, columns } of sections) {
        const { ids } = this.market(market)
        for (let row = 0; row < columns.count; row += 1) ids.restore(columns.id, row)
      }
      const rows = sections.map(({ market, columns }) => ({
        market,
        columns,
        rows: null,
        count: columns.count,
      }))
      tail.push(id, rows)
    }
    return tail
  }
}

/** A record that is damaged counts for nothing here, and stays; `verify` names it. */
function readable(data: Uint8Array): ReturnType<typeof readLogRecord> | undefined {
  try {
    return readLogRecord(data, null)
  } catch (error) {
    if (error instanceof BlockError) return undefined
    throw error
  }
}
