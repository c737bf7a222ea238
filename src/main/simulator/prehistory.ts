import { createGenerator, MEAN_FILL_VALUE, pricer, zipfShare } from './generator.ts'
import type { HiddenPrices, PastPrices } from './hidden-prices.ts'
import { allowed, type Listing, lotsWorth } from './listings.ts'
import type { Bar } from './minute-bars.ts'
import { type Random, random } from './random.ts'
import type { MarketTape } from './tape.ts'

const MINUTE = 60_000
/** Whole minutes of bars without trades, before the stretch that has trades. */
export const PAST_MINUTES = 1_440
/** Points of the hidden path per minute. */
export const STEPS_PER_MINUTE = 12
/** Minutes at the end of the path that are told as trades (2 whole ones and the current). */
const TRADED_MINUTES = 3
export const PAST_STEPS = (PAST_MINUTES + TRADED_MINUTES) * STEPS_PER_MINUTE
/** Orders of that stretch: a fixed number, so that live ids do not depend on the second of the start. */
const PAST_ORDERS = 1_500

export interface Prehistory {
  readonly seed: number
  readonly venue: string
  readonly rate: number
  readonly past: PastPrices
  /** Start of the live tape by the venue's clock, epoch ms. */
  readonly now: number
  readonly tapes: readonly MarketTape[]
  /** Writes one order at a time of its own, epoch µs. */
  readonly write: (
    order: ReturnType<ReturnType<typeof createGenerator>['next']>,
    at: number,
  ) => void
}

/** A day of bars and the last minutes of trades, so that charts and 24 h figures are alive at once. */
export function writePrehistory(history: Prehistory): void {
  const tradedFrom = Math.floor(history.now / MINUTE) * MINUTE - 2 * MINUTE
  for (const tape of history.tapes) writeBars(history, tape, tradedFrom - PAST_MINUTES * MINUTE)
  writeTrades(history, tradedFrom)
}

function writeBars(history: Prehistory, tape: MarketTape, from: number): void {
  const { listing } = tape
  const draw = random(history.seed, history.venue, listing.symbol, 'bars')
  const priceAt = pricer(listing)
  const scale = 10 ** listing.priceDecimals
  const share = zipfShare(listing.index, history.tapes.length)
  const perMinute = Math.max(1, Math.max(1, history.rate) * 60 * share)
  for (let minute = 0; minute < PAST_MINUTES; minute++) {
    const prices: number[] = []
    for (let step = 0; step <= STEPS_PER_MINUTE; step++) {
      const row = minute * STEPS_PER_MINUTE + step
      const price = priceAt((asset) => history.past.level(asset, row))
      prices.push(Math.max(1, Math.round((price * scale) / listing.tickStep)) * listing.tickStep)
    }
    const trades = Math.max(1, Math.round(perMinute * Math.exp(draw.normal() * 0.7 - 0.245)))
    tape.bars.seed(bar(listing, from + minute * MINUTE, prices, trades, draw))
  }
}

/** A bar that follows these prices; its volumes fit its number of trades. */
function bar(
  listing: Listing,
  openTime: number,
  prices: readonly number[],
  trades: number,
  draw: Random,
): Bar {
  const open = prices[0] ?? 1
  const close = prices.at(-1) ?? open
  const price = close / 10 ** listing.priceDecimals
  const mean = lotsWorth(listing, MEAN_FILL_VALUE, price)
  const size = Math.round(trades * mean * Math.exp(draw.normal() * 0.5 - 0.125))
  const lots = allowed(Math.max(trades, size), listing.lotStep)
  const share = Math.min(0.9, Math.max(0.1, 0.5 + draw.normal() * 0.12))
  const buyLots = Math.min(lots, allowed(Math.round(lots * share), listing.lotStep))
  const middle = BigInt(Math.round((open + close) / 2))
  return {
    openTime,
    open,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close,
    lots,
    buyLots,
    quote: middle * BigInt(lots),
    buyQuote: middle * BigInt(buyLots),
    trades,
  }
}

/** The last minutes as real trades, spread evenly enough between `from` and now. */
function writeTrades(history: Prehistory, from: number): void {
  const span = TRADED_MINUTES * STEPS_PER_MINUTE
  const rate = 20
  let row = PAST_MINUTES * STEPS_PER_MINUTE
  let length = 1
  const prices: HiddenPrices = {
    advance: (seconds) => {
      row = PAST_MINUTES * STEPS_PER_MINUTE + (seconds / length) * span
    },
    level: (asset) => history.past.level(asset, row),
  }
  const options = {
    seed: history.seed,
    name: `${history.venue} past`,
    listings: history.tapes.map(({ listing }) => listing),
    rate,
    prices,
  }
  // Two passes of the same seed: the first one tells how long the stretch is.
  length = lastOf(createGenerator(options))
  const generator = createGenerator(options)
  for (let count = 0; count < PAST_ORDERS; count++) {
    const order = generator.next()
    const at = from + (order.at / length) * (history.now - 1 - from)
    history.write(order, Math.floor(at * 1_000))
  }
}

function lastOf(generator: ReturnType<typeof createGenerator>): number {
  let last = 1
  for (let count = 0; count < PAST_ORDERS; count++) last = generator.next().at
  return last
}
