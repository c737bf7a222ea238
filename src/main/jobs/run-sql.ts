import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import { type SqlRow, sqlText } from '../services/sql-output.ts'
import { type SqlReader, sqlFailure } from '../store/sql-reader.ts'
import { type JobContext, type SqlTask, Stopped, type TaskResults } from './task.ts'

/** Characters that go to the caller at once. */
const PIECE = 65_536
const LOOK_EVERY = 256

/** Answers one question, as text to the caller. */
export function runSql(
  task: SqlTask,
  context: JobContext,
  openSql: (path: string, check: () => void) => Outcome<SqlReader>,
): Outcome<TaskResults['sql']> {
  const reader = openSql(task.path, () => context.check())
  if (!reader.ok) return reader
  try {
    const asked = reader.value.query(task.sql)
    if (!asked.ok) return asked
    const { columns, rows } = asked.value
    const counted = new Counted(rows(), task.limit, context)
    writePieces(sqlText(columns, counted, task.format), context)
    return ok({ rows: counted.count, more: counted.more })
  } catch (error) {
    if (error instanceof Stopped) throw error
    return sqlFailure(error)
  } finally {
    reader.value.close()
  }
}

/** Rows up to the limit, and whether there was one more. */
class Counted implements Iterable<SqlRow> {
  count = 0
  more = false
  readonly #rows: IterableIterator<SqlRow>
  readonly #limit: number
  readonly #context: JobContext

  constructor(rows: IterableIterator<SqlRow>, limit: number | null, context: JobContext) {
    this.#rows = rows
    this.#limit = limit ?? Number.POSITIVE_INFINITY
    this.#context = context
  }

  *[Symbol.iterator](): Generator<SqlRow> {
    for (const row of this.#rows) {
      if (this.count % LOOK_EVERY === 0) this.#context.check()
      if (this.count >= this.#limit) {
        this.more = true
        return
      }
      this.count += 1
      yield row
    }
  }
}

function writePieces(lines: Iterable<string>, context: JobContext): void {
  let piece = ''
  for (const line of lines) {
    piece += line
    if (piece.length < PIECE) continue
    if (!context.write(piece)) return
    piece = ''
  }
  if (piece !== '') context.write(piece)
}
