import {
  type Market,
  marketId,
  parseMarketId,
  symbolOf,
  type VenueId,
} from '../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { DaySeed, FrameSink, MinuteBar, RestTrade, TradeExtra } from './venue.ts'
import { millis, num, WireError } from './wire.ts'

/** What a venue's instrument row must give for a market; names in any case. */
export type MarketRow = Omit<Market, 'id' | 'venue' | 'symbol'>

/**
 * Markets from instrument rows; `pick` answers `undefined` for one that cannot be traded. A row
 * that cannot be read, without names, or with names that no market id can hold, costs itself only; a
 * list of which nothing at all is left is a `WireError`.
 */
export function marketsOf(
  venue: VenueId,
  rows: readonly unknown[],
  pick: (row: unknown) => MarketRow | undefined,
): readonly Market[] {
  const found = new Map<string, Market>()
  for (const row of rows) {
    const picked = readable(() => pick(row))
    if (picked === undefined || picked.venueSymbol === '') continue
    const base = picked.base.toUpperCase()
    const quote = picked.quote.toUpperCase()
    const id = marketId(venue, base, quote, picked.kind)
    const symbol = symbolOf(base, quote, picked.kind)
    const nameable = !quote.includes('-') && parseMarketId(id)?.symbol === symbol
    if (found.has(id) || !nameable) continue
    found.set(id, { ...picked, id, venue, symbol, base, quote })
  }
  if (found.size === 0) throw new WireError('no market in the instrument list can be traded')
  return [...found.values()]
}

/** What `read` answers; nothing where the row has not the shape it should have. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

/** Bars of [from, to) in ascending order, each minute once, whatever the order they came in. */
export function minuteBars(
  rows: readonly unknown[],
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  read: (row: unknown) => MinuteBar,
): readonly MinuteBar[] {
  const bars = new Map<number, MinuteBar>()
  for (const row of rows) {
    const bar = read(row)
    if (bar.openTime >= from && bar.openTime < to) bars.set(bar.openTime, bar)
  }
  return [...bars.values()].sort((a, b) => a.openTime - b.openTime)
}

/** A bar sent as an array: open time in milliseconds, open, high, low, close, base volume. */
export const arrayBar = (row: unknown): MinuteBar => ({
  openTime: epochMs(millis(row, '0')),
  open: num(row, '1'),
  high: num(row, '2'),
  low: num(row, '3'),
  close: num(row, '4'),
  volume: num(row, '5'),
})

/** 24 h figures, read under the venue's own words for them. */
export const dayOf = (
  row: unknown,
  words: { readonly [Field in keyof DaySeed]: string },
): DaySeed => ({
  last: num(row, words.last),
  high: num(row, words.high),
  low: num(row, words.low),
  volume: num(row, words.volume),
  ...(words.open !== undefined && { open: num(row, words.open) }),
  ...(words.quoteVolume !== undefined && { quoteVolume: num(row, words.quoteVolume) }),
})

/** The smallest step of a number that is written with so many decimals: 2 is `0.01`. */
export function stepOf(value: unknown, ...path: readonly string[]): string {
  const places = num(value, ...path)
  if (!Number.isInteger(places) || places < 0 || places > 30)
    throw new WireError(`no number of decimals at ${path.join('.')}: ${places}`)
  return places === 0 ? '1' : `0.${'1'.padStart(places, '0')}`
}

type Aged = Pick<RestTrade, 'id' | 'time'>

/** Ids that count, by size; others by their text. */
const byId = (a: Aged, b: Aged): number =>
  a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/**
 * Orders trades oldest first: by id where ids count matches, by time and then id where they rise, by
 * time and else as sent where they say nothing.
 */
export const byAge = {
  id: byId,
  sent: (a: Aged, b: Aged): number => a.time - b.time,
  time: (a: Aged, b: Aged): number => a.time - b.time || byId(a, b),
}

/**
 * Rows of a frame in any order, handed over oldest first. A row that cannot be read is thrown after
 * all others were handed over.
 */
export function oldestFirst<T extends RestTrade>(
  rows: readonly unknown[],
  order: keyof typeof byAge,
  read: (row: unknown) => T,
  hand: (trade: T) => void,
): void {
  const trades: T[] = []
  let failure: { readonly error: unknown } | null = null
  for (const row of rows) {
    try {
      trades.push(read(row))
    } catch (error) {
      failure ??= { error }
    }
  }
  for (const trade of trades.sort(byAge[order])) hand(trade)
  if (failure !== null) throw failure.error
}

/** Hands a match over as a trade of the stream. */
export function handOver(
  out: FrameSink,
  symbol: string,
  { id, price, qty, side, time }: RestTrade,
  extra?: TradeExtra,
): void {
  out.trade(symbol, id, price, qty, side, time, extra)
}
