import type { DayFigures, MarketSummary } from '../../src/shared/contract/status.ts'
import {
  type Candle,
  foldTrade,
  INTERVALS,
  type Interval,
  mergeCandles,
  type OpenCandle,
  openCandle,
} from '../../src/shared/domain/candle.ts'
import { type MarketId, marketId, type VenueId } from '../../src/shared/domain/market.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../src/shared/domain/time.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'
import type { Character } from './fake-past.ts'
import { randomFrom } from './random.ts'

const BASES: readonly (readonly [string, number, number, number])[] = [
  ['BTC', 67_012.4, 2, 5],
  ['ETH', 3_214.77, 2, 4],
  ['SOL', 171.32, 2, 3],
  ['XRP', 0.5312, 4, 1],
  ['DOGE', 0.12844, 5, 0],
  ['ADA', 0.4471, 4, 1],
  ['LINK', 14.871, 3, 2],
  ['AVAX', 28.93, 2, 2],
  ['PEPE', 0.00001234, 8, 0],
  ['LTC', 83.41, 2, 3],
  ['DOT', 6.214, 3, 2],
  ['TON', 7.118, 3, 2],
  ['NEAR', 5.312, 3, 1],
  ['SUI', 1.0412, 4, 1],
  ['1000000MOGWAIINUCLASSIC', 0.000_000_012_34, 11, 0],
]
export const VENUES = ['binance', 'okx', 'bybit'] as readonly string[] as readonly VenueId[]

/** One made-up market that walks at random and remembers its minutes. */
export class FakeMarket {
  readonly id: MarketId
  readonly venue: VenueId
  readonly symbol: string
  readonly #priceDecimals: number
  readonly #qtyDecimals: number
  /** What its older past is made from. */
  get character(): Character {
    return {
      market: this.id,
      price: this.#start,
      priceDecimals: this.#priceDecimals,
      qtyDecimals: this.#qtyDecimals,
    }
  }
  readonly #random: () => number
  readonly #start: number
  #price: number
  #serial = 1_000_000
  #minutes: Candle[] = []
  #seconds: Candle[] = []
  #minute: OpenCandle | null = null
  #second: OpenCandle | null = null
  #last: Trade | null = null
  #count = 0

  constructor(index: number, now: number, past: boolean, silent: readonly TimeRange[] = []) {
    const [base, price, priceDecimals, qtyDecimals] = BASES[index % BASES.length] ??
      BASES[0] ?? ['X', 1, 2, 2]
    this.venue = VENUES[Math.floor(index / 5) % VENUES.length] ?? ('okx' as VenueId)
    const quote = index >= BASES.length ? (index >= 2 * BASES.length ? 'EUR' : 'USDC') : 'USDT'
    this.id = marketId(this.venue, base, quote)
    this.symbol = `${base}-${quote}`
    this.#priceDecimals = priceDecimals
    this.#qtyDecimals = qtyDecimals
    this.#random = randomFrom(index + 7)
    this.#price = price
    this.#start = price
    if (past) this.#walk(now, silent, index === 0 ? 1_100 : 90)
  }

