import { type MarketFaults, MOST_SKEW_MS } from './faults.ts'
import {
  gatherRows,
  NO_ROWS,
  type ReplayColumns,
  type ReplayOrder,
  type ReplayRows,
  readPage,
  sliceRows,
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
  let held = NO_ROWS
  for (const page of pages) {
    const newest = page.exchangeTime[page.count - 1]
    if (newest === undefined) continue
    const read = readPage(page, inverse)
    const rows = inOrder(held, faults === null ? heard(read) : struck(read, order, faults))
    // No trade that is not read yet is played before this: its match time is no earlier than the newest.
    const cut = firstFrom(rows, newest - MOST_SKEW_MS)
    if (cut > 0) yield sliceRows(rows, 0, cut)
    held = sliceRows(rows, cut, rows.count)
  }
  if (held.count > 0) yield held
}

/** With the instants in which they were heard. */
function heard(rows: ReplayRows): ReplayRows {
  const at = new Float64Array(rows.time.length)
  const { time, row } = rows
  const receipts = rows.sources[0]?.receiveTime
  for (let i = 0; i < rows.count; i += 1)
    at[i] = heardAt(time[i] ?? 0, receipts?.[row[i] ?? 0] ?? 0)
  return { ...rows, at }
}

/** What the faults leave of a page, with the instants in which it is played. */
function struck(page: ReplayRows, order: ReplayOrder, faults: MarketFaults): ReplayRows {
  const rows = order === 'received' ? heard(page) : page
  const at = rows.at.slice()
  const time = rows.time.slice()
  const kept: number[] = []
  for (let i = 0; i < rows.count; i += 1) {
    const [match = 0, id = 0] = [rows.time[i], rows.id[i]]
    if (faults.strikes(match)) {
      if (faults.drops(match, id)) continue
      time[i] = match + faults.skew
      at[i] = (at[i] ?? 0) + faults.delay(match, id) + (order === 'exchange' ? faults.skew : 0)
    }
    kept.push(i)
  }
  return gatherRows(NO_ROWS, { ...rows, at, time }, kept)
}

/** A machine whose clock was off by more than ten minutes heard no trade that early. */
function heardAt(time: number, received: number): number {
  if (received - time > HEARD_WITHIN_MS) return time
  return Math.max(received, time - MOST_SKEW_MS)
}

/** Held rows and those of the next page by instant; within one in the order of the tape, in which they come. */
function inOrder(held: ReplayRows, next: ReplayRows): ReplayRows {
  const count = held.count + next.count
  const at = new Float64Array(count)
  at.set(held.at.subarray(0, held.count))
  at.set(next.at.subarray(0, next.count), held.count)
  let rises = true
  for (let i = 1; i < count && rises; i += 1) rises = (at[i] ?? 0) >= (at[i - 1] ?? 0)
  if (rises && held.count === 0) return next
  return gatherRows(held, next, orderOf(at, count))
}

/** Most trades were heard in the order in which they were matched, and the others a few places off. */
function orderOf(at: Float64Array, count: number): Uint32Array {
  const order = new Uint32Array(count)
  let left = MOST_STEPS_BACK * count
  for (let row = 0; row < count; row += 1) {
    const mine = at[row] ?? 0
    let place = row
    while (place > 0 && (at[order[place - 1] ?? 0] ?? 0) > mine) {
      order[place] = order[place - 1] ?? 0
      place -= 1
    }
    order[place] = row
    left -= row - place
    if (left < 0) return sortedOrder(at, count)
  }
  return order
}

/** Beyond so many steps for each row sorting takes fewer. */
const MOST_STEPS_BACK = 8

function sortedOrder(at: Float64Array, count: number): Uint32Array {
  // An array's sort, not a typed array's: it takes runs that are in order as they are.
  const rows = Array.from({ length: count }, (_, row) => row)
  return Uint32Array.from(rows.sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b))
}

/** The first row that is played at `at` or later. */
export function firstFrom(
  { at: times, count }: Pick<ReplayRows, 'at' | 'count'>,
  at: number,
  from = 0,
): number {
  let [low, high] = [from, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}
