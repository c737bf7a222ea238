import type { IdColumn } from '../../shared/domain/id-column.ts'
import { type IdOrder, MOSTLY_RISING, RISING, SCATTERED } from './segment-index.ts'
import { openSegment, sealSegment } from './tape-block.ts'
import type { TapeColumns } from './tape-columns.ts'
import { allRows, ColumnJoiner, type ColumnPart, tapeOrder, wholePart } from './tape-rows.ts'

/** Trades that a segment is meant to have; it has fewer than twice as many. */
export const FULL_SEGMENT = 16_384

/** For segments that are opened again: nothing of what it joins outlives `sealTrades`. */
const joiner = new ColumnJoiner()

/** A segment that is ready for the table `segment`. */
export interface SealedSegment {
  readonly from: number
  readonly to: number
  readonly trades: number
  readonly firstId: number | null
  readonly lastId: number | null
  readonly ordered: IdOrder
  readonly data: Uint8Array
}

/**
 * Segments and fresh trades of one market made into new segments: in the order of the tape, cut where
 * the millisecond changes. Touches no disk, so that any thread can do it. Throws BlockError when a
 * segment cannot be read.
 *
 * @param fresh The rows of each part lie in the order of the tape.
 * @param full How many trades a segment is meant to have.
 */
export function sealTrades(
  segments: readonly Uint8Array[],
  fresh: readonly ColumnPart[],
  full = FULL_SEGMENT,
): SealedSegment[] {
  const [only] = fresh
  if (segments.length === 0 && fresh.length === 1 && only?.rows != null)
    return sealCuts(only.columns, only.rows, full)
  const columns = joiner.join([...segments.map((data) => wholePart(openSegment(data))), ...fresh])
  return sealCuts(columns, tapeOrder(columns) ?? allRows(columns.count), full)
}

const sealCuts = (columns: TapeColumns, rows: Uint32Array, full: number): SealedSegment[] =>
  cutsOf(columns, rows, full).map(([from, to]) => sealRows(columns, rows.subarray(from, to)))

/** Where segments begin and end among rows in order. */
function cutsOf(
  { exchangeTime }: TapeColumns,
  rows: Uint32Array,
  full: number,
): [number, number][] {
  const { length } = rows
  const timeAt = (at: number): number => exchangeTime[rows[at] ?? 0] ?? 0
  const size = Math.ceil(length / Math.max(1, Math.floor(length / full)))
  const cuts: [number, number][] = []
  for (let from = 0; from < length; ) {
    let to = Math.min(from + size, length)
    while (to < length && timeAt(to) === timeAt(to - 1)) to += 1
    cuts.push([from, to])
    from = to
  }
  return cuts
}

function sealRows(columns: TapeColumns, rows: Uint32Array): SealedSegment {
  const { exchangeTime, id } = columns
  const { least, greatest, ordered } = idRange(id, rows)
  const [first = 0, last = 0] = [rows[0], rows.at(-1)]
  return {
    from: exchangeTime[first] ?? 0,
    to: exchangeTime[last] ?? 0,
    trades: rows.length,
    firstId: least,
    lastId: greatest,
    ordered,
    data: sealSegment(columns, rows, rows.length),
  }
}

/** The range of the ids that are numbers, and whether they rise. */
export function idRange(
  id: IdColumn,
  rows: Uint32Array,
): { readonly least: number | null; readonly greatest: number | null; readonly ordered: IdOrder } {
  let least = Number.POSITIVE_INFINITY
  let greatest = -1
  let rising = 0
  for (const row of rows) {
    const number = id.number[row] ?? Number.NaN
    // Text is no number, and neither greater nor less.
    if (number > greatest) {
      greatest = number
      rising += 1
    }
    if (number < least) least = number
  }
  if (greatest < 0) return { least: null, greatest: null, ordered: SCATTERED }
  const mostly = 2 * rising >= rows.length ? MOSTLY_RISING : SCATTERED
  return { least, greatest, ordered: rising === rows.length ? RISING : mostly }
}
