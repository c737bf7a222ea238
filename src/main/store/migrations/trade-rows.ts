import { DecimalBuilder, placePoint } from '../../../shared/domain/decimal-column.ts'
import { IdBuilder } from '../../../shared/domain/id-column.ts'
import type { TapeColumns } from '../tape-columns.ts'

/*
 * How a trade lay in the table `trade` of versions 1 and 2: what is common in integers, what did not
 * fit as text in `exact`. Read once, when such a database is taken over.
 */

/** One row as TRADE_ROW selects it. */
export type StoredRow = readonly [
  ts: number,
  id: string | Buffer,
  price: string | null,
  qty: string | null,
  delay: number,
  flags: number,
  exact: string | null,
]

/** Whole numbers as text: they may be greater than 2^53. */
export const TRADE_ROW = `ts, CASE typeof(id) WHEN 'integer' THEN CAST(id AS TEXT) ELSE id END,
  CAST(price AS TEXT), CAST(qty AS TEXT), delay, flags, exact`

/** Digits behind the point of a market's whole numbers. */
export interface Scales {
  readonly price: number
  readonly qty: number
}

/** Rows in order of (ts, id) as columns, those of one millisecond whose ids have no order by arrival. */
export function rowsToColumns(rows: readonly StoredRow[], scales: Scales): TapeColumns {
  const count = rows.length
  const columns = {
    count,
    id: new IdBuilder(count),
    price: new DecimalBuilder(count),
    qty: new DecimalBuilder(count),
    side: new Uint8Array(count),
    origin: new Uint8Array(count),
    matches: new Uint32Array(count),
    exchangeTime: new Float64Array(count),
    exchangeMicros: new Int16Array(count),
    receiveTime: new Float64Array(count),
  }
  for (const [at, row] of [...rows].sort(byArrival).entries()) {
    const [ts, id, price, qty, delay, flags, exact] = row
    const [exactPrice, exactQty, exactMatches] = exact === null ? [] : (JSON.parse(exact) as Exact)
    columns.id.set(at, idText(id))
    columns.price.set(at, exactPrice ?? placePoint(price ?? '', scales.price))
    columns.qty.set(at, exactQty ?? placePoint(qty ?? '', scales.qty))
    columns.side[at] = flags & 1
    columns.origin[at] = (flags >> 1) & 3
    columns.exchangeMicros[at] = microsOf(flags)
    columns.matches[at] = exactMatches ?? ((flags >> 13) & 4095) + 1
    columns.exchangeTime[at] = ts
    columns.receiveTime[at] = ts + delay
  }
  return columns
}

type Exact = readonly [price: string | null, qty: string | null, matches: number | null]

const microsOf = (flags: number): number => ((flags >> 3) & 1023) - 1
/** Place among trades of one millisecond as they came. */
const nthOf = (flags: number): number => Math.floor(flags / 2 ** 25)

function byArrival(a: StoredRow, b: StoredRow): number {
  if (a[0] !== b[0]) return a[0] - b[0]
  if (typeof a[1] === 'string' || typeof b[1] === 'string')
    return Number(typeof a[1] !== 'string') - Number(typeof b[1] !== 'string')
  return microsOf(a[5]) - microsOf(b[5]) || a[4] - b[4] || nthOf(a[5]) - nthOf(b[5])
}

/** Whole numbers as they are, FE + the bytes of a UUID, FF + UTF-16LE, or UTF-8. */
function idText(stored: string | Buffer): string {
  if (typeof stored === 'string') return stored
  if (stored[0] === 0xff) return stored.toString('utf16le', 1)
  if (stored[0] !== 0xfe) return stored.toString('utf8')
  const hex = stored.toString('hex', 1)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
