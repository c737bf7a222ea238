import { createHash } from 'node:crypto'
import { replayTape } from '../../../src/main/jobs/replay-tape.ts'
import { Replay } from '../../../src/main/pipeline/replay/replay.ts'
import { openReader } from '../../../src/main/store/reader.ts'
import { doubleAt } from '../../../src/shared/domain/decimal-column.ts'
import { openRows } from '../tape/rows.ts'
import { unwrap } from '../tape/store.ts'

/** What a scan found: proof that it looked at everything. */
export interface Scanned {
  readonly trades: number
  /** How many of them since the warm-up. */
  readonly counted: number
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
  return { trades, counted: trades - skip, qty }
}

/** The same through the folds of live markets and the hash, as it was heard: what `replay --hash` does. */
export function playTape(path: string, skip: number, warm: () => void): Scanned {
  const reader = unwrap(openReader(path))
  const stats = reader.stats()
  const from = Math.min(...stats.map(({ first }) => first ?? Number.NaN))
  const to = Math.max(...stats.map(({ last }) => last ?? Number.NaN)) + 1
  const replay = new Replay(replayTape(reader), {
    ...{ markets: reader.markets(), from, to, order: 'received' },
    digest: () => createHash('sha256'),
  })
  // Pages of all markets are read before the first trade is played: the warm-up is a whole run, cut off.
  while (!replay.done && replay.trades < skip) replay.run(Number.POSITIVE_INFINITY, SLICE)
  warm()
  replay.seek(from)
  while (!replay.done) replay.run(Number.POSITIVE_INFINITY, SLICE)
  if (replay.hash() === null) throw new Error('no hash')
  const qty = replay.figures().reduce((sum, { day }) => sum + day.volume, 0)
  reader.close()
  return { trades: replay.trades, counted: replay.trades, qty }
}

const SLICE = 10_000

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
  return { trades, counted: trades - skip, qty }
}
