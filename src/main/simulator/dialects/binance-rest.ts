import { stepText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { type Bar, joinBars, MinuteBars } from '../minute-bars.ts'
import type { MarketTape, Match } from '../tape.ts'
import { barTexts } from './bar-text.ts'
import { aggregate, FIRST_AGGREGATE, groups, quoteText } from './binance-rows.ts'
import { WeightBudget } from './binance-weight.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'

const MOST_ROWS = 1_000

const INTERVALS: Readonly<Record<string, number>> = {
  '1s': 1_000,
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
}

/** A request that the venue refuses: HTTP 400 with one of its codes. */
class Refusal extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** The public REST calls of Binance spot with their weights. */
export function binanceRest(house: House): (call: RestCall) => RestReply {
  const budget = new WeightBudget(house)
  return (call) => {
    const answer = ROUTES[call.path]
    if (answer === undefined)
      return {
        status: 404,
        headers: { 'content-type': 'text/html' },
        body: '<html>\n<body><h2>404 Not found</h2></body>\n</html>\n',
      }
    const refused = budget.spend(answer.weight(call.query))
    if (refused !== undefined) return refused
    try {
      return json(answer.run(house, call), 200, budget.headers())
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return json({ code: error.code, msg: error.message }, 400, budget.headers())
    }
  }
}

interface Route {
  weight(query: URLSearchParams): number
  run(house: House, call: RestCall): unknown
}

const fixedWeight = (weight: number) => () => weight

const ROUTES: Readonly<Record<string, Route>> = {
  '/api/v3/ping': { weight: fixedWeight(1), run: () => ({}) },
  '/api/v3/time': {
    weight: fixedWeight(1),
    run: (house, call) => ({ serverTime: timeIn(call)(house.nowMicros()) }),
  },
  '/api/v3/exchangeInfo': { weight: fixedWeight(20), run: exchangeInfo },
  '/api/v3/trades': {
    weight: fixedWeight(25),
    run: (house, call) => {
      const tape = tapeIn(house, call)
      const limit = limitIn(call)
      return tradeRows(tape, tape.slice(tape.end - limit, tape.end), call)
    },
  },
  '/api/v3/historicalTrades': { weight: fixedWeight(25), run: historicalTrades },
  '/api/v3/aggTrades': { weight: fixedWeight(4), run: aggTrades },
  '/api/v3/ticker/24hr': {
    weight: (query) => (query.has('symbol') ? 2 : query.has('symbols') ? 40 : 80),
    run: ticker,
  },
  '/api/v3/klines': { weight: fixedWeight(2), run: klines },
}

/** Epoch ms, or µs if the client asked for them. */
function timeIn(call: RestCall): (micros: number) => number {
  const unit = call.header('x-mbx-time-unit')?.toUpperCase()
  return unit === 'MICROSECOND' ? (micros) => micros : (micros) => Math.floor(micros / 1_000)
}

function listingNamed(house: House, symbol: string | null): Listing {
  if (symbol === null || symbol === '')
    throw new Refusal(
      -1_102,
      "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
    )
  const listing = house.find(symbol)
  if (listing === undefined) throw new Refusal(-1_121, 'Invalid symbol.')
  return listing
}

const tapeIn = (house: House, call: RestCall): MarketTape =>
  house.tape(listingNamed(house, call.query.get('symbol')))

function wholeIn(call: RestCall, name: string): number | undefined {
  const text = call.query.get(name)
  if (text === null) return undefined
  if (!/^-?\d{1,16}$/.test(text))
    throw new Refusal(
      -1_100,
      `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`,
    )
  return Number(text)
}

function limitIn(call: RestCall): number {
  const limit = wholeIn(call, 'limit') ?? 500
  if (limit < 1) throw new Refusal(-1_130, "Data sent for parameter 'limit' is not valid.")
  return Math.min(limit, MOST_ROWS)
}

function exchangeInfo(house: House, call: RestCall): unknown {
  const one = call.query.get('symbol')
  const listings = one === null ? house.listings : [listingNamed(house, one)]
  return {
    timezone: 'UTC',
    serverTime: house.nowMs(),
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6_000 },
      { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300_000 },
    ],
    exchangeFilters: [],
    symbols: listings.map((listing) => ({
      symbol: listing.venueSymbol,
      status: 'TRADING',
      baseAsset: listing.base,
      baseAssetPrecision: 8,
      quoteAsset: listing.quote,
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      isSpotTradingAllowed: true,
      filters: [
        filter('PRICE_FILTER', listing.priceDecimals, 'minPrice', 'maxPrice', 'tickSize'),
        filter('LOT_SIZE', listing.lotDecimals, 'minQty', 'maxQty', 'stepSize'),
      ],
    })),
  }
}

function filter(filterType: string, decimals: number, least: string, most: string, step: string) {
  const size = stepText(decimals)
  const text = size.includes('.') ? size.padEnd(10, '0') : `${size}.00000000`
  return { filterType, [least]: text, [most]: '10000000.00000000', [step]: text }
}

function tradeRows(tape: MarketTape, matches: readonly Match[], call: RestCall): unknown {
  const time = timeIn(call)
  const { listing } = tape
  return matches.map((match) => {
    const { price, qty } = aggregate(listing, [match])
    return {
      id: Number(match.id),
      price,
      qty,
      quoteQty: quoteText(BigInt(match.ticks) * BigInt(match.lots), listing),
      time: time(match.micros),
      isBuyerMaker: !match.buy,
      isBestMatch: true,
    }
  })
}

