import Database from 'better-sqlite3'
import type { PlainTrade } from './plain.ts'
import { BATCH } from './store.ts'

/** The reference: a row a trade, as one would do it by hand and well. */
const SCHEMA = `CREATE TABLE trade (
  market INTEGER NOT NULL, ts INTEGER NOT NULL, id NOT NULL, price REAL NOT NULL, qty REAL NOT NULL,
  side INTEGER NOT NULL, recv INTEGER NOT NULL, PRIMARY KEY (market, ts, id)) WITHOUT ROWID`

export type Row = readonly [number, number, number | string, number, number, number, number]

export function openRows(path: string): Database.Database {
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'trade'").get() === undefined)
    db.exec(SCHEMA)
  return db
}

/** As numbers, ready to be bound. */
export function* rowsOf(trades: Iterable<PlainTrade>): Generator<Row> {
  const markets = new Map<string, number>()
  for (const { market, id, price, qty, buy, time, receivedAt } of trades) {
    const known = markets.get(market) ?? markets.size
    markets.set(market, known)
    const number = Number(id)
    const kept = Number.isSafeInteger(number) ? number : id
    yield [known, time, kept, Number(price), Number(qty), buy ? 0 : 1, receivedAt]
  }
}

/** One transaction for as many rows as one flush of the store holds. */
export function appendRows(db: Database.Database, rows: Iterable<Row>): void {
  const insert = db.prepare('INSERT OR IGNORE INTO trade VALUES (?, ?, ?, ?, ?, ?, ?)')
  let open = 0
  for (const row of rows) {
    if (open === 0) db.exec('BEGIN IMMEDIATE')
    insert.run(...row)
    open += 1
    if (open < BATCH) continue
    db.exec('COMMIT')
    open = 0
  }
  if (open > 0) db.exec('COMMIT')
}
