import { paddedText, stepText } from '../fixed-point.ts'
import { type Bar, joinBars } from '../minute-bars.ts'
import type { MarketTape } from '../tape.ts'
import { SlidingWindow } from '../window.ts'
import { barTexts } from './bar-text.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'
import { pairNames } from './kraken-markets.ts'
import { pointIn } from './query.ts'

/** About one call a second, some at once. */
const REQUESTS = 15
const WINDOW_MS = 15_000
const MOST_TRADES = 1_000
const MOST_BARS = 720
const INTERVALS = [1, 5, 15, 30, 60, 240, 1_440, 10_080, 21_600]
/** REST prints prices with five decimals at least and volumes with eight. */
const PRICE_DECIMALS = 5
const VOLUME_DECIMALS = 8
const SECOND_NS = 1_000_000_000n

/** All errors come with HTTP 200. */
class Refusal extends Error {}

type Route = (house: House, query: URLSearchParams) => string | object

const ROUTES: Readonly<Record<string, Route>> = {
  Time: (house) => ({
    unixtime: Math.floor(house.nowMs() / 1_000),
    rfc1123: new Date(house.nowMs()).toUTCString(),
  }),
  SystemStatus: (house) => ({
    status: 'online',
    timestamp: `${new Date(house.nowMs()).toISOString().slice(0, 19)}Z`,
  }),
  AssetPairs: assetPairs,
  Trades: trades,
  Ticker: ticker,
  OHLC: bars,
}

const envelope = (errors: readonly string[], result: string): RestReply => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: `{"error":${JSON.stringify(errors)}${result}}`,
})

/** The public REST calls of Kraken: `{"error":[],"result":…}`, whatever happened. */
export function krakenRest(house: House): (call: RestCall) => RestReply {
  const window = new SlidingWindow(REQUESTS, WINDOW_MS)
  return ({ path, query }) => {
    const route = path.startsWith('/0/public/') ? ROUTES[path.slice(10)] : undefined
    if (route === undefined) return json({ error: ['EGeneral:Unknown method'] })
    if (!window.take(house.time.monotonic())) return envelope(['EAPI:Rate limit exceeded'], '')
    try {
      const result = route(house, query)
      const text = typeof result === 'string' ? result : JSON.stringify(result)
      return envelope([], `,"result":${text}`)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return envelope([error.message], '')
    }
  }
}

function tapesIn(house: House, query: URLSearchParams): readonly MarketTape[] {
  const wanted = query.get('pair')
  if (wanted === null || wanted === '') return house.listings.map(house.tape)
  return wanted.split(',').map((name) => {
    const listing = house.listings.find((known) => {
      const { key, altname, wsname } = pairNames(known)
      return [key, altname, wsname, known.venueSymbol, known.base + known.quote].includes(name)
    })
    if (listing === undefined) throw new Refusal('EQuery:Unknown asset pair')
    return house.tape(listing)
  })
}

function tapeIn(house: House, query: URLSearchParams): MarketTape {
  const tape = query.has('pair') ? tapesIn(house, query)[0] : undefined
  if (tape === undefined) throw new Refusal('EGeneral:Invalid arguments')
  return tape
}

function assetPairs(house: House, query: URLSearchParams): object {
  return Object.fromEntries(
    tapesIn(house, query).map(({ listing }) => {
      const { key, ...names } = pairNames(listing)
      const pair = {
        ...names,
        pair_decimals: listing.priceDecimals,
        lot_decimals: listing.lotDecimals,
        lot_multiplier: 1,
        ordermin: stepText(listing.lotDecimals),
        costmin: '0.5',
        tick_size: stepText(listing.priceDecimals),
        status: 'online',
      }
      return [key, pair] as const
    }),
  )
}

/** The time of a match in ns: those of one microsecond follow each other, so that a cursor can stop anywhere. */
function nanosOf(tape: MarketTape, number: number): bigint {
  const { micros } = tape.at(number)
  const first = tape.search((match) => match.micros >= micros)
  return BigInt(micros) * 1_000n + BigInt(number - first)
}

/** Seconds with a fraction, from ns. */
const secondsText = (nanos: bigint): string =>
  `${nanos / SECOND_NS}.${String(nanos % SECOND_NS).padStart(9, '0')}`

/**
 * Oldest first, those after `since` (whole seconds, or ns as `last` gives them); without it the
 * latest. `last` is where the next call goes on.
 */
