import { shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { joinBars } from '../minute-bars.ts'
import type { MarketTape, Match } from '../tape.ts'
import { SlidingWindow } from '../window.ts'
import { barTexts } from './bar-text.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'
import { millisText, row } from './gate-rows.ts'
import { limitIn, pointIn } from './query.ts'

const REQUESTS = 200
const WINDOW_MS = 10_000
const MOST_ROWS = 1_000
const RETENTION_SECONDS = 30 * 86_400
const ROOT = '/api/v4/spot/'

const INTERVALS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
}

/** A refusal with the venue's label, HTTP 400. */
class Refusal extends Error {
  readonly label: string
  constructor(label: string, message: string) {
    super(message)
    this.label = label
  }
}

type Route = (house: House, query: URLSearchParams) => unknown

const ROUTES: Readonly<Record<string, Route>> = {
  time: (house) => ({ server_time: house.nowMs() }),
  currency_pairs: (house) => house.listings.map(pair),
  tickers,
  trades,
  candlesticks,
}

export const gateRefusal = (status: number): RestReply =>
  json({ label: 'TOO_MANY_REQUESTS', message: 'Request Rate limit Exceeded' }, status)

/** The public REST calls of Gate v4. */
export function gateRest(house: House): (call: RestCall) => RestReply {
  const windows = new Map<string, { window: SlidingWindow; since: number; used: number }>()
  return ({ path, query }) => {
    const name = path.startsWith(ROOT) ? path.slice(ROOT.length) : ''
    const route = ROUTES[name]
    if (route === undefined) return json({ label: 'NOT_FOUND', message: 'Not Found' }, 404)
    const now = house.time.monotonic()
    const known = windows.get(name)
    const usage =
      known !== undefined && now - known.since < WINDOW_MS
        ? known
        : { window: known?.window ?? new SlidingWindow(REQUESTS, WINDOW_MS), since: now, used: 0 }
    windows.set(name, usage)
    usage.used += 1
    const headers = {
      'x-gate-ratelimit-limit': String(REQUESTS),
      'x-gate-ratelimit-requests-remain': String(Math.max(0, REQUESTS - usage.used)),
      'x-gate-ratelimit-reset-timestamp': String(Math.ceil((house.nowMs() + WINDOW_MS) / 1_000)),
    }
    if (!usage.window.take(now)) return { ...gateRefusal(429), headers }
    try {
      return json(route(house, query), 200, headers)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return json({ label: error.label, message: error.message }, 400, headers)
    }
  }
}

const pair = (listing: Listing): unknown => ({
  id: listing.venueSymbol,
  base: listing.base,
  quote: listing.quote,
  fee: '0.2',
  min_quote_amount: '1',
  amount_precision: listing.lotDecimals,
  precision: listing.priceDecimals,
  trade_status: 'tradable',
  sell_start: 0,
  buy_start: 0,
})

function tapeIn(house: House, query: URLSearchParams): MarketTape {
  const name = query.get('currency_pair') ?? ''
  const listing = house.find(name)
  if (listing === undefined)
    throw new Refusal('INVALID_CURRENCY_PAIR', `Invalid currency pair ${name}`)
  return house.tape(listing)
}

function point(query: URLSearchParams, name: string): number | undefined {
  const value = pointIn(query, name)
  if (value === null) throw new Refusal('INVALID_PARAM_VALUE', `Invalid ${name}`)
  return value === undefined ? undefined : Number(value)
}

function limit(query: URLSearchParams): number {
  const value = limitIn(query, 100, MOST_ROWS)
  if (value === null) throw new Refusal('INVALID_PARAM_VALUE', 'Invalid limit')
  return value
}

