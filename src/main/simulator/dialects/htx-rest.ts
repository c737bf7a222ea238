import type { Listing } from '../listings.ts'
import { type Bar, joinBars } from '../minute-bars.ts'
import type { MarketTape } from '../tape.ts'
import { SlidingWindow } from '../window.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'
import { groupTexts, numberText } from './htx-rows.ts'
import { objectText } from './number-text.ts'
import { pointIn } from './query.ts'

const REQUESTS = 10
const WINDOW_MS = 1_000
const MOST_ROWS = 2_000
const USUAL_BARS = 150

const PERIODS: Readonly<Record<string, number>> = {
  '1min': 60_000,
  '5min': 300_000,
  '15min': 900_000,
  '30min': 1_800_000,
  '60min': 3_600_000,
  '4hour': 14_400_000,
  '1day': 86_400_000,
}

/** A refusal with the venue's words; it comes with HTTP 200. */
class Refusal extends Error {}

/** Fields of the answer besides `status`, as JSON texts. */
type Fields = Readonly<Record<string, string | number>>
type Route = (house: House, query: URLSearchParams) => Fields

const ROUTES: Readonly<Record<string, Route>> = {
  '/v1/common/timestamp': (house) => ({ data: house.nowMs() }),
  '/v1/common/symbols': (house) => ({ data: JSON.stringify(house.listings.map(symbolOf)) }),
  '/market/history/trade': (house, query) => {
    const tape = tapeIn(house, query)
    const groups = groupTexts(tape, sizeIn(query, 1))
    return { ...told(house, tape, 'trade.detail'), data: `[${groups.join(',')}]` }
  },
  '/market/detail/merged': merged,
  '/market/tickers': tickers,
  '/market/history/kline': klines,
}

const errorText = (house: House, code: string, message: string): string =>
  JSON.stringify({
    ts: house.nowMs(),
    status: 'error',
    'err-code': code,
    'err-msg': message,
    data: null,
  })

export const htxRefusal =
  (house: House) =>
  (status: number): RestReply => ({
    ...json(null, status),
    body: errorText(house, 'too-many-request', 'too many request'),
  })

/** The public REST calls of HTX: `{"status":"ok",…}`, errors with HTTP 200. */
export function htxRest(house: House): (call: RestCall) => RestReply {
  const window = new SlidingWindow(REQUESTS, WINDOW_MS)
  let since = Number.NEGATIVE_INFINITY
  let used = 0
  return ({ path, query }) => {
    const route = ROUTES[path]
    if (route === undefined)
      return { ...json(null, 404), body: errorText(house, 'bad-request', 'not found') }
    const now = house.time.monotonic()
    if (now - since >= WINDOW_MS) {
      since = now
      used = 0
    }
    used += 1
    const headers = {
      'x-hb-ratelimit-requests-remain': String(Math.max(0, REQUESTS - used)),
      'x-hb-ratelimit-requests-expire': String(house.nowMs() + WINDOW_MS),
    }
    if (!window.take(now)) return { ...htxRefusal(house)(429), headers }
    try {
      const body = objectText({ status: '"ok"', ...route(house, query) })
      return { ...json(null, 200, headers), body }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const body = errorText(house, 'invalid-parameter', error.message)
      return { ...json(null, 200, headers), body }
    }
  }
}

/** What answers about one market begin with. */
const told = (house: House, { listing }: MarketTape, topic: string): Fields => ({
  ch: `"market.${listing.venueSymbol}.${topic}"`,
  ts: house.nowMs(),
})

function tapeIn(house: House, query: URLSearchParams): MarketTape {
  const listing = house.find(query.get('symbol') ?? '')
  if (listing === undefined) throw new Refusal('invalid symbol')
  return house.tape(listing)
}

function sizeIn(query: URLSearchParams, usual: number): number {
  const size = pointIn(query, 'size')
  if (size === undefined) return usual
  if (size === null || size < 1n || size > MOST_ROWS) throw new Refusal('invalid size')
  return Number(size)
}

const symbolOf = (listing: Listing): unknown => ({
  'base-currency': listing.base.toLowerCase(),
  'quote-currency': listing.quote.toLowerCase(),
  'price-precision': listing.priceDecimals,
  'amount-precision': listing.lotDecimals,
  'symbol-partition': 'main',
  symbol: listing.venueSymbol,
  state: 'online',
  'value-precision': Math.min(8, listing.priceDecimals + listing.lotDecimals),
  'api-trading': 'enabled',
})

/** `amount` is the volume in base units, `vol` in quote units. */
function barFields(listing: Listing, bar: Bar): Fields {
  const price = (ticks: number): string => numberText(ticks, listing.priceDecimals)
  return {
    open: price(bar.open),
    close: price(bar.close),
    low: price(bar.low),
    high: price(bar.high),
    amount: numberText(bar.lots, listing.lotDecimals),
    vol: numberText(bar.quote, listing.priceDecimals + listing.lotDecimals),
    count: bar.trades,
  }
}

function touch(listing: Listing, bar: Bar): { bid: string; ask: string } {
  const price = (ticks: number): string => numberText(Math.max(1, ticks), listing.priceDecimals)
  return { bid: price(bar.close - 1), ask: price(bar.close + 1) }
}

function merged(house: House, query: URLSearchParams): Fields {
  const tape = tapeIn(house, query)
  const day = tape.bars.day(house.nowMs())
  if (day === undefined) return { ...told(house, tape, 'detail.merged'), tick: 'null' }
  const { bid, ask } = touch(tape.listing, day)
  const id = house.nowMs()
  const tick = {
    id,
    version: id,
    ...barFields(tape.listing, day),
    bid: `[${bid},1.0]`,
    ask: `[${ask},1.0]`,
  }
  return { ...told(house, tape, 'detail.merged'), tick: objectText(tick) }
}

function tickers(house: House): Fields {
  const rows = house.listings.flatMap((listing) => {
    const day = house.tape(listing).bars.day(house.nowMs())
    if (day === undefined) return []
    const { bid, ask } = touch(listing, day)
    const sides = { bid, bidSize: '1.0', ask, askSize: '1.0' }
    return objectText({ symbol: `"${listing.venueSymbol}"`, ...barFields(listing, day), ...sides })
  })
  return { ts: house.nowMs(), data: `[${rows.join(',')}]` }
}

/** Newest first; `id` is the opening time in seconds. */
function klines(house: House, query: URLSearchParams): Fields {
  const tape = tapeIn(house, query)
  const period = query.get('period') ?? ''
  const interval = PERIODS[period]
  if (interval === undefined) throw new Refusal('invalid period')
  const rows = joinBars(tape.bars.upTo(house.nowMs()), interval)
    .slice(-sizeIn(query, USUAL_BARS))
    .toReversed()
    .map((bar) => objectText({ id: bar.openTime / 1_000, ...barFields(tape.listing, bar) }))
  return { ...told(house, tape, `kline.${period}`), data: `[${rows.join(',')}]` }
}