function trades(house: House, query: URLSearchParams): string {
  const tape = tapeIn(house, query)
  const { listing } = tape
  const since = pointIn(query, 'since')
  const count = pointIn(query, 'count') ?? BigInt(MOST_TRADES)
  if (since === null || query.get('count') === '0') throw new Refusal('EGeneral:Invalid arguments')
  const most = Math.min(MOST_TRADES, Number(count))
  const nanos = since === undefined ? undefined : since < 10n ** 12n ? since * SECOND_NS : since
  const first = nanos === undefined ? Math.max(tape.first, tape.end - most) : after(tape, nanos)
  const end = Math.min(tape.end, first + most)
  const rows = tape.slice(first, end).map((match, index) => {
    const price = paddedText(match.ticks, listing.priceDecimals, PRICE_DECIMALS)
    const volume = paddedText(match.lots, listing.lotDecimals, VOLUME_DECIMALS)
    const time = secondsText(nanosOf(tape, first + index))
    const type = match.order % 3 === 0 ? 'l' : 'm'
    return `["${price}","${volume}",${time},"${match.buy ? 'b' : 's'}","${type}","",${match.id}]`
  })
  const last = end > first ? nanosOf(tape, end - 1) : (nanos ?? 0n)
  return `{"${pairNames(listing).key}":[${rows.join(',')}],"last":"${last}"}`
}

/** Number of the first match after a moment in ns. */
function after(tape: MarketTape, nanos: bigint): number {
  const micros = nanos / 1_000n
  let number = tape.search((match) => BigInt(match.micros) >= micros)
  while (number < tape.end && nanosOf(tape, number) <= nanos) number += 1
  return number
}

function ticker(house: House, query: URLSearchParams): object {
  const now = house.nowMs()
  return Object.fromEntries(
    tapesIn(house, query).map((tape) => {
      const { listing } = tape
      const day = tape.bars.day(now)
      const last = tape.last()
      const midnight = Math.floor(now / 86_400_000) * 86_400_000
      const [today = day] = joinBars(
        tape.bars.upTo(now).filter(({ openTime }) => openTime >= midnight),
        86_400_000,
      )
      const price = (ticks = 1): string =>
        paddedText(Math.max(1, ticks), listing.priceDecimals, PRICE_DECIMALS)
      const lots = (count = 0): string => paddedText(count, listing.lotDecimals, VOLUME_DECIMALS)
      const close = last?.ticks ?? day?.close ?? 1
      const figures = {
        a: [price(close + 1), '1', '1.000'],
        b: [price(close - 1), '1', '1.000'],
        c: [price(close), lots(last?.lots)],
        v: [lots(today?.lots), lots(day?.lots)],
        p: [averageText(tape, today), averageText(tape, day)],
        t: [today?.trades ?? 0, day?.trades ?? 0],
        l: [price(today?.low), price(day?.low)],
        h: [price(today?.high), price(day?.high)],
        // Of the day that began at 00:00 UTC, not of 24 hours ago.
        o: price(today?.open),
      }
      return [pairNames(listing).key, figures] as const
    }),
  )
}

/** Volume-weighted price of a bar. */
function averageText({ listing }: MarketTape, bar: Bar | undefined): string {
  if (bar === undefined || bar.lots === 0) return '0.00000'
  const average = Number(bar.quote / BigInt(bar.lots))
  return paddedText(average, listing.priceDecimals, PRICE_DECIMALS)
}

/** Oldest first, the current one included, 720 at most whatever `since` says. */
function bars(house: House, query: URLSearchParams): object {
  const tape = tapeIn(house, query)
  const interval = Number(query.get('interval') ?? '1')
  const since = pointIn(query, 'since') ?? 0n
  if (!INTERVALS.includes(interval)) throw new Refusal('EGeneral:Invalid arguments')
  const all = joinBars(tape.bars.upTo(house.nowMs()), interval * 60_000).slice(-MOST_BARS)
  const rows = all
    .filter(({ openTime }) => BigInt(openTime / 1_000) > since)
    .map((bar) => {
      const { open, high, low, close } = barTexts(tape.listing, bar, PRICE_DECIMALS)
      const volume = paddedText(bar.lots, tape.listing.lotDecimals, VOLUME_DECIMALS)
      const time = bar.openTime / 1_000
      return [time, open, high, low, close, averageText(tape, bar), volume, bar.trades]
    })
  const committed = all.at(-2)?.openTime ?? 0
  return { [pairNames(tape.listing).key]: rows, last: committed / 1_000 }
}
