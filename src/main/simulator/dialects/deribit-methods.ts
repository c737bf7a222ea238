import { floatText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { type Bar, joinBars } from '../minute-bars.ts'
import type { MarketTape } from '../tape.ts'
import { invalidParam, RpcError } from './deribit-errors.ts'
import { contractSize, currencyOf, kindOf } from './deribit-markets.ts'
import { rowText } from './deribit-rows.ts'
import type { House } from './dialect.ts'
import { pointIn } from './query.ts'

const USUAL_ROWS = 10
const MOST_ROWS = 1_000
const MOST_BARS = 5_000

/** Minutes by the venue's names of resolutions. */
const RESOLUTIONS: Readonly<Record<string, number>> = {
  '1': 1,
  '3': 3,
  '5': 5,
  '10': 10,
  '15': 15,
  '30': 30,
  '60': 60,
  '120': 120,
  '180': 180,
  '360': 360,
  '720': 720,
  '1D': 1_440,
}

/** A method gives its result as JSON text. Parameters are texts, as in a query. */
type Method = (house: House, params: URLSearchParams) => string

/** What can be asked over REST and over the socket alike. */
const METHODS: Readonly<Record<string, Method>> = {
  'public/test': () => '{"version":"1.2.26"}',
  'public/get_time': (house) => String(house.nowMs()),
  'public/get_instruments': instruments,
  'public/get_last_trades_by_instrument': bySequence,
  'public/get_last_trades_by_instrument_and_time': byTime,
  'public/ticker': (house, params) => JSON.stringify(ticker(house, tapeIn(house, params))),
  'public/get_book_summary_by_instrument': (house, params) =>
    JSON.stringify([summary(house, tapeIn(house, params))]),
  'public/get_tradingview_chart_data': chart,
}

/** The result of a method as JSON text. Throws an RpcError. */
export function callMethod(house: House, name: string, params: URLSearchParams): string {
  const method = METHODS[name]
  if (method === undefined) throw new RpcError(-32_601, 'Method not found')
  return method(house, params)
}

function tapeIn(house: House, params: URLSearchParams): MarketTape {
  const name = params.get('instrument_name')
  if (name === null) throw invalidParam('instrument_name', 'missing')
  const listing = house.find(name)
  if (listing === undefined) throw new RpcError(13_020, 'not_found')
  return house.tape(listing)
}

function whole(params: URLSearchParams, name: string): number | undefined {
  const value = pointIn(params, name)
  if (value === null) throw invalidParam(name)
  return value === undefined ? undefined : Number(value)
}

function needed(params: URLSearchParams, name: string): number {
  const value = whole(params, name)
  if (value === undefined) throw invalidParam(name, 'missing')
  return value
}

function instruments(house: House, params: URLSearchParams): string {
  const currency = params.get('currency')
  const kind = params.get('kind')
  if (currency === null) throw invalidParam('currency', 'missing')
  if (params.get('expired') === 'true') return '[]'
  const chosen = house.listings.filter(
    (listing) =>
      (currency === 'any' || currencyOf(listing) === currency) &&
      (kind === null || kind === 'any' || kindOf(listing) === kind),
  )
  return JSON.stringify(chosen.map(instrument))
}

function instrument(listing: Listing): object {
  const { kind, base, quote, index } = listing
  const perpetual = {
    settlement_period: 'perpetual',
    settlement_currency: currencyOf(listing),
    expiration_timestamp: 32_503_708_800_000,
    max_leverage: 50,
  }
  return {
    instrument_name: listing.venueSymbol,
    instrument_id: 210_838 + index,
    kind: kindOf(listing),
    instrument_type: kind === 'inverse' ? 'reversed' : 'linear',
    base_currency: base,
    quote_currency: quote,
    counter_currency: quote,
    price_index: `${base}_${quote}`.toLowerCase(),
    tick_size: listing.tickStep / 10 ** listing.priceDecimals,
    tick_size_steps: [],
    min_trade_amount: listing.lotStep / 10 ** listing.lotDecimals,
    contract_size: contractSize(listing),
    creation_timestamp: 1_534_167_754_000,
    is_active: true,
    state: 'open',
    ...(kind === 'spot' ? {} : perpetual),
  }
}

/** Rows of a stretch of the tape: the first ones if ascending, else the last ones, newest first. */
function trades(tape: MarketTape, from: number, end: number, params: URLSearchParams): string {
  const count = whole(params, 'count') ?? USUAL_ROWS
  if (count < 1 || count > MOST_ROWS) throw invalidParam('count', 'value out of range')
  const sorting = params.get('sorting') ?? 'default'
  if (!['asc', 'desc', 'default'].includes(sorting)) throw invalidParam('sorting')
  const ascending = sorting === 'asc'
  const found = ascending
    ? tape.slice(from, Math.min(end, from + count))
    : tape.slice(Math.max(from, end - count), end).toReversed()
  const rows = found.map((match) => rowText(tape, match))
  return `{"trades":[${rows.join(',')}],"has_more":${end - from > count}}`
}

/** Both ends are included. */
function bySequence(house: House, params: URLSearchParams): string {
  const tape = tapeIn(house, params)
  const first = Number(tape.listing.firstSeq)
  const start = whole(params, 'start_seq')
  const last = whole(params, 'end_seq')
  const from = start === undefined ? tape.first : start - first
  const end = last === undefined ? tape.end : last + 1 - first
  return trades(tape, ...within(tape, from, end), params)
}

/** Both ends are included. */
function byTime(house: House, params: URLSearchParams): string {
  const tape = tapeIn(house, params)
  const start = needed(params, 'start_timestamp') * 1_000
  const last = (needed(params, 'end_timestamp') + 1) * 1_000
  const from = tape.search(({ micros }) => micros >= start)
  const end = tape.search(({ micros }) => micros >= last)
  return trades(tape, ...within(tape, from, end), params)
}

function within(tape: MarketTape, from: number, end: number): readonly [number, number] {
  const first = Math.max(tape.first, Math.min(tape.end, from))
  return [first, Math.max(first, Math.min(tape.end, end))]
}

const price = ({ priceDecimals }: Listing, ticks: number): number => ticks / 10 ** priceDecimals

/**
 * Volumes of a bar in the base currency and in the quote currency. Dollars of inverse contracts are
 * turned into coins at the mean price of the bar.
 */
function volumes(listing: Listing, bar: Bar): { readonly base: number; readonly quote: number } {
  const { kind, priceDecimals, lotDecimals } = listing
  const amount = Number(floatText(bar.lots, lotDecimals))
  const product = Number(floatText(bar.quote, priceDecimals + lotDecimals))
  if (kind !== 'inverse') return { base: amount, quote: product }
  const coins = product === 0 ? 0 : (amount * amount) / product
  return { base: Number(coins.toFixed(8)), quote: amount }
}

function figures(house: House, { listing, bars }: MarketTape) {
  const day = bars.day(house.nowMs())
  const { base, quote } = day === undefined ? { base: 0, quote: 0 } : volumes(listing, day)
  const close = day?.close ?? 1
  return {
    last: price(listing, close),
    bid: price(listing, Math.max(1, close - listing.tickStep)),
    ask: price(listing, close + listing.tickStep),
    high: price(listing, day?.high ?? 1),
    low: price(listing, day?.low ?? 1),
    change: day === undefined ? 0 : Number(((day.close / day.open - 1) * 100).toFixed(4)),
    base,
    quote,
  }
}

function ticker(house: House, tape: MarketTape): object {
  const { last, bid, ask, high, low, change, base, quote } = figures(house, tape)
  return {
    timestamp: house.nowMs(),
    state: 'open',
    stats: {
      high,
      low,
      price_change: change,
      volume: base,
      volume_usd: quote,
      volume_notional: quote,
    },
    instrument_name: tape.listing.venueSymbol,
    index_price: last,
    mark_price: last,
    last_price: last,
    best_bid_price: bid,
    best_bid_amount: 10,
    best_ask_price: ask,
    best_ask_amount: 10,
  }
}

function summary(house: House, tape: MarketTape): object {
  const { last, bid, ask, high, low, change, base, quote } = figures(house, tape)
  return {
    instrument_name: tape.listing.venueSymbol,
    base_currency: tape.listing.base,
    quote_currency: tape.listing.quote,
    creation_timestamp: house.nowMs(),
    volume: base,
    volume_usd: quote,
    volume_notional: quote,
    high,
    low,
    last,
    price_change: change,
    bid_price: bid,
    ask_price: ask,
    mid_price: (bid + ask) / 2,
    mark_price: last,
  }
}

/** Columns, oldest first; both times are of the opening and included. */
function chart(house: House, params: URLSearchParams): string {
  const { listing, bars } = tapeIn(house, params)
  const minutes = RESOLUTIONS[params.get('resolution') ?? '']
  if (minutes === undefined) throw invalidParam('resolution')
  const start = needed(params, 'start_timestamp')
  const end = needed(params, 'end_timestamp')
  const chosen = joinBars(bars.upTo(house.nowMs()), minutes * 60_000)
    .filter(({ openTime }) => openTime >= start && openTime <= end)
    .slice(-MOST_BARS)
  const sums = chosen.map((bar) => volumes(listing, bar))
  const prices = (of: (bar: Bar) => number): readonly number[] =>
    chosen.map((bar) => price(listing, of(bar)))
  return JSON.stringify({
    status: chosen.length === 0 ? 'no_data' : 'ok',
    ticks: chosen.map(({ openTime }) => openTime),
    open: prices(({ open }) => open),
    high: prices(({ high }) => high),
    low: prices(({ low }) => low),
    close: prices(({ close }) => close),
    volume: sums.map(({ base }) => base),
    cost: sums.map(({ quote }) => quote),
  })
}
