import { shortText } from '../fixed-point.ts'
import type { Listing } from '../listings.ts'
import { type Bar, joinBars } from '../minute-bars.ts'
import type { MarketTape } from '../tape.ts'
import type { House, RestCall, RestReply } from './dialect.ts'
import { json } from './dialect.ts'
import { objectText } from './number-text.ts'
import { pointIn } from './query.ts'
import { changeOf, dateAndTime, dayStart } from './upbit-rows.ts'
import { atTime, type Closes, Refusal, tapeNamed, ticks } from './upbit-ticks.ts'

const PER_SECOND = 10
const MOST_BARS = 200
const MINUTE = 60_000
const KOREA_MS = 9 * 3_600_000
const UNITS = [1, 3, 5, 10, 15, 30, 60, 240]
const ROOT = '/v1/'
const MINUTES = 'candles/minutes/'

interface Shop {
  readonly house: House
  readonly previous: Closes
  readonly query: URLSearchParams
}

/** Which allowance a call uses, and what it answers as JSON text. */
interface Route {
  readonly group: string
  run(shop: Shop, leaf: string): string
}

const ROUTES: Readonly<Record<string, Route>> = {
  'market/all': { group: 'market', run: markets },
  'trades/ticks': {
    group: 'crix-trades',
    run: ({ house, previous, query }) => ticks(house, previous, query),
  },
  ticker: { group: 'ticker', run: tickers },
  [MINUTES]: { group: 'candles', run: candles },
}

const error = (name: number | string, message: string, status: number): RestReply =>
  json({ error: { name, message } }, status)

export const upbitRefusal = (status: number): RestReply =>
  json({ name: status === 429 ? 'too_many_requests' : 'refused' }, status)

/** The public REST calls of Upbit. `welcome` counts the requests that name an origin. */
export function upbitRest(
  house: House,
  previous: Closes,
  welcome: (header: RestCall['header']) => boolean,
): (call: RestCall) => RestReply {
  const used = new Map<string, { readonly second: number; count: number }>()
  return ({ path, query, header }) => {
    const name = path.startsWith(ROOT) ? path.slice(ROOT.length) : ''
    const leaf = name.startsWith(MINUTES) ? name.slice(MINUTES.length) : ''
    const route = ROUTES[leaf === '' ? name : MINUTES]
    if (route === undefined) return error(404, 'no Route matched with those values', 404)
    if (!welcome(header)) return upbitRefusal(429)
    const second = Math.floor(house.time.monotonic() / 1_000)
    const before = used.get(route.group)
    const usage = before?.second === second ? before : { second, count: 0 }
    used.set(route.group, usage)
    usage.count += 1
    const left = Math.max(0, PER_SECOND - usage.count)
    const headers = { 'remaining-req': `group=${route.group}; min=600; sec=${left}` }
    if (usage.count > PER_SECOND) return { ...upbitRefusal(429), headers }
    try {
      return { ...json(null, 200, headers), body: route.run({ house, previous, query }, leaf) }
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      return { ...error(refusal.status, refusal.message, refusal.status), headers }
    }
  }
}

function markets({ house, query }: Shop): string {
  const details = (query.get('is_details') ?? query.get('isDetails')) === 'true'
  const caution = {
    PRICE_FLUCTUATIONS: false,
    TRADING_VOLUME_SOARING: false,
    DEPOSIT_AMOUNT_SOARING: false,
    GLOBAL_PRICE_DIFFERENCES: false,
    CONCENTRATION_OF_SMALL_ACCOUNTS: false,
  }
  return JSON.stringify(
    house.listings.map(({ venueSymbol, base }) => ({
      market: venueSymbol,
      korean_name: base,
      english_name: base,
      ...(details ? { market_event: { warning: false, caution } } : {}),
    })),
  )
}

/** Bars of a stretch joined to one. */
function sum(bars: readonly Bar[]): Bar | undefined {
  return joinBars(bars, Number.MAX_SAFE_INTEGER)[0]
}

function tickers({ house, previous, query }: Shop): string {
  const tapes = (query.get('markets') ?? '').split(',').map((code) => tapeNamed(house, code))
  return `[${tapes.map((tape) => tickerText(house, previous, tape)).join(',')}]`
}

