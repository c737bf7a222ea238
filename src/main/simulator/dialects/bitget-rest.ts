import { shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { joinBars } from '../minute-bars.ts'
import type { MarketTape, Match } from '../tape.ts'
import { SlidingWindow } from '../window.ts'
import { barTexts } from './bar-text.ts'
import { row } from './bitget-rows.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'
import { limitIn, pointIn } from './query.ts'

const WINDOW_MS = 1_000
const DAY_MS = 86_400_000
const RETENTION_MS = 90 * DAY_MS
const LONGEST_RANGE_MS = 7 * DAY_MS

const GRANULARITIES: Readonly<Record<string, number>> = {
  '1min': 60_000,
  '5min': 300_000,
  '15min': 900_000,
  '30min': 1_800_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1Dutc': DAY_MS,
}

/** A refusal with the venue's code, HTTP 400. */
class Refusal extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

interface Route {
  /** Requests a second. */
  readonly limit: number
  run(house: House, query: URLSearchParams): unknown
}

const ROUTES: Readonly<Record<string, Route>> = {
  '/api/v2/public/time': {
    limit: 20,
    run: (house) => ({ serverTime: String(house.nowMs()) }),
  },
  '/api/v2/spot/public/symbols': { limit: 20, run: symbols },
  '/api/v2/spot/market/fills': { limit: 10, run: fills },
  '/api/v2/spot/market/fills-history': { limit: 10, run: fillsHistory },
  '/api/v2/spot/market/tickers': { limit: 20, run: tickers },
  '/api/v2/spot/market/candles': {
    limit: 20,
    run: (house, query) => candles(house, query, 1_000),
  },
  '/api/v2/spot/market/history-candles': {
    limit: 20,
    run: (house, query) => candles(house, query, 200),
  },
}

const envelope = (house: House, code: string, msg: string, data: unknown, status = 200) =>
  json({ code, msg, requestTime: house.nowMs(), data }, status)

export const bitgetRefusal = (status: number): RestReply =>
  json({ code: String(status), msg: 'Too Many Requests', data: null }, status)

/** The public REST calls of Bitget v2, which serves both socket versions. */
export function bitgetRest(house: House): (call: RestCall) => RestReply {
  const windows = new Map<string, SlidingWindow>()
  return ({ path, query }) => {
    const route = ROUTES[path]
    if (route === undefined) return envelope(house, '40404', 'Request URL NOT FOUND', null, 404)
    const window = windows.get(path) ?? new SlidingWindow(route.limit, WINDOW_MS)
    windows.set(path, window)
    if (!window.take(house.time.monotonic())) return bitgetRefusal(429)
    try {
      return envelope(house, '00000', 'success', route.run(house, query))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return envelope(house, error.code, error.message, null, 400)
    }
  }
}

function tapeIn(house: House, query: URLSearchParams): MarketTape {
  const symbol = query.get('symbol') ?? ''
  const listing = house.find(symbol)
  if (listing === undefined) throw new Refusal('40034', `Parameter ${symbol} does not exist`)
  return house.tape(listing)
}

function limit(query: URLSearchParams, usual: number, most: number): number {
  const value = limitIn(query, usual, most)
  if (value === null) throw new Refusal('40017', 'Parameter verification failed limit')
  return value
}

function point(query: URLSearchParams, name: string): bigint | undefined {
  const value = pointIn(query, name)
  if (value === null) throw new Refusal('40017', `Parameter verification failed ${name}`)
  return value
}

function symbols(house: House, query: URLSearchParams): unknown {
  const listings = query.has('symbol') ? [tapeIn(house, query).listing] : house.listings
  return listings.map((listing) => ({
    symbol: listing.venueSymbol,
    baseCoin: listing.base,
    quoteCoin: listing.quote,
    minTradeAmount: '0',
    pricePrecision: String(listing.priceDecimals),
    quantityPrecision: String(listing.lotDecimals),
    quotePrecision: String(listing.priceDecimals + listing.lotDecimals),
    status: 'online',
  }))
}

function tradeRow(listing: Listing, match: Match, ms: number, side: string): unknown {
  const { id, price, qty } = row(listing, match)
  return { symbol: listing.venueSymbol, tradeId: id, side, price, size: qty, ts: String(ms) }
}

/** Newest first, times in ms. */
function fills(house: House, query: URLSearchParams): unknown {
  const tape = tapeIn(house, query)
  const rows = tape.slice(tape.end - limit(query, 100, 500), tape.end).toReversed()
  return rows.map((match) =>
    tradeRow(tape.listing, match, Math.floor(match.micros / 1_000), match.buy ? 'buy' : 'sell'),
  )
}

/** Newest first, older than `idLessThan`; times in whole seconds and the side in capitals. */
function fillsHistory(house: House, query: URLSearchParams): unknown {
  const tape = tapeIn(house, query)
  const most = limit(query, 500, 1_000)
  const below = point(query, 'idLessThan')
  const now = house.nowMs()
  const to = Number(point(query, 'endTime') ?? now + 1_000)
  const from = Number(point(query, 'startTime') ?? to - LONGEST_RANGE_MS)
  if (to - from > LONGEST_RANGE_MS)
    throw new Refusal('40020', 'Parameter startTime or endTime error: at most 7 days')
  const oldest = Math.max(from, now - RETENTION_MS) * 1_000
  const first = tape.search(({ micros }) => micros >= oldest)
  const until = tape.search(({ micros }) => micros > to * 1_000 + 999)
  const before = below === undefined ? tape.end : tape.search(({ id }) => id >= below)
  const end = Math.min(until, before)
  const rows = tape.slice(Math.max(first, end - most), end).toReversed()
  return rows.map((match) =>
    tradeRow(
      tape.listing,
      match,
      Math.floor(match.micros / 1_000_000) * 1_000,
      match.buy ? 'Buy' : 'Sell',
    ),
  )
}

function tickers(house: House, query: URLSearchParams): unknown {
  const tapes = query.has('symbol') ? [tapeIn(house, query)] : house.listings.map(house.tape)
  const now = house.nowMs()
  return tapes.map((tape) => {
    const { listing } = tape
    const day = tape.bars.day(now)
    if (day === undefined) return { symbol: listing.venueSymbol, ts: String(now) }
    const { open, high, low, close, volume } = barTexts(listing, day, null)
    const price = (ticks: number): string => shortText(Math.max(1, ticks), listing.priceDecimals)
    return {
      symbol: listing.venueSymbol,
      open,
      high24h: high,
      low24h: low,
      lastPr: close,
      baseVolume: volume,
      quoteVolume: shortText(day.quote, listing.priceDecimals + listing.lotDecimals),
      bidPr: price(day.close - 1),
      askPr: price(day.close + 1),
      ts: String(now),
    }
  })
}

/** Oldest first: `[ts,open,high,low,close,base,usdt,quote]`. */
function candles(house: House, query: URLSearchParams, most: number): unknown {
  const tape = tapeIn(house, query)
  const interval = GRANULARITIES[query.get('granularity') ?? '']
  if (interval === undefined)
    throw new Refusal('40017', 'Parameter verification failed granularity')
  const from = Number(point(query, 'startTime') ?? 0n)
  const to = Number(point(query, 'endTime') ?? BigInt(Number.MAX_SAFE_INTEGER))
  const { listing } = tape
  return joinBars(tape.bars.upTo(house.nowMs()), interval)
    .filter(({ openTime }) => openTime >= from && openTime < to)
    .slice(-limit(query, 100, most))
    .map((bar) => {
      const { open, high, low, close, volume } = barTexts(listing, bar, null)
      const quote = shortText(bar.quote, listing.priceDecimals + listing.lotDecimals)
      return [String(bar.openTime), open, high, low, close, volume, quote, quote]
    })
}
