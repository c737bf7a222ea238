import { shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import type { MarketTape, Match } from '../tape.ts'
import type { Row, TradeFrame } from '../trade-frame.ts'
import type { Execution, House, IdSeed } from './dialect.ts'
import { javaText, objectText } from './number-text.ts'

const DAY_MS = 86_400_000
/** How often two neighbours within a millisecond have their ids the wrong way round. */
const TURNED = 0.25

interface Counter {
  readonly ms: number
  readonly base: bigint
  count: number
  turned: boolean
}

/**
 * `sequential_id`: match ms × 1000 and a counter. Unique in its market, neither contiguous nor in
 * order: of two trades within a millisecond the later one may have the smaller id.
 */
export function sequentialIds(): (seed: IdSeed) => bigint {
  const counters = new Map<number, Counter>()
  return ({ listing, micros, draw }) => {
    const ms = Math.floor(micros / 1_000)
    let counter = counters.get(listing.index)
    if (counter?.ms !== ms) {
      const used = counter === undefined ? 0n : counter.base + BigInt(counter.count + 1)
      const base = BigInt(ms) * 1_000n
      counter = { ms, base: base > used ? base : used, count: 0, turned: false }
      counters.set(listing.index, counter)
    }
    const place = counter.count
    counter.count += 1
    if (place % 2 === 0) counter.turned = draw.next() < TURNED
    const shift = counter.turned ? 1 - 2 * (place % 2) : 0
    return counter.base + BigInt(place + shift)
  }
}

/** One match as Upbit knows it; on the wire large and small numbers have an exponent. */
export function row(listing: Listing, match: Match): Row {
  return {
    id: match.id.toString(),
    price: shortText(match.ticks, listing.priceDecimals),
    qty: shortText(match.lots, listing.lotDecimals),
    buy: match.buy,
    micros: match.micros,
    matches: 1,
  }
}

/** Start of the venue's day: midnight UTC, nine in the morning in Korea. */
export const dayStart = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS

/** Tells what a market closed at before the day of a moment, in steps; looked up once a day. */
export function closes(house: House): (tape: MarketTape, ms: number) => number {
  const known = new Map<number, { readonly day: number; readonly close: number }>()
  return (tape, ms) => {
    const day = dayStart(ms)
    const { index } = tape.listing
    const before = known.get(index)
    if (before?.day === day) return before.close
    const bars = tape.bars.upTo(house.nowMs())
    const close =
      bars.findLast(({ openTime }) => openTime < day)?.close ?? bars[0]?.open ?? tape.at(0).ticks
    known.set(index, { day, close })
    return close
  }
}

export const changeOf = (ticks: number, previous: number): 'RISE' | 'EVEN' | 'FALL' =>
  ticks > previous ? 'RISE' : ticks < previous ? 'FALL' : 'EVEN'

/** `2026-06-01` and `12:00:30`, UTC. */
export function dateAndTime(ms: number): readonly [string, string] {
  const text = new Date(ms).toISOString()
  return [text.slice(0, 10), text.slice(11, 19)]
}

export type UpbitFormat = 'DEFAULT' | 'SIMPLE' | 'JSON_LIST' | 'SIMPLE_LIST'

/** Keys of the short formats. */
const SHORT: Readonly<Record<string, string>> = {
  type: 'ty',
  code: 'cd',
  timestamp: 'tms',
  trade_date: 'td',
  trade_time: 'ttm',
  trade_timestamp: 'ttms',
  trade_price: 'tp',
  trade_volume: 'tv',
  ask_bid: 'ab',
  prev_closing_price: 'pcp',
  change: 'c',
  change_price: 'cp',
  sequential_id: 'sid',
  best_ask_price: 'bap',
  best_ask_size: 'bas',
  best_bid_price: 'bbp',
  best_bid_size: 'bbs',
  stream_type: 'st',
}

export interface Told {
  readonly listing: Listing
  readonly match: Match
  /** When the venue tells of it, epoch ms. */
  readonly pushedMs: number
  /** What the market closed at the day before, in steps. */
  readonly previous: number
  readonly stream: 'SNAPSHOT' | 'REALTIME'
}

/** One trade as JSON. */
function tradeText({ listing, match, pushedMs, previous, stream }: Told, short: boolean): string {
  const ms = Math.floor(match.micros / 1_000)
  const [date, time] = dateAndTime(ms)
  const price = (ticks: number): string => javaText(ticks, listing.priceDecimals)
  const step = listing.tickStep
  const fields = {
    type: '"trade"',
    code: `"${listing.venueSymbol}"`,
    timestamp: pushedMs,
    trade_date: `"${date}"`,
    trade_time: `"${time}"`,
    trade_timestamp: ms,
    trade_price: price(match.ticks),
    trade_volume: javaText(match.lots, listing.lotDecimals),
    ask_bid: match.buy ? '"BID"' : '"ASK"',
    prev_closing_price: price(previous),
    change: `"${changeOf(match.ticks, previous)}"`,
    change_price: price(Math.abs(match.ticks - previous)),
    sequential_id: match.id.toString(),
    best_ask_price: price(match.ticks + (match.buy ? 0 : step)),
    best_ask_size: '1.0',
    best_bid_price: price(Math.max(step, match.ticks - (match.buy ? step : 0))),
    best_bid_size: '1.0',
    stream_type: `"${stream}"`,
  }
  if (!short) return objectText(fields)
  return objectText(
    Object.fromEntries(Object.entries(fields).map(([key, value]) => [SHORT[key] ?? key, value])),
  )
}

/** Texts of the frames that tell of some trades: one each, or one list of all. */
export function frameTexts(format: UpbitFormat, trades: readonly Told[]): readonly string[] {
  const texts = trades.map((trade) => tradeText(trade, format.startsWith('SIMPLE')))
  return format.endsWith('_LIST') ? [`[${texts.join(',')}]`] : texts
}

export function encode(
  format: UpbitFormat,
  { listing, matches, pushedMicros }: Execution,
  previous: number,
): readonly TradeFrame[] {
  const pushedMs = Math.floor(pushedMicros / 1_000)
  const stream = 'REALTIME' as const
  const rows = matches.map((match) => row(listing, match))
  const told = matches.map((match) => ({ listing, match, pushedMs, previous, stream }))
  const texts = frameTexts(format, told)
  if (texts.length === 1) return texts.map((text) => ({ text, listing, rows }))
  return texts.map((text, index) => ({ text, listing, rows: rows.slice(index, index + 1) }))
}
