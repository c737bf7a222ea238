import { openReader } from '../../../src/main/store/reader.ts'
import { doubleAt } from '../../../src/shared/domain/decimal-column.ts'
import { openRows } from '../tape/rows.ts'
import { unwrap } from '../tape/store.ts'

/** What a scan found: proof that it looked at everything. */
export interface Scanned {
  readonly trades: number
  /** Sum of the quantities, to a part in a million. */
  readonly qty: number
}

/** All trades of a tape by the reader's way to replay them. The one place that knows which. */
export function scanTape(path: string, skip: number, warm: () => void): Scanned {
  const reader = unwrap(openReader(path))
  let [trades, qty] = [0, 0]
  for (const { columns } of reader.batches({}))
    for (let row = 0; row < columns.count; row += 1) {
      trades += 1
      qty += doubleAt(columns.qty, row)
      if (trades === skip) warm()
    }
  reader.close()
  return { trades, qty }
}

/** The reference: plain rows in order, one object a row, by SQLite's iterator. */
export function scanRows(path: string, skip: number, warm: () => void): Scanned {
  const db = openRows(path)
  let [trades, qty] = [0, 0]
  const all = db.prepare<[], { qty: number }>('SELECT * FROM trade ORDER BY market, ts, id')
  for (const row of all.iterate()) {
    trades += 1
    qty += row.qty
    if (trades === skip) warm()
  }
  db.close()
  return { trades, qty }
}
