import Database from 'better-sqlite3'
import { decimalAt, doubleAt } from '../../shared/domain/decimal-column.ts'
import { idAt } from '../../shared/domain/id-column.ts'
import { ORIGINS, SIDES } from '../../shared/domain/trade.ts'
import type { TapeColumns } from './tape-columns.ts'
import { TapePages } from './tape-pages.ts'

/** As the view `trades` had them before the tape was columns, and the exact decimals besides. */
const COLUMNS = [
  'id',
  'price',
  'qty',
  'taker_side',
  'ts',
  'exchange_time',
  'exchange_micros',
  'receive_time',
  'matches',
  'origin',
  'price_text',
  'qty_text',
] as const
const BUSY_MS = 5_000
/** Rows in memory at once. */
const PAGE = 4_096

type Value = string | number | null

/**
 * Gives a connection the tape as tables:
 *
 * - `trades`: a view of all trades. `market = '…'` is a look-up; any other condition, also one of time, is
 *   tested trade by trade over that market's tape.
 * - `trades_of('okx:BTC-USDT', from, to)`: the trades of one market with match times in [from, to] (epoch
 *   ms; both may be left out), by segments: nothing else is read.
 *
 * A connection cannot be asked while it answers, so the trades come over one of their own: what is
 * recorded while a statement runs may show in it. For many trades `TapeReader.batches` is far cheaper.
 *
 * @param check is called now and then while rows come, and may throw, which ends the statement: a thread
 *   must not be ended by force meanwhile.
 * @returns What closes that other connection.
 */
export function registerTapeTables(db: Database.Database, check: () => void): () => void {
  const tape = new Database(db.name, { readonly: true, fileMustExist: true, timeout: BUSY_MS })
  const pages = new TapePages(tape)
  const market = tape.prepare<[string], number>('SELECT id FROM market WHERE name = ?').pluck()
  db.table('tape_rows', {
    parameters: ['market_id', 'from_time', 'to_time'],
    columns: [...COLUMNS],
    *rows(id: unknown, from: unknown, to: unknown) {
      const row = Number(id ?? Number.NaN)
      if (Number.isInteger(row)) yield* rowsOf(pages, row, from, to, check)
    },
  })
  db.table('trades_of', {
    parameters: ['market', 'from_time', 'to_time'],
    columns: [...COLUMNS],
    *rows(name: unknown, from: unknown, to: unknown) {
      const id = typeof name === 'string' ? market.get(name) : undefined
      if (id !== undefined) yield* rowsOf(pages, id, from, to, check)
    },
  })
  db.exec(
    `CREATE TEMP VIEW trades AS
     SELECT market.name AS market, ${COLUMNS.map((name) => `tape.${name}`).join(', ')}
     FROM main.market JOIN tape_rows(market.id) AS tape`,
  )
  return () => void tape.close()
}

function* rowsOf(
  pages: TapePages,
  id: number,
  from: unknown,
  to: unknown,
  check: () => void,
): Generator<Value[]> {
  const first = isNumber(from) ? Math.ceil(Number(from)) : Number.MIN_SAFE_INTEGER
  const last = isNumber(to) ? Math.floor(Number(to)) : Number.MAX_SAFE_INTEGER
  for (const columns of pages.pages(id, first, last, PAGE)) {
    check()
    for (let row = 0; row < columns.count; row += 1) yield valuesAt(columns, row)
  }
}

/** A connection may be set to give whole numbers as bigint. */
const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint'

/** In the order of COLUMNS. */
function valuesAt(columns: TapeColumns, row: number): Value[] {
  const time = columns.exchangeTime[row] ?? 0
  const micros = columns.exchangeMicros[row] ?? -1
  return [
    idAt(columns.id, row),
    doubleAt(columns.price, row),
    doubleAt(columns.qty, row),
    SIDES[columns.side[row] ?? 0] ?? null,
    time,
    time,
    micros < 0 ? null : micros,
    columns.receiveTime[row] ?? null,
    columns.matches[row] ?? null,
    ORIGINS[columns.origin[row] ?? 0] ?? null,
    decimalAt(columns.price, row),
    decimalAt(columns.qty, row),
  ]
}
