import type { Database } from 'better-sqlite3'
import { CoarseTable } from '../coarse-table.ts'

/**
 * Bars of fifteen minutes, an hour and a day (`size`, milliseconds), folded from those of minutes, so that months are drawn
 * without going through their minutes. `minutes`: how many of them have trades. `candle_coarse_open`: those of
 * which a minute changed since; they are not kept until they are folded again.
 */
const TABLES = `
CREATE TABLE candle_coarse (
  market INTEGER NOT NULL REFERENCES market (id),
  size INTEGER NOT NULL,
  open_time INTEGER NOT NULL,
  open REAL,
  high REAL,
  low REAL,
  close REAL,
  volume REAL NOT NULL,
  buy_volume REAL NOT NULL,
  trades INTEGER NOT NULL,
  partial INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  backfilled INTEGER NOT NULL,
  PRIMARY KEY (market, size, open_time)
) WITHOUT ROWID;

CREATE TABLE candle_coarse_open (
  market INTEGER NOT NULL REFERENCES market (id),
  size INTEGER NOT NULL,
  open_time INTEGER NOT NULL,
  PRIMARY KEY (market, size, open_time)
) WITHOUT ROWID;
`

/** Makes the tables and fills them from the minutes that are there. */
export function coarse(db: Database): void {
  db.exec(TABLES)
  const table = new CoarseTable(db)
  for (const market of db.prepare<[], number>('SELECT id FROM market').pluck().all())
    table.build(market)
}
