import { type MarketFaults, MOST_SKEW_MS } from './faults.ts'
import {
  copyRow,
  type ReplayColumns,
  type ReplayOrder,
  type ReplayRows,
  type RowsBuilder,
  readPage,
  roomFor,
} from './replay-rows.ts'

/** What came later than this was not heard but fetched or imported: it stands at its match time. */
const HEARD_WITHIN_MS = 86_400_000

export interface MarketOrderOptions {
  readonly order: ReplayOrder
  readonly inverse: boolean
  readonly faults: MarketFaults | null
}

/**
 * The trades of one market, given a page after the other in the order of its tape, in the order of a replay. The same
 * rows however the tape is cut into pages. In memory are a page, and what was heard after trades that are matched
 * ten minutes later.
 */
export function* marketOrder(
  pages: Iterable<ReplayColumns>,
  { order, inverse, faults }: MarketOrderOptions,
): Generator<ReplayRows> {
  if (order === 'exchange' && faults === null) {
    for (const page of pages) {
      const rows = readPage(page, inverse)
      if (rows.count > 0) yield rows
    }
    return
  }
  let held: ReplayRows = roomFor(0)
  for (const page of pages) {
    const newest = page.exchangeTime[page.count - 1]
    if (newest === undefined) continue
    const rows = sorted(joined(held, timed(readPage(page, inverse), order, faults)))
    // No trade that is not read yet is played before this: its match time is no earlier than the newest.
    const cut = firstFrom(rows, newest - MOST_SKEW_MS)
    if (cut > 0) yield part(rows, 0, cut)
    held = part(rows, cut, rows.count)
  }
  if (held.count > 0) yield held
}

/** Gives each row its instant, and does to it what the faults say. */
function timed(rows: RowsBuilder, order: ReplayOrder, faults: MarketFaults | null): ReplayRows {
  const kept = faults === null ? rows : roomFor(rows.count)
  for (let i = 0; i < rows.count; i += 1) {
    const time = rows.time[i] ?? 0
    const id = rows.id[i] ?? 0
    let at = order === 'exchange' ? time : heardAt(time, receiptOf(rows, i))
    if (faults === null) {
      rows.at[i] = at
      continue
    }
    const struck = faults.strikes(time)
    if (struck && faults.drops(time, id)) continue
    if (struck) at += faults.delay(time, id) + (order === 'exchange' ? faults.skew : 0)
    copyRow(kept, rows, i, at)
    if (struck) kept.time[kept.count - 1] = time + faults.skew
  }
  return kept
}

const receiptOf = ({ from, row }: ReplayRows, i: number): number =>
  from[i]?.receiveTime[row[i] ?? 0] ?? 0

/** A machine whose clock was off by more than ten minutes heard no trade that early. */
function heardAt(time: number, received: number): number {
  if (received - time > HEARD_WITHIN_MS) return time
  return Math.max(received, time - MOST_SKEW_MS)
}

function joined(held: ReplayRows, next: ReplayRows): ReplayRows {
  if (held.count === 0) return next
  const all = roomFor(held.count + next.count)
  for (const rows of [held, next])
    for (let i = 0; i < rows.count; i += 1) copyRow(all, rows, i, rows.at[i] ?? 0)
  return all
}

/** By instant; within one in the order of the tape, in which they come. */
function sorted(rows: ReplayRows): ReplayRows {
  const { at, count } = rows
  let rises = true
  for (let i = 1; i < count && rises; i += 1) rises = (at[i] ?? 0) >= (at[i - 1] ?? 0)
  if (rises) return rows
  const all = roomFor(count)
  for (const i of orderOf(at, count)) copyRow(all, rows, i, at[i] ?? 0)
  return all
}

function orderOf(at: Float64Array, count: number): Iterable<number> {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < count; i += 1) {
    least = Math.min(least, at[i] ?? 0)
    greatest = Math.max(greatest, at[i] ?? 0)
  }
  // Instant and place in one number, where a double holds both: several times as quick.
  if ((greatest - least + 1) * count < Number.MAX_SAFE_INTEGER) {
    const keys = new Float64Array(count)
    for (let i = 0; i < count; i += 1) keys[i] = ((at[i] ?? 0) - least) * count + i
    keys.sort()
    for (let i = 0; i < count; i += 1) keys[i] = (keys[i] ?? 0) % count
    return keys
  }
  return Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b,
  )
}

/** The first row that is played at `at` or later. */
export function firstFrom({ at: times, count }: ReplayRows, at: number, from = 0): number {
  let [low, high] = [from, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** Rows [from, to); their numbers are shared, not copied. */
const part = (rows: ReplayRows, from: number, to: number): ReplayRows =>
  from === 0 && to === rows.count
    ? rows
    : {
        count: to - from,
        at: rows.at.subarray(from, to),
        time: rows.time.subarray(from, to),
        price: rows.price.subarray(from, to),
        qty: rows.qty.subarray(from, to),
        side: rows.side.subarray(from, to),
        late: rows.late.subarray(from, to),
        id: rows.id.subarray(from, to),
        from: rows.from.slice(from, to),
        row: rows.row.subarray(from, to),
      }
