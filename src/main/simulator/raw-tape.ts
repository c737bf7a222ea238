import { z } from 'zod'
import { formatDecimal, parseDecimal } from '../../shared/domain/decimal.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { RecordedTrade } from './dialects/recorded.ts'
import { personality } from './dialects/registry.ts'
import { market as asMarket, type Listing } from './listings.ts'
import type { SimulatedVenue } from './simulator.ts'

/** A trade of a recording in steps of its listing. */
export interface TapeTrade {
  readonly listing: Listing
  readonly buy: boolean
  readonly ticks: number
  readonly lots: number
  /** Epoch µs as recorded. */
  readonly micros: number
  /** Null where the recording does not tell it. */
  readonly id: bigint | null
  readonly matches: number
}

/** One line of a recording: a frame to be sent as it is, or a trade to be put into words. */
export interface TapeEntry {
  /** When it was recorded, ms; only differences matter. */
  readonly at: number
  readonly frame: string | null
  readonly trades: readonly TapeTrade[]
}

export interface RecordedTape {
  readonly listings: readonly Listing[]
  readonly entries: readonly TapeEntry[]
}

const FRAME = z.object({ recvTime: z.number(), frame: z.string() })
const TEXT = z.union([z.string(), z.number()]).transform(String)
const ROW = z.object({
  ts: z.number(),
  symbol: z.string(),
  price: TEXT,
  qty: TEXT,
  side: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['buy', 'sell'])),
  id: z.union([z.string(), z.int()]).transform(String).optional(),
})

type Draft = {
  readonly at: number
  readonly frame: string | null
  readonly trades: readonly RecordedTrade[]
}

/**
 * Reads a recording, one JSON object a line: `{"recvTime":seconds,"frame":"…"}` (a raw frame of this
 * venue) or `{"ts":ms,"symbol":"BTC-USDT","price":"…","qty":"…","side":"buy","id":"…"}` (a trade).
 * The listings, which REST shows, are those that the trades name.
 */
export function readTape(text: string, venue: SimulatedVenue): Outcome<RecordedTape> {
  const drafts: Draft[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const draft = readLine(line, venue)
    if (typeof draft === 'string') return fail('invalid', `Tape line ${index + 1}: ${draft}.`)
    drafts.push(draft)
  }
  if (drafts.length === 0) return fail('invalid', 'The tape is empty.')
  const listings = listingsIn(venue, drafts)
  const bySymbol = new Map(listings.map((listing) => [listing.venueSymbol, listing]))
  const entries = drafts.map(({ at, frame, trades }) => ({
    at,
    frame,
    trades: trades.flatMap((trade) => {
      const listing = bySymbol.get(trade.venueSymbol)
      return listing === undefined ? [] : [inSteps(listing, trade)]
    }),
  }))
  return ok({ listings, entries })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readLine(line: string, venue: SimulatedVenue): Draft | string {
  const value = parse(line)
  const frame = FRAME.safeParse(value)
  if (frame.success) {
    const trades = personality(venue).recorded?.(parse(frame.data.frame)) ?? []
    return {
      at: frame.data.recvTime * 1_000,
      frame: frame.data.frame,
      trades: trades.filter(sound),
    }
  }
  const row = ROW.safeParse(value)
  if (!row.success)
    return 'neither {"recvTime","frame"} nor {"ts","symbol","price","qty","side","id"}'
  const { ts, symbol, price, qty, side, id = '' } = row.data
  if (!/^\d*$/.test(id)) return `the id "${id}" is not a whole number, as ids of ${venue} are`
  const market = split(symbol)
  if (market === undefined) return `"${symbol}" is not a symbol such as BTC-USDT`
  const trade = {
    venueSymbol: personality(venue).markets.spell(market.base, market.quote),
    id,
    price,
    qty,
    buy: side === 'buy',
    micros: Math.round(ts * 1_000),
    matches: 1,
  }
  if (!sound(trade)) return `price "${price}" or quantity "${qty}" is no decimal number above zero`
  return { at: ts, frame: null, trades: [trade] }
}

/** Decimals that fit into whole steps without loss. */
function sound({ price, qty }: RecordedTrade): boolean {
  return [price, qty].every((text) => {
    const value = parseDecimal(text)
    return value !== undefined && value.mantissa > 0n && value.scale <= 18
  })
}

/** Quote assets by which symbols without a separator are split, longest first. */
const QUOTES = 'FDUSD USDT USDC TUSD BUSD DAI EUR GBP TRY BRL JPY USD BTC ETH BNB'.split(' ')

function split(symbol: string): { base: string; quote: string } | undefined {
  const raised = symbol.toUpperCase()
  const [base, quote] = raised.split(/[-/_]/)
  if (base !== undefined && base !== '' && quote !== undefined && quote !== '')
    return { base, quote }
  const found = QUOTES.find((name) => raised.endsWith(name) && raised.length > name.length)
  if (found === undefined) return undefined
  return { base: raised.slice(0, -found.length), quote: found }
}

function listingsIn(venue: SimulatedVenue, drafts: readonly Draft[]): readonly Listing[] {
  const steps = new Map<string, [number, number]>()
  for (const { trades } of drafts)
    for (const { venueSymbol, price, qty } of trades) {
      const [most, mostLots] = steps.get(venueSymbol) ?? [0, 0]
      const scale = parseDecimal(price)?.scale ?? 0
      const lotScale = parseDecimal(qty)?.scale ?? 0
      steps.set(venueSymbol, [Math.max(most, scale), Math.max(mostLots, lotScale)])
    }
  const list = personality(venue).markets
  return [...steps].map(([venueSymbol, [priceDecimals, lotDecimals]], index) => {
    const unknown = { base: venueSymbol, quote: 'UNKNOWN' }
    const { base, quote } = list.read?.(venueSymbol) ?? split(venueSymbol) ?? unknown
    return {
      ...asMarket({ base, quote, venueSymbol, priceDecimals, lotDecimals }),
      index,
      firstId: list.firstId(index % 10),
      firstSeq: list.firstSeq?.(index % 10) ?? 1n,
    }
  })
}

function inSteps(listing: Listing, trade: RecordedTrade): TapeTrade {
  return {
    listing,
    buy: trade.buy,
    ticks: stepsOf(trade.price, listing.priceDecimals),
    lots: stepsOf(trade.qty, listing.lotDecimals),
    micros: trade.micros,
    id: /^\d+$/.test(trade.id) ? BigInt(trade.id) : null,
    matches: trade.matches,
  }
}

function stepsOf(text: string, decimals: number): number {
  const value = parseDecimal(text)
  if (value === undefined) return 0
  return Number(
    formatDecimal({ mantissa: value.mantissa * 10n ** BigInt(decimals - value.scale), scale: 0 }),
  )
}
