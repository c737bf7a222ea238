import { type Database, SqliteError, type Statement } from 'better-sqlite3'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { openTapeDatabase } from './reader.ts'
import { registerSqlTables, sqlColumns, sqlRelations } from './sql-tables.ts'
import { storageFailure } from './storage-failure.ts'

/** Whole numbers beyond 2^53 come as bigint. */
export type SqlCell = string | number | bigint | Uint8Array | null

/** Questions in SQL to a tape that another process may be writing. It cannot be changed by them. */
export interface SqlReader {
  /**
   * Prepares one statement that reads. Fails with `invalid` and what is wrong for anything else. One
   * question at a time: finish or `close` the rows of the last one first.
   */
  query(sql: string): Outcome<SqlRows>
  close(): void
}

/**
 * The rows of one question, worked out as they are pulled, from one moment of the tape: while they are
 * pulled, the writer's log cannot be cut back. Pulling throws what SQLite throws; `sqlFailure` words it.
 */
export interface SqlRows {
  readonly columns: readonly string[]
  rows(): IterableIterator<readonly SqlCell[]>
}

/**
 * Opens a tape for questions in SQL, with the views and tables of docs/storage.md. Nothing can stop a
 * step of SQLite; between the rows of a view `check` is called, and what it throws ends the question and
 * comes out of it. Fails as `openReader`.
 */
export function openSql(path: string, check: () => void = () => {}): Outcome<SqlReader> {
  const opened = openTapeDatabase(path)
  if (!opened.ok) return opened
  const db = opened.value
  try {
    // First: a change of it empties the temporary schema.
    db.pragma('temp_store = MEMORY')
    const release = registerSqlTables(db, check)
    db.pragma('query_only = 1')
    db.defaultSafeIntegers(true)
    return ok(new SqliteQuestions(db, release))
  } catch (error) {
    db.close()
    return { ok: false, failure: storageFailure(error) }
  }
}

class SqliteQuestions implements SqlReader {
  readonly #db: Database
  readonly #release: () => void

  constructor(db: Database, release: () => void) {
    this.#db = db
    this.#release = release
  }

  query(sql: string): Outcome<SqlRows> {
    let statement: Statement<[], SqlCell[]>
    try {
      statement = this.#db.prepare<[], SqlCell[]>(sql)
    } catch (error) {
      return this.#refused(sql, error)
    }
    if (!statement.reader || !statement.readonly)
      return fail('invalid', 'The tape is read-only here: only SELECT, WITH, VALUES and EXPLAIN.')
    const columns = statement.columns().map(({ name }) => name)
    return ok({ columns, rows: () => shortened(statement.raw().iterate()) })
  }

  close(): void {
    this.#db.close()
    this.#release()
  }

  #refused(sql: string, error: unknown): Outcome<never> {
    const message = error instanceof Error ? error.message : String(error)
    if (/more than one statement/.test(message))
      return fail('invalid', 'One statement at a time, please.')
    if (/no statements/.test(message)) return fail('invalid', 'There is no statement in it.')
    if (/no such column/.test(message)) return fail('invalid', `${message}. ${this.#columns(sql)}`)
    if (/no such table/.test(message))
      return fail('invalid', `${message}. There are: ${sqlRelations(this.#db).join(', ')}.`)
    return sqlFailure(error)
  }

  /** The columns of what the statement names. */
  #columns(sql: string): string {
    const words = new Set(sql.toLowerCase().match(/\w+/g))
    const named = sqlRelations(this.#db).filter((name) => words.has(name.toLowerCase()))
    return named.map((name) => `${name} has ${sqlColumns(this.#db, name).join(', ')}.`).join(' ')
  }
}

function* shortened(rows: IterableIterator<SqlCell[]>): IterableIterator<readonly SqlCell[]> {
  for (const row of rows) yield row.map(shortInteger)
}

const shortInteger = (cell: SqlCell): SqlCell =>
  typeof cell === 'bigint' && cell >= LEAST && cell <= MOST ? Number(cell) : cell
const MOST = BigInt(Number.MAX_SAFE_INTEGER)
const LEAST = -MOST

/**
 * What is wrong when pulling rows throws: trouble with the disk, or with the question. Anything else is
 * thrown on.
 */
export function sqlFailure(error: unknown): Outcome<never> {
  if (error instanceof RangeError && /parameter values/.test(error.message))
    return fail('invalid', 'It has a parameter (?, :name): write the value itself.')
  if (!(error instanceof SqliteError)) throw error
  const failure = storageFailure(error)
  return failure.code === 'internal' ? fail('invalid', failure.message) : { ok: false, failure }
}
