import type { Database } from 'better-sqlite3'
import { registerTapeTables } from './tape-tables.ts'

/**
 * What people ask besides the tables of the file, registered on one connection; nothing of it is in the
 * file. Virtual tables belong here too. `check` is called every thousand rows or so and may throw, which
 * ends the question with that exception: a virtual table must call it as well, because a thread must not
 * be ended by force while rows come from JavaScript. Returns what closes what was opened for them.
 */
export function registerSqlTables(db: Database, check: () => void): () => void {
  let rows = 0
  db.function('tape_check', { varargs: false }, (_time: unknown) => {
    rows += 1
    if (rows % CHECK_EVERY === 0) check()
    return 1
  })
  db.exec(VIEWS)
  return registerTapeTables(db, check)
}

const CHECK_EVERY = 1_024

/** The views of the file, and one-minute bars with the market's name; each row passes `tape_check`. */
const VIEWS = `
CREATE TEMP VIEW gaps AS SELECT * FROM main.gaps WHERE tape_check(from_ts);
CREATE TEMP VIEW candles AS
SELECT
  market.name AS market, open_time, open, high, low, close, volume, buy_volume, trades, backfilled,
  first_ts AS first_time, last_ts AS last_time, partial
FROM candle JOIN market ON market.id = candle.market
WHERE trades > 0 AND tape_check(open_time);
`

/** What a person is told of first. */
const FRIENDLY = ['trades', 'candles', 'gaps']

/** All that can be asked, the friendly ones first. */
export function sqlRelations(db: Database): readonly string[] {
  const names = db
    .prepare<[], string>(
      `SELECT name FROM (SELECT name, type FROM sqlite_schema UNION SELECT name, type FROM temp.sqlite_schema)
       WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`,
    )
    .pluck()
    .all()
  return [...FRIENDLY, ...names.filter((name) => !FRIENDLY.includes(name))]
}

/** The columns of a table or view; empty when there is none of that name. */
export const sqlColumns = (db: Database, relation: string): readonly string[] =>
  db.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)').pluck().all(relation)
