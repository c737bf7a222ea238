import type { Listing } from '../listings.ts'
import { aggTrades, filters, klines, recentTrades, serverTime, ticker } from './binance-calls.ts'
import { fixedWeight, type Route, serveRoutes } from './binance-rest.ts'
import type { House, RestCall, RestReply } from './dialect.ts'

const WEIGHT_PER_MINUTE = 2_400

const ROUTES: Readonly<Record<string, Route>> = {
  '/fapi/v1/ping': { weight: fixedWeight(1), run: () => ({}) },
  '/fapi/v1/time': { weight: fixedWeight(1), run: serverTime },
  '/fapi/v1/exchangeInfo': { weight: fixedWeight(1), run: exchangeInfo },
  '/fapi/v1/trades': { weight: fixedWeight(5), run: recentTrades },
  '/fapi/v1/aggTrades': { weight: fixedWeight(20), run: aggTrades },
  '/fapi/v1/ticker/24hr': { weight: (query) => (query.has('symbol') ? 1 : 40), run: ticker },
  '/fapi/v1/klines': { weight: barWeight, run: klines },
}

/** The public REST calls of Binance USD-M; single trades by id need a key there. */
export const binanceusdmRest = (house: House): ((call: RestCall) => RestReply) =>
  serveRoutes(house, ROUTES, WEIGHT_PER_MINUTE)

function barWeight(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? 500)
  if (limit < 100) return 1
  if (limit < 500) return 2
  return limit <= 1_000 ? 5 : 10
}

/** All symbols, whatever is asked; contracts with a day of delivery among them, which are not simulated further. */
function exchangeInfo(house: House): unknown {
  const [first] = house.listings
  return {
    timezone: 'UTC',
    serverTime: house.nowMs(),
    futuresType: 'U_MARGINED',
    rateLimits: [
      {
        rateLimitType: 'REQUEST_WEIGHT',
        interval: 'MINUTE',
        intervalNum: 1,
        limit: WEIGHT_PER_MINUTE,
      },
    ],
    exchangeFilters: [],
    symbols: [
      ...house.listings.map((listing) => contract(listing, 'PERPETUAL', listing.venueSymbol)),
      ...(first === undefined
        ? []
        : [contract(first, 'CURRENT_QUARTER', `${first.venueSymbol}_261225`)]),
    ],
  }
}

const contract = (listing: Listing, contractType: string, symbol: string): unknown => ({
  symbol,
  pair: listing.venueSymbol,
  contractType,
  deliveryDate: contractType === 'PERPETUAL' ? 4_133_404_800_000 : 1_798_185_600_000,
  onboardDate: 1_569_398_400_000,
  status: 'TRADING',
  baseAsset: listing.base,
  quoteAsset: listing.quote,
  marginAsset: listing.quote,
  pricePrecision: listing.priceDecimals,
  quantityPrecision: listing.lotDecimals,
  baseAssetPrecision: 8,
  quotePrecision: 8,
  underlyingType: 'COIN',
  filters: filters(listing),
})
