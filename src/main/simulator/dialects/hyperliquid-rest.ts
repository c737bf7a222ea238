import { floatText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { joinBars } from '../minute-bars.ts'
import type { MarketTape } from '../tape.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { isRecord, json, parseJson } from './dialect.ts'
import { SPOT_COINS } from './hyperliquid-markets.ts'
import { rowText } from './hyperliquid-rows.ts'

const WEIGHT_PER_MINUTE = 1_200
const USUAL_WEIGHT = 20
const SMALL_WEIGHT = 2
const RECENT_TRADES = 10
const MOST_CANDLES = 5_000

export const CANDLE_INTERVALS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '2h': 7_200_000,
  '4h': 14_400_000,
  '8h': 28_800_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
}

/** A body of no known shape (422) or about a coin that there is not (500). */
class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Text of the answer, and the weight of its rows. */
interface Answer {
  readonly text: string
  readonly weight?: number
}

interface Route {
  readonly weight: number
  run(house: House, fields: Fields): Answer
}

const plain = (body: unknown): Answer => ({ text: JSON.stringify(body) })

const ROUTES: Readonly<Record<string, Route>> = {
  meta: { weight: USUAL_WEIGHT, run: (house) => plain(meta(house)) },
  spotMeta: { weight: USUAL_WEIGHT, run: (house) => plain(spotMeta(house)) },
  metaAndAssetCtxs: {
    weight: USUAL_WEIGHT,
    run: (house) => plain([meta(house), [...perps(house).map(context(house)), DELISTED_CONTEXT]]),
  },
  spotMetaAndAssetCtxs: {
    weight: USUAL_WEIGHT,
    run: (house) => plain([spotMeta(house), spots(house).map(spotContext(house))]),
  },
  recentTrades: { weight: USUAL_WEIGHT, run: recentTrades },
  candleSnapshot: { weight: USUAL_WEIGHT, run: candles },
  exchangeStatus: {
    weight: SMALL_WEIGHT,
    run: (house) => plain({ specialStatuses: null, time: house.nowMs() }),
  },
  allMids: {
    weight: SMALL_WEIGHT,
    run: (house) =>
      plain(
        Object.fromEntries(
          house.listings.map((listing) => [listing.venueSymbol, lastPrice(house, listing)]),
        ),
      ),
  },
}

/** `POST /info`: what is asked stands in the body. 1,200 weight a minute. */
export function hyperliquidRest(house: House): (call: RestCall) => RestReply {
  let minute = -1
  let used = 0
  return ({ method, path, body }) => {
    if (path !== '/info') return { status: 404, body: '' }
    if (method !== 'POST') return { status: 405, body: '' }
    const now = Math.floor(house.time.monotonic() / 60_000)
    if (now !== minute) used = 0
    minute = now
    const fields = parseJson(body)
    const type = isRecord(fields) ? fields.type : undefined
    const route = typeof type === 'string' ? ROUTES[type] : undefined
    used += route?.weight ?? USUAL_WEIGHT
    if (used > WEIGHT_PER_MINUTE) return json(null, 429)
    try {
      if (route === undefined || !isRecord(fields)) throw unreadable()
      const { text, weight = 0 } = route.run(house, fields)
      used += weight
      return { status: 200, headers: { 'content-type': 'application/json' }, body: text }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const headers = { 'content-type': 'text/plain; charset=utf-8' }
      return { status: error.status, headers, body: error.message }
    }
  }
}

const unreadable = (): Refusal =>
  new Refusal(422, 'Failed to deserialize the JSON body into the target type')

function tapeOf(house: House, coin: unknown): MarketTape {
  if (typeof coin !== 'string') throw unreadable()
  const listing = house.find(coin)
  if (listing === undefined) throw new Refusal(500, 'null')
  return house.tape(listing)
}

const perps = (house: House): readonly Listing[] =>
  house.listings.filter(({ kind }) => kind !== 'spot')

/** A coin that is not traded any more stands in the list for ever. */
const DELISTED = { szDecimals: 1, name: 'MATIC', maxLeverage: 20, marginTableId: 20 }
const DELISTED_CONTEXT = {
  funding: '0.0',
  openInterest: '0.0',
  prevDayPx: '0.37621',
  dayNtlVlm: '0.0',
  premium: null,
  oraclePx: '0.3762',
  markPx: '0.3762',
  midPx: null,
  impactPxs: null,
  dayBaseVlm: '0.0',
}

const meta = (house: House): unknown => ({
  universe: [
    ...perps(house).map(({ venueSymbol, lotDecimals }) => ({
      szDecimals: lotDecimals,
      name: venueSymbol,
      maxLeverage: 40,
      marginTableId: 56,
    })),
    { ...DELISTED, isDelisted: true },
  ],
  marginTables: [],
  collateralToken: 0,
})

