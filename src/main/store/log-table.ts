import type { Database, Statement } from 'better-sqlite3'

/** A log record as it lies in the table. */
export interface LogRow {
  readonly id: number
  readonly trades: number
  readonly from: number
  readonly to: number
  readonly data: Uint8Array
}

/**
 * The table `tape_log`: one record a write, with the trades of all its markets. What a market's row says
 * in `sealed_through` is the last record whose trades of that market are sealed: up to it, a record
 * counts for that market no more.
 */
export class LogTable {
  readonly #insert: Statement<(number | Uint8Array)[]>
  readonly #all: Statement<[], LogRow>
  readonly #ids: Statement<[], number>
  readonly #row: Statement<[number], LogRow>
  readonly #data: Statement<[number], Buffer>
  readonly #overlapping: Statement<[number, number, number], number>
  readonly #sealedThrough: Statement<[number], number>
  readonly #seal: Statement<[number, number]>
  readonly #remove: Statement<[number]>
  readonly #last: Statement<[], number>

  constructor(db: Database) {
    this.#insert = db.prepare(
      'INSERT INTO tape_log (id, trades, from_ts, to_ts, data) VALUES (?, ?, ?, ?, ?)',
    )
    const select = 'SELECT id, trades, from_ts AS "from", to_ts AS "to", data FROM tape_log'
    this.#all = db.prepare(`${select} ORDER BY id`)
    this.#row = db.prepare(`${select} WHERE id = ?`)
    this.#ids = db.prepare<[], number>('SELECT id FROM tape_log ORDER BY id').pluck()
    this.#data = db.prepare<[number], Buffer>('SELECT data FROM tape_log WHERE id = ?').pluck()
    this.#overlapping = db
      .prepare<[number, number, number], number>(
        'SELECT id FROM tape_log WHERE id > ? AND to_ts >= ? AND from_ts <= ? ORDER BY id',
      )
      .pluck()
    this.#sealedThrough = db
      .prepare<[number], number>('SELECT sealed_through FROM market WHERE id = ?')
      .pluck()
    this.#seal = db.prepare('UPDATE market SET sealed_through = ? WHERE id = ?')
    this.#remove = db.prepare('DELETE FROM tape_log WHERE id = ?')
    // Numbers are never used again: what is sealed is known by them.
    this.#last = db
      .prepare<[], number>(
        `SELECT max(coalesce((SELECT max(id) FROM tape_log), 0),
           coalesce((SELECT max(sealed_through) FROM market), 0))`,
      )
      .pluck()
  }

  /** The greatest record number that was ever used. */
  get lastId(): number {
    return this.#last.get() ?? 0
  }

  all(): readonly LogRow[] {
    return this.#all.all()
  }

  ids(): readonly number[] {
    return this.#ids.all()
  }

  row(id: number): LogRow | undefined {
    return this.#row.get(id)
  }

  data(id: number): Uint8Array | undefined {
    return this.#data.get(id)
  }

  /** Records after `sealed` with match times in [from, to], in order. */
  overlapping(sealed: number, from: number, to: number): readonly number[] {
    return this.#overlapping.all(sealed, from, to)
  }

  sealedThrough(market: number): number {
    return this.#sealedThrough.get(market) ?? 0
  }

  /** Part of the transaction under way, as all below. */
  insert({ id, trades, from, to, data }: LogRow): void {
    this.#insert.run(id, trades, from, to, data)
  }

  seal(market: number, through: number): void {
    this.#seal.run(through, market)
  }

  remove(id: number): void {
    this.#remove.run(id)
  }
}