function historicalTrades(house: House, call: RestCall): unknown {
  const tape = tapeIn(house, call)
  const limit = limitIn(call)
  const fromId = wholeIn(call, 'fromId')
  const from =
    fromId === undefined ? tape.end - limit : tape.search((match) => match.id >= BigInt(fromId))
  return tradeRows(tape, tape.slice(from, from + limit), call)
}

function aggTrades(house: House, call: RestCall): unknown {
  const tape = tapeIn(house, call)
  const limit = limitIn(call)
  const time = timeIn(call)
  const fromId = wholeIn(call, 'fromId')
  const start = wholeIn(call, 'startTime')
  const end = wholeIn(call, 'endTime')
  const until =
    end === undefined ? tape.end : tape.search((match) => match.micros >= (end + 1) * 1_000)
  let from = tape.first
  if (fromId !== undefined) from = tape.search((match) => match.group >= fromId - FIRST_AGGREGATE)
  else if (start !== undefined) from = tape.search((match) => match.micros >= start * 1_000)
  const latest = fromId === undefined && start === undefined
  // An aggregate holds 60 matches at most, so this stretch holds `limit` aggregates.
  const matches = latest
    ? tape.slice(Math.max(from, until - limit * 60), until)
    : tape.slice(from, Math.min(until, from + limit * 60))
  const all = groups(matches)
  return (latest ? all.slice(-limit) : all.slice(0, limit)).map((group) => {
    const { id, price, qty, micros, buy } = aggregate(tape.listing, group)
    const last = Number(group.at(-1)?.id ?? 0n)
    const first = Number(group[0]?.id ?? 0n)
    return { a: Number(id), p: price, q: qty, f: first, l: last, T: time(micros), m: !buy, M: true }
  })
}

function ticker(house: House, call: RestCall): unknown {
  const one = call.query.get('symbol')
  if (one !== null) return dayOf(house, listingNamed(house, one))
  const some = call.query.get('symbols')
  if (some === null) return house.listings.map((listing) => dayOf(house, listing))
  const names: unknown = /^\[.*\]$/.test(some) ? JSON.parse(some) : []
  const listed = Array.isArray(names) ? (names as readonly unknown[]) : []
  return listed.map((name) => dayOf(house, listingNamed(house, String(name))))
}

function dayOf(house: House, listing: Listing): unknown {
  const tape = house.tape(listing)
  const now = house.nowMs()
  const day = tape.bars.day(now)
  const last = tape.last()
  if (day === undefined) return { symbol: listing.venueSymbol, count: 0 }
  const texts = barTexts(listing, day, 8)
  const change = day.close - day.open
  const average = day.lots === 0 ? 0 : Number(day.quote / BigInt(day.lots))
  const sign = change < 0 ? '-' : ''
  const lastId = Number(last?.id ?? 0n)
  return {
    symbol: listing.venueSymbol,
    priceChange: sign + barTexts(listing, { ...day, open: Math.abs(change) }, 8).open,
    priceChangePercent: ((change / day.open) * 100).toFixed(3),
    weightedAvgPrice: barTexts(listing, { ...day, open: average }, 8).open,
    lastPrice: texts.close,
    lastQty: last === undefined ? '0' : aggregate(listing, [last]).qty,
    openPrice: texts.open,
    highPrice: texts.high,
    lowPrice: texts.low,
    volume: texts.volume,
    quoteVolume: quoteText(day.quote, listing),
    openTime: now - 86_400_000,
    closeTime: now,
    firstId: lastId - day.trades + 1,
    lastId,
    count: day.trades,
  }
}

function klines(house: House, call: RestCall): unknown {
  const tape = tapeIn(house, call)
  const limit = limitIn(call)
  const interval = INTERVALS[call.query.get('interval') ?? '']
  if (interval === undefined) throw new Refusal(-1_120, 'Invalid interval.')
  const from = wholeIn(call, 'startTime')
  const to = wholeIn(call, 'endTime') ?? Number.POSITIVE_INFINITY
  const time = timeIn(call)
  const all = interval === 1_000 ? seconds(tape) : joinBars(tape.bars.upTo(house.nowMs()), interval)
  const bars = all.filter((bar) => bar.openTime >= (from ?? 0) && bar.openTime <= to)
  const chosen = from === undefined ? bars.slice(-limit) : bars.slice(0, limit)
  return chosen.map((bar) => {
    const texts = barTexts(tape.listing, bar, 8)
    return [
      time(bar.openTime * 1_000),
      texts.open,
      texts.high,
      texts.low,
      texts.close,
      texts.volume,
      time((bar.openTime + interval) * 1_000 - 1),
      quoteText(bar.quote, tape.listing),
      bar.trades,
      texts.buyVolume,
      quoteText(bar.buyQuote, tape.listing),
      '0',
    ]
  })
}

/** Bars of one second with trades in them, of the latest trades only. */
function seconds(tape: MarketTape): readonly Bar[] {
  const found: Bar[] = []
  for (const match of tape.slice(tape.end - 20_000, tape.end)) {
    const openTime = Math.floor(match.micros / 1_000_000) * 1_000
    const one = new MinuteBars()
    one.add(openTime, match.ticks, match.lots, match.buy)
    for (const bar of one.upTo(openTime)) found.push({ ...bar, openTime })
  }
  return joinBars(found, 1_000)
}
