import { paddedText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { type Bar, joinBars, MinuteBars } from '../minute-bars.ts'
import type { MarketTape, Match } from '../tape.ts'
import { barTexts } from './bar-text.ts'
import { aggregate, FIRST_AGGREGATE, groups, leastDecimals, quoteText } from './binance-rows.ts'
import type { House, RestCall } from './dialect.ts'

const MOST_ROWS = 1_000
const MOST_CONTRACT_BARS = 1_500

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
export class Refusal extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

export const serverTime = (house: House, call: RestCall): unknown => ({
  serverTime: timeIn(call)(house.nowMicros()),
})

/** Epoch ms, or µs if the client asked for them, which only spot knows. */
function timeIn(call: RestCall): (micros: number) => number {
  const unit = call.path.startsWith('/api/') ? call.header('x-mbx-time-unit') : undefined
  return unit?.toUpperCase() === 'MICROSECOND'
    ? (micros) => micros
    : (micros) => Math.floor(micros / 1_000)
}

export function listingNamed(house: House, symbol: string | null): Listing {
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

function limitIn(call: RestCall, most = MOST_ROWS): number {
  const limit = wholeIn(call, 'limit') ?? 500
  if (limit < 1) throw new Refusal(-1_130, "Data sent for parameter 'limit' is not valid.")
  return Math.min(limit, most)
}

/** Filters of `exchangeInfo`: in which steps prices and quantities go. */
export const filters = (listing: Listing): readonly object[] => [
  {
    filterType: 'PRICE_FILTER',
    ...stepsOf(listing.tickStep, listing.priceDecimals, 'Price', 'tickSize'),
  },
  { filterType: 'LOT_SIZE', ...stepsOf(listing.lotStep, listing.lotDecimals, 'Qty', 'stepSize') },
]

function stepsOf(step: number, decimals: number, of: string, name: string): object {
  const size = paddedText(step, decimals, 8)
  return { [`min${of}`]: size, [`max${of}`]: '10000000.00000000', [name]: size }
}

/** The newest ones, oldest first. */
export function recentTrades(house: House, call: RestCall): unknown {
  const tape = tapeIn(house, call)
  const limit = limitIn(call)
  return tradeRows(tape, tape.slice(tape.end - limit, tape.end), call)
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
      ...(listing.kind === 'spot' ? { isBestMatch: true } : {}),
    }
  })
}

export function historicalTrades(house: House, call: RestCall): unknown {
  const tape = tapeIn(house, call)
  const limit = limitIn(call)
  const fromId = wholeIn(call, 'fromId')
  const from =
    fromId === undefined ? tape.end - limit : tape.search((match) => match.id >= BigInt(fromId))
  return tradeRows(tape, tape.slice(from, from + limit), call)
}

export function aggTrades(house: House, call: RestCall): unknown {
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
    const row = { a: Number(id), p: price, q: qty, f: first, l: last, T: time(micros), m: !buy }
    return tape.listing.kind === 'spot' ? { ...row, M: true } : row
  })
}

export function ticker(house: House, call: RestCall): unknown {
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
  const least = leastDecimals(listing)
  const texts = barTexts(listing, day, least)
  const change = day.close - day.open
  const average = day.lots === 0 ? 0 : Number(day.quote / BigInt(day.lots))
  const sign = change < 0 ? '-' : ''
  const lastId = Number(last?.id ?? 0n)
  return {
    symbol: listing.venueSymbol,
    priceChange: sign + barTexts(listing, { ...day, open: Math.abs(change) }, least).open,
    priceChangePercent: ((change / day.open) * 100).toFixed(3),
    weightedAvgPrice: barTexts(listing, { ...day, open: average }, least).open,
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

export function klines(house: House, call: RestCall): unknown {
  const tape = tapeIn(house, call)
  const spot = tape.listing.kind === 'spot'
  const limit = limitIn(call, spot ? MOST_ROWS : MOST_CONTRACT_BARS)
  const interval = INTERVALS[call.query.get('interval') ?? '']
  if (interval === undefined || (interval === 1_000 && !spot))
    throw new Refusal(-1_120, 'Invalid interval.')
  const from = wholeIn(call, 'startTime')
  const to = wholeIn(call, 'endTime') ?? Number.POSITIVE_INFINITY
  const time = timeIn(call)
  const all = interval === 1_000 ? seconds(tape) : joinBars(tape.bars.upTo(house.nowMs()), interval)
  const bars = all.filter((bar) => bar.openTime >= (from ?? 0) && bar.openTime <= to)
  const chosen = from === undefined ? bars.slice(-limit) : bars.slice(0, limit)
  return chosen.map((bar) => {
    const texts = barTexts(tape.listing, bar, leastDecimals(tape.listing))
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
