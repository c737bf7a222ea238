import { shortText, stepText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { type Bar, joinBars } from '../minute-bars.ts'
import type { MarketTape, Match } from '../tape.ts'
import { SlidingWindow } from '../window.ts'
import { barTexts } from './bar-text.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'

const WINDOW_MS = 2_000
/** `candles` shows so many of the latest bars; older ones are in `history-candles`. */
const LATEST_BARS = 1_440

const BARS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '3m': 180_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1H': 3_600_000,
  '2H': 7_200_000,
  '4H': 14_400_000,
  '1Dutc': 86_400_000,
}

/** A refusal with the venue's code; most of them come with HTTP 200. */
class Refusal extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status = 200) {
    super(message)
    this.code = code
    this.status = status
  }
}

interface Route {
  /** Requests per 2 seconds. */
  readonly limit: number
  run(house: House, query: URLSearchParams): readonly unknown[]
}

const ROUTES: Readonly<Record<string, Route>> = {
  '/api/v5/public/time': { limit: 10, run: (house) => [{ ts: String(house.nowMs()) }] },
  '/api/v5/public/instruments': { limit: 20, run: instruments },
  '/api/v5/market/trades': {
    limit: 100,
    run: (house, query) => {
      const tape = tapeIn(house, query)
      const limit = wholeIn(query, 'limit', 100, 500)
      return rows(tape.listing, tape.slice(tape.end - limit, tape.end))
    },
  },
  '/api/v5/market/history-trades': { limit: 20, run: historyTrades },
  '/api/v5/market/ticker': {
    limit: 20,
    run: (house, query) => [dayOf(house, tapeIn(house, query))],
  },
  '/api/v5/market/tickers': {
    limit: 20,
    run: (house, query) => {
      const instType = typeIn(query)
      return house.listings
        .filter((listing) => instTypeOf(listing) === instType)
        .map((listing) => dayOf(house, house.tape(listing)))
    },
  },
  '/api/v5/market/candles': {
    limit: 40,
    run: (house, query) => candles(house, query, LATEST_BARS),
  },
  '/api/v5/market/history-candles': {
    limit: 20,
    run: (house, query) => candles(house, query, Number.POSITIVE_INFINITY),
  },
}

/** The public REST calls of OKX v5: `{"code":"0","msg":"","data":[…]}`. */
export function okxRest(house: House): (call: RestCall) => RestReply {
  const windows = new Map<string, SlidingWindow>()
  return ({ path, query }) => {
    const route = ROUTES[path]
    if (route === undefined) return json({ code: '404', data: [], msg: 'Not Found' }, 404)
    const window = windows.get(path) ?? new SlidingWindow(route.limit, WINDOW_MS)
    windows.set(path, window)
    if (!window.take(house.time.monotonic()))
      return json({ code: '50011', msg: 'Too Many Requests', data: [] }, 429)
    try {
      return json({ code: '0', msg: '', data: route.run(house, query) })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return json({ code: error.code, msg: error.message, data: [] }, error.status)
    }
  }
}

const instTypeOf = ({ kind }: Listing): 'SPOT' | 'SWAP' => (kind === 'spot' ? 'SPOT' : 'SWAP')

function typeIn(query: URLSearchParams): 'SPOT' | 'SWAP' {
  const instType = query.get('instType')
  if (instType === null) throw new Refusal('50014', 'Parameter instType can not be empty.', 400)
  if (instType !== 'SPOT' && instType !== 'SWAP')
    throw new Refusal('51000', 'Parameter instType error')
  return instType
}

function tapeIn(house: House, query: URLSearchParams): MarketTape {
  const instId = query.get('instId')
  if (instId === null || instId === '')
    throw new Refusal('50014', 'Parameter instId can not be empty.', 400)
  const listing = house.find(instId)
  if (listing === undefined)
    throw new Refusal('51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist.")
  return house.tape(listing)
}

function wholeIn(query: URLSearchParams, name: string, usual: number, most: number): number {
  const text = query.get(name)
  if (text === null || text === '') return usual
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1)
    throw new Refusal('51000', `Parameter ${name} error`)
  return Math.min(most, Number(text))
}

/** `after` and `before`: whole numbers, ids or epoch ms. */
function pointIn(query: URLSearchParams, name: string): bigint | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^\d{1,19}$/.test(text)) throw new Refusal('51000', `Parameter ${name} error`)
  return BigInt(text)
}

function instruments(house: House, query: URLSearchParams): readonly unknown[] {
  const instType = typeIn(query)
  const one = query.get('instId')
  const listings = one === null ? house.listings : [tapeIn(house, query).listing]
  return listings.filter((listing) => instTypeOf(listing) === instType).map(instrument)
}

