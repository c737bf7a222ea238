import type { Database, Statement } from 'better-sqlite3'
import type { SealedSegment } from './seal.ts'
import type { SegmentEntry } from './segment-index.ts'

const ENTRY =
  'id, from_ts AS "from", to_ts AS "to", trades, first_id AS firstId, last_id AS lastId, ordered, bytes'

/** The table `segment`: sealed trades, one market a row. All but `data` is in its index too. */
export class SegmentTable {
  readonly #entries: Statement<[number], SegmentEntry>
  readonly #data: Statement<[number], Buffer>
  readonly #insert: Statement<(number | null | Uint8Array)[]>
  readonly #remove: Statement<[number]>
  readonly #ending: Statement<[number, number], SegmentEntry>
  readonly #before: Statement<[number, number], SegmentEntry>

  constructor(db: Database) {
    this.#entries = db.prepare(`SELECT ${ENTRY} FROM segment WHERE market = ? ORDER BY to_ts`)
    this.#data = db.prepare<[number], Buffer>('SELECT data FROM segment WHERE id = ?').pluck()
    this.#insert = db.prepare(
      `INSERT INTO segment (market, from_ts, to_ts, trades, first_id, last_id, ordered, bytes, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#remove = db.prepare('DELETE FROM segment WHERE id = ?')
    this.#ending = db.prepare(
      `SELECT ${ENTRY} FROM segment WHERE market = ? AND to_ts >= ? ORDER BY to_ts LIMIT 1`,
    )
    this.#before = db.prepare(
      `SELECT ${ENTRY} FROM segment WHERE market = ? AND to_ts < ? ORDER BY to_ts DESC LIMIT 1`,
    )
  }

  /** All of a market, in order of time. */
  entries(market: number): readonly SegmentEntry[] {
    return this.#entries.all(market)
  }

  /** The first segment of a market that ends at `time` or later. */
  ending(market: number, time: number): SegmentEntry | undefined {
    return this.#ending.get(market, time)
  }

  /** The last segment of a market that ends before `time`. */
  before(market: number, time: number): SegmentEntry | undefined {
    return this.#before.get(market, time)
  }

  /** The sealed bytes; undefined when another has replaced it. */
  data(id: number): Uint8Array | undefined {
    return this.#data.get(id)
  }

  /** Part of the transaction under way. */
  insert(market: number, sealed: SealedSegment): SegmentEntry {
    const { data, from, to, trades, firstId, lastId, ordered } = sealed
    const { lastInsertRowid } = this.#insert.run(
      ...[market, from, to, trades, firstId, lastId],
      ...[ordered, data.length, data],
    )
    return {
      id: Number(lastInsertRowid),
      from,
      to,
      trades,
      firstId,
      lastId,
      ordered,
      bytes: data.length,
    }
  }

  /** Part of the transaction under way. */
  remove(id: number): void {
    this.#remove.run(id)
  }
}