/** Newest first; `from` and `to` are whole seconds, both included; `page` from 1. */
function trades(house: House, query: URLSearchParams): unknown {
  const tape = tapeIn(house, query)
  const most = limit(query)
  const oldest = Math.floor(house.nowMs() / 1_000) - RETENTION_SECONDS
  const from = Math.max(oldest, point(query, 'from') ?? 0)
  const to = point(query, 'to')
  const page = point(query, 'page') ?? 1
  if (page < 1) throw new Refusal('INVALID_PARAM_VALUE', 'Invalid page')
  const lastId = pointIn(query, 'last_id')
  let first = tape.search(({ micros }) => micros >= from * 1_000_000)
  let end =
    to === undefined ? tape.end : tape.search(({ micros }) => micros >= (to + 1) * 1_000_000)
  // The older way of paging: newer than an id, or with `reverse` older than it.
  if (typeof lastId === 'bigint' && query.get('reverse') === 'true')
    end = Math.min(
      end,
      tape.search(({ id }) => id >= lastId),
    )
  else if (typeof lastId === 'bigint') {
    first = Math.max(
      first,
      tape.search(({ id }) => id > lastId),
    )
    end = Math.min(end, first + most)
  }
  const top = end - (page - 1) * most
  return tape
    .slice(Math.max(first, top - most), Math.max(first, top))
    .toReversed()
    .map((match) => tradeRow(tape.listing, match))
}

function tradeRow(listing: Listing, match: Match): unknown {
  const { id, seq, price, qty } = row(listing, match)
  return {
    id,
    create_time: String(Math.floor(match.micros / 1_000_000)),
    create_time_ms: millisText(match.micros),
    currency_pair: listing.venueSymbol,
    side: match.buy ? 'buy' : 'sell',
    amount: qty,
    price,
    sequence_id: seq,
  }
}

function tickers(house: House, query: URLSearchParams): unknown {
  const one = query.has('currency_pair')
  const tapes = one ? [tapeIn(house, query)] : house.listings.map(house.tape)
  const now = house.nowMs()
  return tapes.map((tape) => {
    const { listing } = tape
    const day = tape.bars.day(now)
    if (day === undefined) return { currency_pair: listing.venueSymbol }
    const { high, low, close, volume } = barTexts(listing, day, null)
    const price = (ticks: number): string => shortText(Math.max(1, ticks), listing.priceDecimals)
    return {
      currency_pair: listing.venueSymbol,
      last: close,
      lowest_ask: price(day.close + 1),
      highest_bid: price(day.close - 1),
      change_percentage: ((day.close / day.open - 1) * 100).toFixed(2),
      base_volume: volume,
      quote_volume: shortText(day.quote, listing.priceDecimals + listing.lotDecimals),
      high_24h: high,
      low_24h: low,
    }
  })
}

/** Oldest first: `[t, quoteVolume, close, high, low, open, baseVolume, closed]`, all of it text. */
function candlesticks(house: House, query: URLSearchParams): unknown {
  const tape = tapeIn(house, query)
  const interval = INTERVALS[query.get('interval') ?? '30m']
  if (interval === undefined) throw new Refusal('INVALID_PARAM_VALUE', 'Invalid interval')
  const from = point(query, 'from')
  const to = point(query, 'to') ?? Number.POSITIVE_INFINITY
  if (from !== undefined && query.has('limit'))
    throw new Refusal('INVALID_PARAM_VALUE', 'limit conflicts with from and to')
  const now = house.nowMs()
  const { listing } = tape
  const bars = joinBars(tape.bars.upTo(now), interval).filter(
    ({ openTime }) => openTime >= (from ?? 0) * 1_000 && openTime <= to * 1_000,
  )
  const most = from === undefined ? limit(query) : MOST_ROWS
  if (from !== undefined && bars.length > MOST_ROWS)
    throw new Refusal(
      'INVALID_PARAM_VALUE',
      'Candlestick range too broad. Maximum 1000 data points',
    )
  return bars.slice(-most).map((bar) => {
    const { open, high, low, close, volume } = barTexts(listing, bar, null)
    const quote = shortText(bar.quote, listing.priceDecimals + listing.lotDecimals)
    const closed = String(bar.openTime + interval <= now)
    return [String(bar.openTime / 1_000), quote, close, high, low, open, volume, closed]
  })
}
