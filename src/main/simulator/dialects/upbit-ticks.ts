import { shortText } from '../fixed-point.ts'
import type { MarketTape, Match } from '../tape.ts'
import type { House } from './dialect.ts'
import { objectText } from './number-text.ts'
import { pointIn } from './query.ts'
import { dateAndTime, dayStart } from './upbit-rows.ts'

const DAY_MS = 86_400_000
const MOST_ROWS = 500
const MOST_DAYS = 7
/** Ids are out of order among neighbours only; a search may miss by so many rows. */
const DISORDER = 4

/** What a market closed at before the day of a moment, in steps. */
export type Closes = (tape: MarketTape, ms: number) => number

/** A refusal; its status is its name too. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const mismatch = (): Refusal => new Refusal(400, 'Type mismatch error. Check the parameters type!')

export function tapeNamed(house: House, code: string): MarketTape {
  if (code === '')
    throw new Refusal(400, 'Missing request parameter error. Check the required parameters!')
  const listing = house.find(code)
  if (listing === undefined) throw new Refusal(404, 'Code not found')
  return house.tape(listing)
}

/** Epoch ms of a full time (UTC unless it says otherwise), or of `HH:mm:ss` on `day` if that is given. */
export function atTime(text: string, day: number | null): number {
  const short = /^(\d\d):?(\d\d):?(\d\d)$/.exec(text)
  if (short !== null && day !== null) {
    const [hours = 0, minutes = 0, seconds = 0] = short.slice(1).map(Number)
    return day + ((hours * 60 + minutes) * 60 + seconds) * 1_000
  }
  // A plus in a query is a space.
  const full = text.replace(/^(\S{10}) /, '$1T').replace(/ (\d\d:\d\d)$/, '+$1')
  const ms = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(full) ? full : `${full}Z`)
  if (Number.isNaN(ms)) throw mismatch()
  return ms
}

/**
 * Trades of one UTC day, newest first: the day of the last trade or so many days before it, up to
 * `to` (exclusive), older than `cursor`.
 */
export function ticks(house: House, previous: Closes, query: URLSearchParams): string {
  const tape = tapeNamed(house, query.get('market') ?? '')
  const count = pointIn(query, 'count') ?? 1n
  const cursor = pointIn(query, 'cursor')
  const ago = pointIn(query, query.has('days_ago') ? 'days_ago' : 'daysAgo') ?? 0n
  if (pointIn(query, 'count') === null || count < 1n || cursor === null || ago > MOST_DAYS)
    throw mismatch()
  const newest = Math.floor((tape.last()?.micros ?? house.nowMs() * 1_000) / 1_000)
  let day = dayStart(newest) - Number(ago) * DAY_MS
  let end = day + DAY_MS
  const to = query.get('to')
  if (to !== null && to !== '') {
    end = atTime(to, day)
    if (end < day || end > day + DAY_MS) day = dayStart(end - 1)
  }
  const oldest = Math.max(day, dayStart(newest) - MOST_DAYS * DAY_MS)
  const found = page(tape, oldest, end, cursor, Math.min(MOST_ROWS, Number(count)))
  return `[${found.map((match) => tickText(tape, match, previous)).join(',')}]`
}

/** The newest `count` of the matches from `from` to `to` (exclusive, ms) with ids below `cursor`, by id. */
function page(
  tape: MarketTape,
  from: number,
  to: number,
  cursor: bigint | undefined,
  count: number,
): readonly Match[] {
  const first = tape.search(({ micros }) => micros >= from * 1_000)
  const end = tape.search(({ micros }) => micros >= to * 1_000)
  const near = cursor === undefined ? end : tape.search(({ id }) => id >= cursor) + DISORDER
  const until = Math.min(end, near)
  return tape
    .slice(Math.max(first, until - count - 2 * DISORDER), until)
    .filter(({ id }) => cursor === undefined || id < cursor)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, count)
}

function tickText(tape: MarketTape, match: Match, previous: Closes): string {
  const { listing } = tape
  const ms = Math.floor(match.micros / 1_000)
  const [date, time] = dateAndTime(ms)
  const close = previous(tape, ms)
  const change = match.ticks - close
  const price = (ticks: number): string => shortText(ticks, listing.priceDecimals)
  return objectText({
    market: `"${listing.venueSymbol}"`,
    trade_date_utc: `"${date}"`,
    trade_time_utc: `"${time}"`,
    timestamp: ms,
    trade_price: price(match.ticks),
    trade_volume: shortText(match.lots, listing.lotDecimals),
    prev_closing_price: price(close),
    change_price: `${change < 0 ? '-' : ''}${price(Math.abs(change))}`,
    ask_bid: match.buy ? '"BID"' : '"ASK"',
    sequential_id: match.id.toString(),
  })
}
