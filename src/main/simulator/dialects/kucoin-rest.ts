import { shortText, stepText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { joinBars } from '../minute-bars.ts'
import type { MarketTape } from '../tape.ts'
import { barTexts } from './bar-text.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'
import { nanosText, row } from './kucoin-rows.ts'
import type { KucoinTickets } from './kucoin-tickets.ts'
import { objectText } from './number-text.ts'
import { pointIn } from './query.ts'

/** Weight of all public calls of one address, and the time in which it may be spent. */
const POOL = 2_000
const POOL_MS = 30_000
export const BULLET = '/api/v1/bullet-public'
const PING_INTERVAL_MS = 18_000
const PING_TIMEOUT_MS = 10_000
const MOST_TRADES = 100
const MOST_BARS = 1_500
/** Bars where neither end is named. */
const USUAL_BARS = 100

const TYPES: Readonly<Record<string, number>> = {
  '1min': 60_000,
  '3min': 180_000,
  '5min': 300_000,
  '15min': 900_000,
  '30min': 1_800_000,
  '1hour': 3_600_000,
  '4hour': 14_400_000,
  '1day': 86_400_000,
}

/** A refusal with the venue's code. */
class Refusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

interface Route {
  readonly weight: number
  /** `data` as JSON text. */
  run(house: House, query: URLSearchParams): string
}

const ROUTES: Readonly<Record<string, Route>> = {
  '/api/v1/timestamp': { weight: 3, run: (house) => String(house.nowMs()) },
  '/api/v2/symbols': { weight: 4, run: (house) => JSON.stringify(house.listings.map(symbolOf)) },
  '/api/v1/market/histories': { weight: 3, run: histories },
  '/api/v1/market/stats': {
    weight: 15,
    run: (house, query) =>
      JSON.stringify({ time: house.nowMs(), ...statsOf(house, tapeIn(house, query)) }),
  },
  '/api/v1/market/allTickers': {
    weight: 15,
    run: (house) =>
      JSON.stringify({
        time: house.nowMs(),
        ticker: house.listings.map((listing) => ({
          symbolName: listing.venueSymbol,
          ...statsOf(house, house.tape(listing)),
        })),
      }),
  },
  '/api/v1/market/candles': { weight: 3, run: candles },
}

const TOO_MANY = 'Too many requests in a short period of time, please retry later'

export const kucoinRefusal = (status: number): RestReply =>
  json({ code: status === 429 ? '429000' : `${status}000`, msg: TOO_MANY }, status)

/** The public REST calls of KuCoin: `{"code":"200000","data":…}`. */
export function kucoinRest(
  house: House,
  tickets: KucoinTickets,
  wsPath: string,
): (call: RestCall) => RestReply {
  let since = Number.NEGATIVE_INFINITY
  let left = POOL
  return ({ method, path, query }) => {
    const now = house.time.monotonic()
    const bullet = path === BULLET && method === 'POST'
    const route = bullet
      ? { weight: 10, run: () => ticketOf(house, tickets, wsPath) }
      : ROUTES[path]
    if (route === undefined)
      return json({ code: '404', msg: 'Not Found', retry: false, success: false }, 404)
    if (now - since >= POOL_MS) {
      since = now
      left = POOL
    }
    const reset = String(Math.ceil(since + POOL_MS - now))
    const headers = { 'gw-ratelimit-limit': String(POOL), 'gw-ratelimit-reset': reset }
    if (left < route.weight)
      return { ...kucoinRefusal(429), headers: { ...headers, 'gw-ratelimit-remaining': '0' } }
    left -= route.weight
    const told = { ...headers, 'gw-ratelimit-remaining': String(left) }
    try {
      const body = `{"code":"200000","data":${route.run(house, query)}}`
      return { ...json(null, 200, told), body }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return json({ code: error.code, msg: error.message }, 400, told)
    }
  }
}

function ticketOf(house: House, tickets: KucoinTickets, wsPath: string): string {
  return JSON.stringify({
    token: tickets.issue(house.time.monotonic()),
    instanceServers: [
      {
        endpoint: `ws://${house.address}${wsPath}`,
        encrypt: false,
        protocol: 'websocket',
        pingInterval: PING_INTERVAL_MS,
        pingTimeout: PING_TIMEOUT_MS,
      },
    ],
  })
}

function tapeIn(house: House, query: URLSearchParams): MarketTape {
  const listing = house.find(query.get('symbol') ?? '')
  if (listing === undefined) throw new Refusal('400100', 'This pair is not provided at present')
  return house.tape(listing)
}

function symbolOf(listing: Listing): unknown {
  return {
    symbol: listing.venueSymbol,
    name: listing.venueSymbol,
    baseCurrency: listing.base,
    quoteCurrency: listing.quote,
    feeCurrency: listing.quote,
    market: listing.quote,
    baseMinSize: stepText(listing.lotDecimals),
    baseIncrement: stepText(listing.lotDecimals),
    quoteIncrement: stepText(listing.priceDecimals),
    priceIncrement: stepText(listing.priceDecimals),
    enableTrading: true,
  }
}

/** The newest 100, oldest of them first; the time is a number of 19 digits. */
function histories(house: House, query: URLSearchParams): string {
  const tape = tapeIn(house, query)
  const rows = tape.slice(tape.end - MOST_TRADES, tape.end).map((match) => {
    const sent = row(tape.listing, match)
    return objectText({
      sequence: `"${sent.id}"`,
      price: `"${sent.price}"`,
      size: `"${sent.qty}"`,
      side: match.buy ? '"buy"' : '"sell"',
      time: nanosText(match.micros),
    })
  })
  return `[${rows.join(',')}]`
}

function statsOf(house: House, tape: MarketTape): Readonly<Record<string, string>> {
  const { listing } = tape
  const symbol = listing.venueSymbol
  const day = tape.bars.day(house.nowMs())
  if (day === undefined) return { symbol, vol: '0', volValue: '0' }
  const { high, low, close, volume } = barTexts(listing, day, null)
  const price = (ticks: number): string => shortText(Math.max(1, ticks), listing.priceDecimals)
  const change = day.close - day.open
  const sign = change < 0 ? '-' : ''
  return {
    symbol,
    buy: price(day.close - 1),
    sell: price(day.close + 1),
    changeRate: (change / day.open).toFixed(4),
    changePrice: sign + shortText(Math.abs(change), listing.priceDecimals),
    high,
    low,
    vol: volume,
    volValue: shortText(day.quote, listing.priceDecimals + listing.lotDecimals),
    last: close,
  }
}

/** Newest first: `[t, open, close, high, low, volume, turnover]`, the close second; empty minutes are absent. */
function candles(house: House, query: URLSearchParams): string {
  const tape = tapeIn(house, query)
  const interval = TYPES[query.get('type') ?? '']
  if (interval === undefined) throw new Refusal('400100', 'Incorrect candlestick type.')
  const start = pointIn(query, 'startAt')
  const end = pointIn(query, 'endAt')
  if (start === null || end === null) throw new Refusal('400100', 'Invalid startAt or endAt')
  const from = Number(start ?? 0n) * 1_000
  const to = end === undefined || end === 0n ? Number.POSITIVE_INFINITY : Number(end) * 1_000
  const { listing } = tape
  const traded = tape.bars.upTo(house.nowMs()).filter(({ trades }) => trades > 0)
  const rows = joinBars(traded, interval)
    .filter(({ openTime }) => openTime >= from && openTime < to)
    .slice(-(start === undefined && end === undefined ? USUAL_BARS : MOST_BARS))
    .toReversed()
    .map((bar) => {
      const { open, high, low, close, volume } = barTexts(listing, bar, null)
      const turnover = shortText(bar.quote, listing.priceDecimals + listing.lotDecimals)
      return [String(bar.openTime / 1_000), open, close, high, low, volume, turnover]
    })
  return JSON.stringify(rows)
}