  /** One more trade at `time`. */
  trade(time: number): Trade {
    const random = this.#random
    this.#price *= 1 + (random() - 0.4995) * 0.00016
    const price = this.#price.toFixed(this.#priceDecimals)
    const size = (400 * (1 / (0.02 + random()) - 0.9)) / this.#price
    const qty = Math.max(10 ** -this.#qtyDecimals, size).toFixed(this.#qtyDecimals)
    const side = random() < 0.52 ? 'buy' : 'sell'
    this.#serial += 1
    this.#count += 1
    const exchangeTime = epochMs(Math.floor(time - 18 - random() * 30))
    const trade: Trade = {
      market: this.id,
      id: String(this.#serial),
      price,
      qty,
      side,
      exchangeTime,
      receiveTime: epochMs(Math.floor(time)),
      matches: random() < 0.1 ? 3 : 1,
      origin: 'stream',
    }
    this.#last = trade
    this.#fold(exchangeTime, Number(price), Number(qty), side === 'buy')
    return trade
  }

  /** The bars under way. */
  current(interval: '1s' | '1m'): Candle[] {
    const open = interval === '1s' ? this.#second : this.#minute
    return open === null ? [] : [closed(open, 'tape', false)]
  }

  candles(interval: Interval, before: number, limit: number): Candle[] {
    const fine = interval === '1s' ? this.#seconds : this.#minutes
    const all = [...fine, ...this.current(interval === '1s' ? '1s' : '1m')]
    const bars =
      interval === '1s' || interval === '1m' ? all : mergeCandles(all, INTERVALS[interval])
    return bars.filter(({ openTime }) => openTime < before).slice(-limit)
  }

  trades(limit: number, now: number): Trade[] {
    const list: Trade[] = []
    if (this.#last === null && this.#minutes.length === 0) return list
    for (let i = Math.min(limit, 400); i > 0; i -= 1) list.push(this.trade(now - i * 350))
    return list
  }

  summary(state: MarketSummary['state'], rate: number, coverage: number | null): MarketSummary {
    const minute = this.#minutes.at(-1)
    const last = this.#last === null ? (minute?.close ?? null) : Number(this.#last.price)
    const volume = 3_100_000 / this.#start
    return {
      market: this.id,
      venue: this.venue,
      symbol: this.symbol,
      state,
      ...(state === 'refused' ? { reason: 'Symbol is suspended' } : {}),
      priceDecimals: this.#priceDecimals,
      qtyDecimals: this.#qtyDecimals,
      last,
      lastTradeAt: this.#last?.exchangeTime ?? null,
      lastSide: this.#last?.side ?? null,
      day: { ...this.#day(last, volume), coverage },
      tradesPerSecond: rate,
      buyVolume: (this.#minute?.buyVolume ?? 0) + (minute?.buyVolume ?? 0),
      sellVolume:
        (this.#minute === null ? 0 : this.#minute.volume - this.#minute.buyVolume) +
        (minute === undefined ? 0 : minute.volume - minute.buyVolume),
      trades: this.#count,
    }
  }

  #day(last: number | null, volume: number): Omit<DayFigures, 'coverage'> {
    const basis = this.symbol.startsWith('ETH')
      ? 'estimate'
      : this.symbol.startsWith('SOL')
        ? 'partial'
        : 'minutes'
    return {
      volume,
      quoteVolume: last === null ? 0 : volume * last * (1 + this.#serial / 1e8),
      high: last === null ? null : this.#start * 1.021,
      low: last === null ? null : this.#start * 0.978,
      open: this.#start,
      change: last === null ? null : last / this.#start - 1,
      basis,
      since: basis === 'partial' ? epochMs(Date.now() - 3 * 3_600_000) : null,
    }
  }

  #walk(now: number, silent: readonly TimeRange[], taped: number): void {
    const minutes = 1_600
    const first = Math.floor(now / 60_000 - minutes) * 60_000
    for (let i = 0; i < minutes; i += 1) {
      const openTime = first + i * 60_000
      const bar = openCandle(60_000, openTime, this.#price, 1 + this.#random() * 4, true)
      for (let j = 1; j < 8; j += 1) {
        this.#price *= 1 + (this.#random() - 0.499) * 0.0011
        foldTrade(
          bar,
          openTime + j * 7_000,
          this.#price,
          (this.#random() * 4_000) / this.#start,
          this.#random() < 0.5,
        )
      }
      if (silent.some(({ from, to }) => from <= openTime && to >= openTime + 60_000)) continue
      const venue = i < minutes - taped
      this.#minutes.push(
        closed(bar, venue ? 'venue' : 'tape', i === minutes - taped || i === minutes - 40),
      )
    }
    for (let t = now - 120_000; t < now; t += 700) this.trade(t)
  }

  #fold(time: number, price: number, qty: number, buy: boolean): void {
    const minute = Math.floor(time / 60_000) * 60_000
    if (this.#minute === null || minute > this.#minute.openTime) {
      if (this.#minute !== null && this.#minute.openTime > (this.#minutes.at(-1)?.openTime ?? 0))
        this.#minutes.push(closed(this.#minute, 'tape', false))
      this.#minute = openCandle(60_000, time, price, qty, buy)
    } else foldTrade(this.#minute, time, price, qty, buy)
    const second = Math.floor(time / 1_000) * 1_000
    if (this.#second === null || second > this.#second.openTime) {
      if (this.#second !== null) this.#seconds.push(closed(this.#second, 'tape', false))
      this.#second = openCandle(1_000, time, price, qty, buy)
    } else foldTrade(this.#second, time, price, qty, buy)
  }
}

const closed = (bar: OpenCandle, source: Candle['source'], partial: boolean): Candle => ({
  openTime: bar.openTime as EpochMs,
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  buyVolume: source === 'venue' ? 0 : bar.buyVolume,
  trades: bar.trades,
  source,
  partial,
})
