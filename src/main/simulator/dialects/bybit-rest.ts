import { fixedText, shortText, stepText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { joinBars } from '../minute-bars.ts'
import type { MarketTape } from '../tape.ts'
import { SlidingWindow } from '../window.ts'
import { barTexts } from './bar-text.ts'
import { row } from './bybit-rows.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'

const REQUESTS = 600
const WINDOW_MS = 5_000
/** Over the limit the address is refused for so long. */
const BAN_MS = 600_000

/** What is sold: each has its own socket, and REST asks for it by name. */
export type Category = 'spot' | 'linear'

/** [rows if not said, rows at most] of recent trades. */
const RECENT: Readonly<Record<Category, readonly [number, number]>> = {
  spot: [60, 60],
  linear: [500, 1_000],
}

/** Minutes by the venue's interval names. */
const INTERVALS: Readonly<Record<string, number>> = {
  '1': 1,
  '3': 3,
  '5': 5,
  '15': 15,
  '30': 30,
  '60': 60,
  '120': 120,
  '240': 240,
  D: 1_440,
}

/** `retCode` 10001 with HTTP 200, as for every wrong parameter. */
class Refusal extends Error {}

type Route = (house: House, query: URLSearchParams, category: Category) => unknown

const TIME = '/v5/market/time'

const ROUTES: Readonly<Record<string, Route>> = {
  [TIME]: (house) => ({
    timeSecond: String(Math.floor(house.nowMs() / 1_000)),
    timeNano: `${house.nowMicros()}000`,
  }),
  '/v5/market/instruments-info': instruments,
  '/v5/market/recent-trade': recentTrades,
  '/v5/market/tickers': (house, query, category) => {
    const one = query.get('symbol')
    const tapes = one === null ? house.listings.map(house.tape) : [tapeIn(house, query)]
    return { category, list: tapes.map((tape) => dayOf(house, tape)) }
  },
  '/v5/market/kline': klines,
}

/** The public REST calls of Bybit v5: `{"retCode":0,"retMsg":"OK","result":{…},"time":ms}`. */
export function bybitRest(house: House, category: Category): (call: RestCall) => RestReply {
  const window = new SlidingWindow(REQUESTS, WINDOW_MS)
  let bannedUntil = 0
  return ({ path, query }) => {
    const now = house.time.monotonic()
    if (now >= bannedUntil && !window.take(now)) bannedUntil = now + BAN_MS
    if (now < bannedUntil)
      return { status: 403, headers: { 'content-type': 'text/plain' }, body: 'access too frequent' }
    const route = ROUTES[path]
    if (route === undefined)
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found' }
    const envelope = (retCode: number, retMsg: string, result: unknown): RestReply =>
      json({ retCode, retMsg, result, retExtInfo: {}, time: house.nowMs() })
    try {
      if (path !== TIME) needCategory(query, category)
      return envelope(0, 'OK', route(house, query, category))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return envelope(10_001, error.message, {})
    }
  }
}

/** Without `category` the venue means its linear contracts; each simulated venue has one category only. */
function needCategory(query: URLSearchParams, category: Category): void {
  if ((query.get('category') ?? 'linear') !== category)
    throw new Refusal('params error: Category is invalid')
}

function tapeIn(house: House, query: URLSearchParams): MarketTape {
  const listing = house.find(query.get('symbol') ?? '')
  if (listing === undefined) throw new Refusal('Not supported symbols')
  return house.tape(listing)
}

function limitIn(query: URLSearchParams, usual: number, most: number): number {
  const text = query.get('limit')
  if (text === null || text === '') return usual
  if (!/^\d{1,9}$/.test(text)) throw new Refusal('params error: Limit is invalid')
  return Math.max(1, Math.min(most, Number(text)))
}

function instruments(house: House, query: URLSearchParams, category: Category): unknown {
  const listings = query.has('symbol') ? [tapeIn(house, query).listing] : house.listings
  if (category === 'spot') return { category, list: listings.map(pair) }
  const limit = limitIn(query, 500, 1_000)
  const from = Number(query.get('cursor') ?? 0)
  const next = from + limit < listings.length ? String(from + limit) : ''
  return { category, list: listings.slice(from, from + limit).map(contract), nextPageCursor: next }
}

const pair = (listing: Listing): unknown => ({
  symbol: listing.venueSymbol,
  baseCoin: listing.base,
  quoteCoin: listing.quote,
  innovation: '0',
  status: 'Trading',
  marginTrading: 'utaOnly',
  lotSizeFilter: {
    basePrecision: stepText(listing.lotDecimals),
    quotePrecision: '0.0000001',
    minOrderQty: stepText(listing.lotDecimals),
    maxOrderQty: '1000000',
    minOrderAmt: '5',
    maxOrderAmt: '8000000',
  },
  priceFilter: { tickSize: stepText(listing.priceDecimals) },
})

const contract = (listing: Listing): unknown => ({
  symbol: listing.venueSymbol,
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: listing.base,
  quoteCoin: listing.quote,
  settleCoin: listing.quote,
  launchTime: '1584230400000',
  deliveryTime: '0',
  priceScale: String(listing.priceDecimals),
  lotSizeFilter: {
    maxOrderQty: '1000000',
    minOrderQty: fixedText(listing.lotStep, listing.lotDecimals),
    qtyStep: fixedText(listing.lotStep, listing.lotDecimals),
    minNotionalValue: '5',
  },
  priceFilter: { tickSize: fixedText(listing.tickStep, listing.priceDecimals) },
})

/** Newest first; no way to ask for older ones. */
function recentTrades(house: House, query: URLSearchParams, category: Category): unknown {
  const tape = tapeIn(house, query)
  const { listing } = tape
  const limit = limitIn(query, ...RECENT[category])
  const list = tape
    .slice(tape.end - limit, tape.end)
    .toReversed()
    .map((match) => ({
      execId: row(listing, match).id,
      symbol: listing.venueSymbol,
      price: fixedText(match.ticks, listing.priceDecimals),
      size: shortText(match.lots, listing.lotDecimals),
      side: match.buy ? 'Buy' : 'Sell',
      time: String(Math.floor(match.micros / 1_000)),
      isBlockTrade: false,
      isRPITrade: false,
      seq: String(match.order),
    }))
  return { category, list }
}

function dayOf(house: House, tape: MarketTape): unknown {
  const { listing } = tape
  const day = tape.bars.day(house.nowMs())
  if (day === undefined) return { symbol: listing.venueSymbol }
  const { open, high, low, close, volume } = texts(listing, day)
  const price = (ticks: number): string => fixedText(Math.max(0, ticks), listing.priceDecimals)
  return {
    symbol: listing.venueSymbol,
    bid1Price: price(day.close - 1),
    bid1Size: '1',
    ask1Price: price(day.close + 1),
    ask1Size: '1',
    lastPrice: close,
    prevPrice24h: open,
    price24hPcnt: ((day.close - day.open) / day.open).toFixed(4),
    highPrice24h: high,
    lowPrice24h: low,
    turnover24h: shortText(day.quote, listing.priceDecimals + listing.lotDecimals),
    volume24h: volume,
    ...(listing.kind === 'spot'
      ? { usdIndexPrice: close }
      : { indexPrice: close, markPrice: close, openInterest: '1000', fundingRate: '0.0001' }),
  }
}

const texts = (listing: Listing, bar: Parameters<typeof barTexts>[1]) =>
  barTexts(listing, bar, null)

function klines(house: House, query: URLSearchParams, category: Category): unknown {
  const tape = tapeIn(house, query)
  const { listing } = tape
  const minutes = INTERVALS[query.get('interval') ?? '']
  if (minutes === undefined) throw new Refusal('Invalid period!')
  const limit = limitIn(query, 200, 1_000)
  const start = Number(query.get('start') ?? 0)
  const end = Number(query.get('end') ?? Number.POSITIVE_INFINITY)
  const list = joinBars(tape.bars.upTo(house.nowMs()), minutes * 60_000)
    .filter(({ openTime }) => openTime >= start && openTime <= end)
    .slice(-limit)
    .toReversed()
    .map((bar) => {
      const { open, high, low, close, volume } = texts(listing, bar)
      const turnover = shortText(bar.quote, listing.priceDecimals + listing.lotDecimals)
      return [String(bar.openTime), open, high, low, close, volume, turnover]
    })
  return { category, symbol: listing.venueSymbol, list }
}
