import {
  aggTrades,
  filters,
  historicalTrades,
  klines,
  listingNamed,
  Refusal,
  recentTrades,
  serverTime,
  ticker,
} from './binance-calls.ts'
import { WeightBudget } from './binance-weight.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'

const WEIGHT_PER_MINUTE = 6_000

/** The public REST calls of Binance spot with their weights. */
export const binanceRest = (house: House): ((call: RestCall) => RestReply) =>
  serveRoutes(house, ROUTES, WEIGHT_PER_MINUTE)

/** Answers calls by path, within a budget of weight. */
export function serveRoutes(
  house: House,
  routes: Readonly<Record<string, Route>>,
  weightPerMinute: number,
): (call: RestCall) => RestReply {
  const budget = new WeightBudget(house, weightPerMinute)
  return (call) => {
    const answer = routes[call.path]
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

export interface Route {
  weight(query: URLSearchParams): number
  run(house: House, call: RestCall): unknown
}

export const fixedWeight = (weight: number) => () => weight

const ROUTES: Readonly<Record<string, Route>> = {
  '/api/v3/ping': { weight: fixedWeight(1), run: () => ({}) },
  '/api/v3/time': { weight: fixedWeight(1), run: serverTime },
  '/api/v3/exchangeInfo': { weight: fixedWeight(20), run: exchangeInfo },
  '/api/v3/trades': { weight: fixedWeight(25), run: recentTrades },
  '/api/v3/historicalTrades': { weight: fixedWeight(25), run: historicalTrades },
  '/api/v3/aggTrades': { weight: fixedWeight(4), run: aggTrades },
  '/api/v3/ticker/24hr': {
    weight: (query) => (query.has('symbol') ? 2 : query.has('symbols') ? 40 : 80),
    run: ticker,
  },
  '/api/v3/klines': { weight: fixedWeight(2), run: klines },
}

function exchangeInfo(house: House, call: RestCall): unknown {
  const one = call.query.get('symbol')
  const listings = one === null ? house.listings : [listingNamed(house, one)]
  return {
    timezone: 'UTC',
    serverTime: house.nowMs(),
    rateLimits: [
      {
        rateLimitType: 'REQUEST_WEIGHT',
        interval: 'MINUTE',
        intervalNum: 1,
        limit: WEIGHT_PER_MINUTE,
      },
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
      filters: filters(listing),
    })),
  }
}