/** Spot markets with their names, in the order of the venue's list. */
const spots = (house: House) =>
  SPOT_COINS.flatMap((names) => {
    const listing = house.find(names.coin)
    return listing === undefined ? [] : [{ ...names, listing }]
  }).toSorted((one, other) => one.index - other.index)

/** `tokens` of a pair are places in the list of tokens; most pairs are named by index only. */
function spotMeta(house: House): unknown {
  const tokens = [
    { name: 'USDC', szDecimals: 8, weiDecimals: 8, fullName: null },
    ...SPOT_COINS.map(({ token, szDecimals, fullName }) => ({
      name: token,
      szDecimals,
      weiDecimals: szDecimals + 5,
      fullName,
    })),
  ].map((token, index) => ({
    ...token,
    index,
    tokenId: `0x${index.toString(16).padStart(32, '0')}`,
    isCanonical: token.name === 'USDC' || token.name === 'PURR',
    evmContract: null,
    deployerTradingFeeShare: '0.0',
  }))
  const universe = spots(house).map(({ coin, token, index }) => ({
    tokens: [tokens.findIndex(({ name }) => name === token), 0],
    name: coin,
    index,
    isCanonical: !coin.startsWith('@'),
  }))
  return { universe, tokens }
}

/** Latest price; before the first trade the close of the day's bars. */
function lastPrice(house: House, listing: Listing): string {
  const tape = house.tape(listing)
  const ticks = tape.last()?.ticks ?? tape.bars.day(house.nowMs())?.close ?? 1
  return floatText(ticks, listing.priceDecimals)
}

function figures(house: House, listing: Listing) {
  const { priceDecimals, lotDecimals } = listing
  const day = house.tape(listing).bars.day(house.nowMs())
  const price = lastPrice(house, listing)
  return {
    prevDayPx: day === undefined ? price : floatText(day.open, priceDecimals),
    dayNtlVlm: floatText(day?.quote ?? 0n, priceDecimals + lotDecimals),
    markPx: price,
    midPx: price,
    dayBaseVlm: floatText(day?.lots ?? 0, lotDecimals),
  }
}

const context =
  (house: House) =>
  (listing: Listing): unknown => {
    const { prevDayPx, dayNtlVlm, markPx, midPx, dayBaseVlm } = figures(house, listing)
    return {
      funding: '0.0000125',
      openInterest: '1000.0',
      prevDayPx,
      dayNtlVlm,
      premium: '0.0',
      oraclePx: markPx,
      markPx,
      midPx,
      impactPxs: [markPx, markPx],
      dayBaseVlm,
    }
  }

const spotContext =
  (house: House) =>
  ({ coin, listing }: { readonly coin: string; readonly listing: Listing }): unknown => ({
    ...figures(house, listing),
    circulatingSupply: '1000000.0',
    coin,
    totalSupply: '1000000.0',
  })

/** Newest first; no way to ask for older ones. */
function recentTrades(house: House, { coin }: Fields): Answer {
  const tape = tapeOf(house, coin)
  const rows = tape
    .slice(tape.end - RECENT_TRADES, tape.end)
    .toReversed()
    .map((match) => rowText(tape.listing, match))
  return { text: `[${rows.join(',')}]`, weight: Math.floor(rows.length / 20) }
}

/** Oldest first, the most recent 5,000 at most; both times are of the opening and included. */
function candles(house: House, { req }: Fields): Answer {
  if (!isRecord(req)) throw unreadable()
  const { coin, interval: name, startTime, endTime } = req
  const tape = tapeOf(house, coin)
  const interval = typeof name === 'string' ? CANDLE_INTERVALS[name] : undefined
  const until = endTime ?? Number.POSITIVE_INFINITY
  if (interval === undefined || typeof startTime !== 'number' || typeof until !== 'number')
    throw unreadable()
  const { venueSymbol, priceDecimals, lotDecimals } = tape.listing
  const rows = joinBars(tape.bars.upTo(house.nowMs()), interval)
    .filter(({ openTime }) => openTime >= startTime && openTime <= until)
    .slice(-MOST_CANDLES)
    .map((bar) => ({
      t: bar.openTime,
      T: bar.openTime + interval - 1,
      s: venueSymbol,
      i: name,
      o: floatText(bar.open, priceDecimals),
      c: floatText(bar.close, priceDecimals),
      h: floatText(bar.high, priceDecimals),
      l: floatText(bar.low, priceDecimals),
      v: floatText(bar.lots, lotDecimals),
      n: bar.trades,
    }))
  return { ...plain(rows), weight: Math.floor(rows.length / 60) }
}
