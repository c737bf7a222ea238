import type { HistoryPage, KnownPoint, RestTrade, TradePage } from './venue.ts'

/** What pages are counted by: `number` is the sequence, or the id where a venue's ids are just that. */
type Counter = 'number' | 'seq' | 'id'

const WHOLE = /^\d{1,16}$/

function numberOf({ id = '', seq }: RestTrade | KnownPoint, by: Counter): number {
  const byId = WHOLE.test(id) ? Number(id) : Number.NaN
  return by === 'id' ? byId : (seq ?? (by === 'seq' ? Number.NaN : byId))
}

const known = (n: number): number | undefined => (Number.isSafeInteger(n) ? n : undefined)

/** Number that a page going up begins with; `undefined` while only the time of the hole is known. */
export const startOf = (
  { cursor, after }: HistoryPage,
  by: Counter = 'number',
): number | undefined => known(cursor === undefined ? numberOf(after, by) + 1 : Number(cursor))

/** Number that a page going down stays below; `undefined` while only the time of the hole is known. */
export const endOf = (
  { cursor, before }: HistoryPage,
  by: Counter = 'number',
): number | undefined => known(cursor === undefined ? numberOf(before, by) : Number(cursor))

/** The last number of a hole, itself missing; `undefined` if only its time is known. */
export const lastOf = ({ before }: HistoryPage, by: Counter = 'number'): number | undefined =>
  known(numberOf(before, by) - 1)

/** A page of rising numbers: goes on after its newest until it meets what lies behind the hole. */
export function upward(
  trades: readonly RestTrade[],
  page: HistoryPage,
  by: Counter = 'number',
): TradePage {
  const newest = Math.max(...trades.map((trade) => numberOf(trade, by)))
  const time = Math.max(...trades.map((trade) => trade.time))
  const last = lastOf(page, by)
  const reached = last === undefined ? time >= page.before.time : newest >= last
  const moved = newest >= (startOf(page, by) ?? 0)
  return known(newest) === undefined || reached || !moved
    ? { trades }
    : { trades, next: String(newest + 1) }
}

/** A page of falling numbers: goes on below its oldest until it meets what lies before the hole. */
export function downward(
  trades: readonly RestTrade[],
  page: HistoryPage,
  by: Counter = 'number',
): TradePage {
  const oldest = Math.min(...trades.map((trade) => numberOf(trade, by)))
  const time = Math.min(...trades.map((trade) => trade.time))
  const first = known(numberOf(page.after, by) + 1)
  const reached = first === undefined ? time <= page.after.time : oldest <= first
  const moved = oldest < (endOf(page, by) ?? Number.MAX_SAFE_INTEGER)
  return known(oldest) === undefined || reached || !moved
    ? { trades }
    : { trades, next: String(oldest) }
}
