import type { HiddenPrices } from './hidden-prices.ts'
import { ASSETS, allowed, type Listing, lotsWorth, usdtValue } from './listings.ts'
import { type Random, random } from './random.ts'

/** One fill against one resting order. */
export interface Fill {
  /** Price in steps of the listing. */
  readonly ticks: number
  /** Quantity in steps of the listing. */
  readonly lots: number
}

/** A taker order with all its fills; they happen in the same instant. */
export interface Order {
  readonly listing: Listing
  readonly buy: boolean
  readonly fills: readonly Fill[]
  /** When, in seconds of generated time. */
  readonly at: number
}

export interface Generator {
  /** The next order of the tape. */
  next(): Order
  /** An extra order of exactly `fills` fills on one market, now. */
  order(listing: Listing, fills: number): Order
}

export interface GeneratorOptions {
  readonly seed: number
  /** Names the stream of random numbers: the venue. */
  readonly name: string
  readonly listings: readonly Listing[]
  /** Fills per second on average, over all listings; more than 0. */
  readonly rate: number
  readonly prices: HiddenPrices
}

/** Mean of the intensity over time, by which it is divided so that `rate` comes true. */
const MEAN_INTENSITY = 1.1
const LARGEST_ORDER = 60

/** Rates above this are meant as a load, which is to be steady: the pace varies less and less. */
const LIVELY_RATE = 200

/** Calm stretches of varying pace with short bursts between them; 1 on average. */
function intensity(draw: Random, rate: number): (at: number) => number {
  const liveliness = Math.min(1, LIVELY_RATE / rate)
  let until = 0
  let level = 1
  return (at) => {
    while (at >= until) {
      const burst = draw.next() < 0.06
      level = burst ? 5 : Math.exp(draw.normal() * 0.4 - 0.08)
      until += draw.exponential() * (burst ? 0.6 : 1.5)
    }
    return 1 + (level / MEAN_INTENSITY - 1) * liveliness
  }
}

/** Picks an index with Zipf weights, first one most often. */
function zipf(count: number): (uniform: number) => number {
  const sums: number[] = []
  let sum = 0
  for (let rank = 1; rank <= count; rank++) {
    sum += rank ** -1.05
    sums.push(sum)
  }
  return (uniform) => {
    const at = sums.findIndex((limit) => uniform * sum < limit)
    return at < 0 ? count - 1 : at
  }
}

/** Share of all fills that a listing of this rank gets. */
export function zipfShare(index: number, count: number): number {
  let sum = 0
  for (let rank = 1; rank <= count; rank++) sum += rank ** -1.05
  return (index + 1) ** -1.05 / sum
}

/** How many resting orders a taker order meets. */
function fillCount(draw: Random): number {
  const kind = draw.next()
  if (kind < 0.58) return 1
  if (kind < 0.99) return Math.min(LARGEST_ORDER, 2 + Math.floor(draw.exponential() * 2.2))
  return 10 + draw.whole(LARGEST_ORDER - 30)
}

/** Mean value of one order in USDT: lognormal with this median and spread. */
const MEDIAN_VALUE = 170
const VALUE_SPREAD = 1.5
/** Mean value of one fill in USDT: an order has 2.4 of them. */
export const MEAN_FILL_VALUE = (MEDIAN_VALUE * Math.exp(VALUE_SPREAD ** 2 / 2)) / 2.4

/** A listing with the figures that its orders need. */
interface Desk {
  readonly listing: Listing
  readonly baseAsset: number
  readonly quoteAsset: number
  readonly openingPrice: number
  drift: number
  lean: number
}

function desk(listing: Listing): Desk {
  return {
    listing,
    baseAsset: ASSETS.findIndex(({ name }) => name === listing.base),
    quoteAsset: ASSETS.findIndex(({ name }) => name === listing.quote),
    openingPrice: usdtValue(listing.base) / usdtValue(listing.quote),
    drift: 0,
    lean: 0,
  }
}

/** Tells the price of a listing in its quote asset when hidden prices are at given levels. */
export function pricer(listing: Listing): (level: (asset: number) => number) => number {
  const { baseAsset, quoteAsset, openingPrice } = desk(listing)
  return (level) =>
    openingPrice * Math.exp(level(baseAsset) - (quoteAsset < 0 ? 0 : level(quoteAsset)))
}

/** A seeded tape without end. Nothing in it depends on real time. */
export function createGenerator(options: GeneratorOptions): Generator {
  const { listings, rate, prices } = options
  const draw = random(options.seed, options.name, 'orders')
  const pace = intensity(random(options.seed, options.name, 'pace'), rate)
  const extra = random(options.seed, options.name, 'extra')
  const desks = listings.map(desk)
  const pick = zipf(listings.length)
  let at = 0

  const next = (): Order => {
    const chosen = desks[pick(draw.next())]
    if (chosen === undefined) throw new Error('The generator needs at least one market.')
    const count = fillCount(draw)
    at += (draw.exponential() * count) / (rate * pace(at))
    prices.advance(at)
    return { ...fill(chosen, prices, draw, count), at }
  }
  return {
    next,
    order: (listing, fills) => {
      const chosen = desks[listing.index]
      if (chosen === undefined) throw new Error(`Unknown market ${listing.symbol}.`)
      return { ...fill(chosen, prices, extra, fills), at }
    },
  }
}

/** Fills of one order: they start at the touch and walk away from it, never back. */
function fill(
  desk: Desk,
  prices: HiddenPrices,
  draw: Random,
  count: number,
): { listing: Listing; buy: boolean; fills: readonly Fill[] } {
  const { listing } = desk
  // Each venue strays a basis point or two from the hidden price and comes back.
  desk.drift = desk.drift * 0.98 + draw.normal() * 0.000_03
  desk.lean = desk.lean * 0.9 + draw.normal() * 0.12
  const buy = draw.next() < 0.5 + Math.max(-0.35, Math.min(0.35, desk.lean))
  const quote = desk.quoteAsset < 0 ? 0 : prices.level(desk.quoteAsset)
  const mid = desk.openingPrice * Math.exp(prices.level(desk.baseAsset) - quote + desk.drift)
  const scale = 10 ** listing.priceDecimals
  const { tickStep } = listing
  const touch = (mid * scale) / tickStep
  let steps = Math.max(1, buy ? Math.ceil(touch) : Math.floor(touch))
  const stride = Math.max(1, Math.round(touch * 0.000_008))
  const value = MEDIAN_VALUE * Math.exp(draw.normal() * VALUE_SPREAD)
  const lots = lotsWorth(listing, value, mid)
  const fills: Fill[] = []
  for (let index = 0; index < count; index++) {
    if (index > 0 && draw.next() < 0.4)
      steps = Math.max(1, steps + (buy ? 1 : -1) * (1 + draw.whole(stride)))
    const share = Math.max(1, Math.round((lots / count) * draw.exponential()))
    // People type round quantities.
    const round = draw.next() < 0.15 ? 10 ** Math.floor(Math.log10(share)) : 1
    const size = allowed(Math.floor(share / round) * round, listing.lotStep)
    fills.push({ ticks: steps * tickStep, lots: size })
  }
  return { listing, buy, fills }
}
