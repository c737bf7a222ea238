import type { Database } from 'better-sqlite3'

/**
 * What people ask besides the tables and views of the file, registered on one connection; nothing of
 * it is in the file. Virtual tables belong here too.
 */
export function registerSqlTables(db: Database): void {
  db.exec(CANDLES)
}

/** One-minute bars with the market's name. */
const CANDLES = `
CREATE TEMP VIEW candles AS
SELECT
  market.name AS market, open_time, open, high, low, close, volume, buy_volume, trades, backfilled,
  first_ts AS first_time, last_ts AS last_time, partial
FROM candle JOIN market ON market.id = candle.market
WHERE trades > 0
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