/** Swaps tell what they are about in `uly` and `ctValCcy`; their `baseCcy` and `quoteCcy` are empty. */
function instrument(listing: Listing): unknown {
  const { base, quote } = listing
  const swap = listing.kind !== 'spot'
  return {
    instType: instTypeOf(listing),
    instId: listing.venueSymbol,
    uly: swap ? `${base}-${quote}` : '',
    instFamily: swap ? `${base}-${quote}` : '',
    baseCcy: swap ? '' : base,
    quoteCcy: swap ? '' : quote,
    settleCcy: swap ? quote : '',
    ctVal: swap ? inUnits(listing, 1n, 0) : '',
    ctMult: swap ? '1' : '',
    ctValCcy: swap ? base : '',
    ctType: swap ? 'linear' : '',
    tickSz: stepText(listing.priceDecimals),
    lotSz: stepText(listing.lotDecimals),
    minSz: stepText(listing.lotDecimals),
    state: 'live',
    listTime: '1548133413000',
    instIdCode: 10_000 + listing.index,
  }
}

/** A count of contracts' steps, times what one contract stands for. */
function inUnits({ unit }: Listing, count: bigint, decimals: number): string {
  const shift = Math.max(0, Math.round(-Math.log10(unit)))
  return shortText(count * BigInt(Math.round(unit * 10 ** shift)), decimals + shift)
}

/** Newest first, one row per match. */
function rows(listing: Listing, matches: readonly Match[]): readonly unknown[] {
  return matches.toReversed().map((match) => ({
    instId: listing.venueSymbol,
    side: match.buy ? 'buy' : 'sell',
    sz: shortText(match.lots, listing.lotDecimals),
    source: '0',
    px: shortText(match.ticks, listing.priceDecimals),
    tradeId: match.id.toString(),
    ts: String(Math.floor(match.micros / 1_000)),
  }))
}

/** `after` means older than, `before` newer than; `type=2` pages by time with `after` only. */
function historyTrades(house: House, query: URLSearchParams): readonly unknown[] {
  const tape = tapeIn(house, query)
  const limit = wholeIn(query, 'limit', 100, 100)
  const byTime = query.get('type') === '2'
  const after = pointIn(query, 'after')
  const before = byTime ? undefined : pointIn(query, 'before')
  let end = tape.end
  if (after !== undefined)
    end = tape.search((match) =>
      byTime ? match.micros >= Number(after) * 1_000 : match.id >= after,
    )
  const first = before === undefined ? tape.first : tape.search((match) => match.id > before)
  return rows(tape.listing, tape.slice(Math.max(first, end - limit), end))
}

function dayOf(house: House, tape: MarketTape): unknown {
  const { listing } = tape
  const now = house.nowMs()
  const day = tape.bars.day(now)
  const last = tape.last()
  const texts = day === undefined ? undefined : barTexts(listing, day, null)
  const price = (ticks: number): string => shortText(Math.max(0, ticks), listing.priceDecimals)
  const close = day?.close ?? 0
  return {
    instType: instTypeOf(listing),
    instId: listing.venueSymbol,
    last: texts?.close ?? '',
    lastSz: last === undefined ? '' : shortText(last.lots, listing.lotDecimals),
    askPx: price(close + 1),
    askSz: '1',
    bidPx: price(close - 1),
    bidSz: '1',
    open24h: texts?.open ?? '',
    high24h: texts?.high ?? '',
    low24h: texts?.low ?? '',
    volCcy24h: listing.kind === 'spot' ? quoteOf(listing, day) : baseOf(listing, day),
    vol24h: texts?.volume ?? '0',
    ts: String(now),
    sodUtc0: texts?.open ?? '',
    sodUtc8: texts?.open ?? '',
  }
}

/** Volume in the quote currency. */
const quoteOf = (listing: Listing, bar: Bar | undefined): string =>
  inUnits(listing, bar?.quote ?? 0n, listing.priceDecimals + listing.lotDecimals)

/** Volume in the base currency; `volume` of a swap counts contracts. */
const baseOf = (listing: Listing, bar: Bar | undefined): string =>
  inUnits(listing, BigInt(bar?.lots ?? 0), listing.lotDecimals)

function candles(house: House, query: URLSearchParams, shown: number): readonly unknown[] {
  const tape = tapeIn(house, query)
  const name = query.get('bar') ?? '1m'
  const interval = BARS[name]
  if (interval === undefined) throw new Refusal('51000', 'Parameter bar error')
  const limit = wholeIn(query, 'limit', 100, 300)
  const after = pointIn(query, 'after') ?? BigInt(Number.MAX_SAFE_INTEGER)
  const before = pointIn(query, 'before') ?? -1n
  const now = house.nowMs()
  const bars = joinBars(tape.bars.upTo(now), interval).slice(-Math.min(shown, 1e6))
  return bars
    .filter(({ openTime }) => BigInt(openTime) < after && BigInt(openTime) > before)
    .slice(-limit)
    .toReversed()
    .map((bar) => {
      const { open, high, low, close, volume } = barTexts(tape.listing, bar, null)
      const quote = quoteOf(tape.listing, bar)
      const confirm = bar.openTime + interval <= now ? '1' : '0'
      const currency = tape.listing.kind === 'spot' ? quote : baseOf(tape.listing, bar)
      return [String(bar.openTime), open, high, low, close, volume, currency, quote, confirm]
    })
}
