import { fixedText, shortText, stepText } from '../fixed-point.ts'
import { isoMicros } from '../iso-time.ts'
import type { Listing } from '../listings.ts'
import { joinBars } from '../minute-bars.ts'
import type { MarketTape } from '../tape.ts'
import { SlidingWindow } from '../window.ts'
import { barTexts } from './bar-text.ts'
import { makerSide, row } from './coinbase-rows.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'
import { limitIn, pointIn } from './query.ts'

/** 10 requests a second with a burst of 15. */
const REQUESTS = 15
const WINDOW_MS = 1_500
const MOST_ROWS = 1_000
const MOST_BARS = 300
const GRANULARITIES = [60, 300, 900, 3_600, 21_600, 86_400]

const wrong = (message: string): RestReply => json({ message }, 400)
const unknown = (): RestReply => json({ message: 'NotFound' }, 404)

export const coinbaseRefusal = (status: number): RestReply =>
  json({ message: status === 429 ? 'Public rate limit exceeded' : 'Refused' }, status)

/** The public REST calls of Coinbase Exchange. */
export function coinbaseRest(house: House): (call: RestCall) => RestReply {
  const window = new SlidingWindow(REQUESTS, WINDOW_MS)
  return ({ path, query }) => {
    if (!window.take(house.time.monotonic())) return coinbaseRefusal(429)
    const [, root, id, leaf] = path.split('/')
    if (path === '/time') return time(house)
    if (path === '/products') return json(house.listings.map(product))
    const listing = root === 'products' ? house.find(id ?? '') : undefined
    if (listing === undefined) return unknown()
    const tape = house.tape(listing)
    if (leaf === undefined) return json(product(listing))
    if (leaf === 'trades') return trades(tape, query)
    if (leaf === 'candles') return candles(house, tape, query)
    if (leaf === 'stats') return stats(house, tape)
    if (leaf === 'ticker') return ticker(house, tape)
    return unknown()
  }
}

function time(house: House): RestReply {
  const ms = house.nowMs()
  return json({ iso: new Date(ms).toISOString(), epoch: ms / 1_000 })
}

const product = (listing: Listing): unknown => ({
  id: listing.venueSymbol,
  base_currency: listing.base,
  quote_currency: listing.quote,
  quote_increment: stepText(listing.priceDecimals),
  base_increment: stepText(listing.lotDecimals),
  display_name: `${listing.base}/${listing.quote}`,
  min_market_funds: '1',
  margin_enabled: false,
  post_only: false,
  limit_only: false,
  cancel_only: false,
  status: 'online',
  status_message: '',
  trading_disabled: false,
  fx_stablecoin: false,
  auction_mode: false,
})

/**
 * Newest first. `after=N` is older than N; `before=N` newer than N, of which the newest page comes,
 * not the one next to N. The cursors for both come as headers.
 */
function trades(tape: MarketTape, query: URLSearchParams): RestReply {
  const { listing } = tape
  const limit = limitIn(query, MOST_ROWS, MOST_ROWS)
  const after = pointIn(query, 'after')
  const before = pointIn(query, 'before')
  if (limit === null) return wrong('Invalid limit')
  if (after === null || before === null) return wrong('Invalid cursor')
  const end = after === undefined ? tape.end : tape.search(({ id }) => id >= after)
  const first = before === undefined ? tape.first : tape.search(({ id }) => id > before)
  const matches = tape.slice(Math.max(first, end - limit), end).toReversed()
  const rows = matches.map((match) => {
    const { price, qty } = row(listing, match)
    const side = makerSide(match.buy)
    return { trade_id: Number(match.id), side, size: qty, price, time: isoMicros(match.micros) }
  })
  const newest = matches[0]
  const oldest = matches.at(-1)
  if (newest === undefined || oldest === undefined) return json(rows)
  return json(rows, 200, { 'cb-before': String(newest.id), 'cb-after': String(oldest.id) })
}

/** Newest first, the low before the high; minutes without a trade are absent. */
function candles(house: House, tape: MarketTape, query: URLSearchParams): RestReply {
  const granularity = Number(query.get('granularity') ?? '60')
  if (!GRANULARITIES.includes(granularity)) return wrong('Unsupported granularity')
  const start = instant(query.get('start'))
  const end = instant(query.get('end'))
  if (Number.isNaN(start) || Number.isNaN(end)) return wrong('Invalid start or end')
  const ranged = start !== undefined && end !== undefined
  if (ranged && (end - start) / 1_000 / granularity > MOST_BARS)
    return wrong(
      'granularity too small for the requested time range. Count of aggregations requested exceeds 300',
    )
  const all = tape.bars.upTo(house.nowMs()).filter(({ trades }) => trades > 0)
  const bars = joinBars(all, granularity * 1_000).filter(
    ({ openTime }) => !ranged || (openTime >= start && openTime <= end),
  )
  return json(
    bars
      .slice(-MOST_BARS)
      .toReversed()
      .map((bar) => {
        const { open, high, low, close, volume } = barTexts(tape.listing, bar, null)
        return [bar.openTime / 1_000, ...[low, high, open, close, volume].map(Number)]
      }),
  )
}

/** ISO 8601 or epoch seconds as epoch ms; NaN if it is neither. */
function instant(text: string | null): number | undefined {
  if (text === null || text === '') return undefined
  return /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text)
}

function stats(house: House, tape: MarketTape): RestReply {
  const day = tape.bars.day(house.nowMs())
  if (day === undefined) return json({})
  const { open, high, low, close, volume } = barTexts(tape.listing, day, null)
  return json({ open, high, low, last: close, volume, volume_30day: volume })
}

function ticker(house: House, tape: MarketTape): RestReply {
  const { listing } = tape
  const last = tape.last()
  const day = tape.bars.day(house.nowMs())
  if (last === undefined) return json({})
  const price = (ticks: number): string => fixedText(Math.max(1, ticks), listing.priceDecimals)
  const sent = row(listing, last)
  return json({
    trade_id: Number(last.id),
    price: sent.price,
    size: sent.qty,
    time: isoMicros(last.micros),
    bid: price(last.ticks - 1),
    ask: price(last.ticks + 1),
    volume: shortText(day?.lots ?? 0, listing.lotDecimals),
  })
}