/** The change is against yesterday's close; only `…_24h` is a rolling day. */
function tickerText(house: House, previous: Closes, tape: MarketTape): string {
  const { listing } = tape
  const now = house.nowMs()
  const close = previous(tape, now)
  const bars = tape.bars.upTo(now)
  const rolling = tape.bars.day(now)
  const today = sum(bars.filter(({ openTime }) => openTime >= dayStart(now))) ?? rolling
  const last = tape.last()
  const ticksNow = today?.close ?? close
  const price = (ticks: number): string => shortText(ticks, listing.priceDecimals)
  const change = ticksNow - close
  const sign = change < 0 ? '-' : ''
  const rate = Math.abs(change / close).toFixed(10)
  const [date, time] = dateAndTime(Math.floor((last?.micros ?? 0) / 1_000))
  const [koreanDate, koreanTime] = dateAndTime(Math.floor((last?.micros ?? 0) / 1_000) + KOREA_MS)
  return objectText({
    market: `"${listing.venueSymbol}"`,
    trade_date: `"${date.replaceAll('-', '')}"`,
    trade_time: `"${time.replaceAll(':', '')}"`,
    trade_date_kst: `"${koreanDate.replaceAll('-', '')}"`,
    trade_time_kst: `"${koreanTime.replaceAll(':', '')}"`,
    trade_timestamp: Math.floor((last?.micros ?? 0) / 1_000),
    opening_price: price(today?.open ?? close),
    high_price: price(today?.high ?? close),
    low_price: price(today?.low ?? close),
    trade_price: price(ticksNow),
    prev_closing_price: price(close),
    change: `"${changeOf(ticksNow, close)}"`,
    change_price: price(Math.abs(change)),
    change_rate: rate,
    signed_change_price: sign + price(Math.abs(change)),
    signed_change_rate: sign + rate,
    trade_volume: shortText(last?.lots ?? 0, listing.lotDecimals),
    acc_trade_price: quoteText(listing, today),
    acc_trade_price_24h: quoteText(listing, rolling),
    acc_trade_volume: shortText(today?.lots ?? 0, listing.lotDecimals),
    acc_trade_volume_24h: shortText(rolling?.lots ?? 0, listing.lotDecimals),
    timestamp: now,
  })
}

const quoteText = (listing: Listing, bar: Bar | undefined): string =>
  shortText(bar?.quote ?? 0n, listing.priceDecimals + listing.lotDecimals)

/** Newest first; `to` is exclusive, more than 200 are cut in silence, empty bars are absent. */
function candles({ house, query }: Shop, leaf: string): string {
  const unit = UNITS.find((known) => String(known) === leaf)
  const tape = tapeNamed(house, query.get('market') ?? '')
  const count = pointIn(query, 'count') ?? 1n
  if (unit === undefined || pointIn(query, 'count') === null || count < 1n)
    throw new Refusal(400, 'Type mismatch error. Check the parameters type!')
  const to = query.get('to')
  const before = to === null || to === '' ? Number.POSITIVE_INFINITY : atTime(to, null)
  const interval = unit * MINUTE
  const now = house.nowMs()
  const { listing } = tape
  const price = (ticks: number): string => shortText(ticks, listing.priceDecimals)
  const isoSecond = (ms: number): string => `"${dateAndTime(ms).join('T')}"`
  const traded = tape.bars.upTo(now).filter(({ trades }) => trades > 0)
  const rows = joinBars(traded, interval)
    .filter(({ openTime }) => openTime < before)
    .slice(-Math.min(MOST_BARS, Number(count)))
    .toReversed()
    .map((bar) =>
      objectText({
        market: `"${listing.venueSymbol}"`,
        candle_date_time_utc: isoSecond(bar.openTime),
        candle_date_time_kst: isoSecond(bar.openTime + KOREA_MS),
        opening_price: price(bar.open),
        high_price: price(bar.high),
        low_price: price(bar.low),
        trade_price: price(bar.close),
        timestamp: Math.min(now, bar.openTime + interval - 1),
        candle_acc_trade_price: quoteText(listing, bar),
        candle_acc_trade_volume: shortText(bar.lots, listing.lotDecimals),
        unit,
      }),
    )
  return `[${rows.join(',')}]`
}
