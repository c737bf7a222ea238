import type { Database } from 'better-sqlite3'
import { sealTrades } from '../seal.ts'
import { SegmentTable } from '../segment-table.ts'
import { wholePart } from '../tape-rows.ts'
import { rowsToColumns, type StoredRow, TRADE_ROW } from './trade-rows.ts'

/**
 * The tape as columns: what is written lies in `tape_log`, what is sealed in `segment`. Explained in
 * docs/storage.md. `data` comes last in its row and everything else lies in the index, so that no blob
 * is read in passing. Blobs want tables with a rowid. A segment's number is never used again: readers hold
 * what they have opened by it.
 */
const TABLES = `
CREATE TABLE tape_log (
  id INTEGER PRIMARY KEY,
  trades INTEGER NOT NULL,
  from_ts INTEGER NOT NULL,
  to_ts INTEGER NOT NULL,
  data BLOB NOT NULL
);

CREATE TABLE segment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  market INTEGER NOT NULL,
  from_ts INTEGER NOT NULL,
  to_ts INTEGER NOT NULL,
  trades INTEGER NOT NULL,
  first_id INTEGER,
  last_id INTEGER,
  ordered INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX segment_place ON segment
  (market, to_ts, from_ts, trades, first_id, last_id, ordered, bytes);

CREATE TABLE damaged (
  id INTEGER PRIMARY KEY,
  market INTEGER,
  from_ts INTEGER NOT NULL,
  to_ts INTEGER NOT NULL,
  trades INTEGER NOT NULL,
  found_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  data BLOB NOT NULL
);

ALTER TABLE market ADD COLUMN sealed_through INTEGER NOT NULL DEFAULT 0;
`

/** Trades that are made into segments at once. */
const CHUNK = 16_384

/** Takes the rows of version 2 over, market by market in order of time, and drops their table. */
export function columns(db: Database): void {
  db.exec(TABLES)
  const segments = new SegmentTable(db)
  const boundary = db
    .prepare<[number, number], number>(
      `SELECT ts FROM trade WHERE market = ? AND ts > ? ORDER BY ts LIMIT 1 OFFSET ${CHUNK - 1}`,
    )
    .pluck()
  const chunk = db
    .prepare<[number, number, number], StoredRow>(
      `SELECT ${TRADE_ROW} FROM trade WHERE market = ? AND ts > ? AND ts <= ? ORDER BY ts, trade.id`,
    )
    .raw()
  const markets = db.prepare<
    [],
    { readonly id: number; readonly price: number; readonly qty: number }
  >('SELECT id, price_scale AS price, qty_scale AS qty FROM market')
  for (const market of markets.all()) {
    let after = Number.MIN_SAFE_INTEGER
    for (;;) {
      const to = boundary.get(market.id, after) ?? Number.MAX_SAFE_INTEGER
      const rows = chunk.all(market.id, after, to)
      if (rows.length > 0)
        for (const sealed of sealTrades([], [wholePart(rowsToColumns(rows, market))]))
          segments.insert(market.id, sealed)
      if (to === Number.MAX_SAFE_INTEGER) break
      after = to
    }
  }
  db.exec('DROP VIEW trades; DROP TABLE trade')
}
