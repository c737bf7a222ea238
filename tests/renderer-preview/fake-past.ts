import type {
  AroundQuery,
  BarsAnswer,
  BarsQuery,
  CoverStretch,
} from '../../src/shared/contract/history.ts'
import {
  type Candle,
  MOST_BARS,
  RESOLUTIONS,
  type Resolution,
} from '../../src/shared/domain/candle.ts'
import type { Gap } from '../../src/shared/domain/ledger.ts'
import type { MarketId } from '../../src/shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../src/shared/domain/outcome.ts'
import { epochMs } from '../../src/shared/domain/time.ts'
import type { Trade } from '../../src/shared/domain/trade.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
/** Mean pause between two trades. */
const PAUSE = 650

/** What a market's past is made from. */
export interface Character {
  readonly market: MarketId
  readonly price: number
  readonly priceDecimals: number
  readonly qtyDecimals: number
}

/** 0 to 1, the same for the same numbers. */
function chance(a: number, b: number): number {
  let mixed = Math.imul((a ^ (b * 0x9e3779b1)) | 0, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 4_294_967_296
}

/** A made-up past of 200 days that is the same whenever and however it is asked for. */
export class FakePast {
  readonly #now: number
  readonly #gaps: (market: MarketId) => readonly Gap[]
  readonly first: number

  constructor(now: number, gaps: (market: MarketId) => readonly Gap[]) {
    this.#now = now
    this.#gaps = gaps
    this.first = Math.floor((now - 200 * DAY) / DAY) * DAY
  }

  price({ price, market }: Character, at: number): number {
    const phase = market.length + market.charCodeAt(market.indexOf(':') + 1)
    const minutes = at / MINUTE
    const waves = [
      [0.05, 41_000],
      [0.028, 9_700],
      [0.011, 1_430],
      [0.0045, 173],
      [0.0022, 31],
      [0.0009, 6.1],
      [0.0004, 1.3],
    ] as const
    let sum = 0
    for (const [height, length] of waves)
      sum += height * Math.sin((minutes / length) * 2 * Math.PI + phase * height * 300)
    return price * (1 + sum + (chance(Math.floor(at / 700), phase) - 0.5) * 0.0003)
  }

  bars(who: Character, query: BarsQuery): Outcome<BarsAnswer> {
    const from = query.from
    const to = Math.min(query.to, Date.now())
    if (query.to <= from) return fail('invalid', 'The stretch is empty.')
    if (from > Date.now()) return fail('invalid', 'The stretch lies in the future.')
    const resolution = query.resolution ?? finest(from, query.to, query.bars ?? MOST_BARS)
    const length = RESOLUTIONS[resolution]
    const candles: Candle[] = []
    const cover: CoverStretch[] = []
    const gaps = this.#gaps(who.market)
    const begin = Math.floor(Math.max(from, this.first) / length) * length
    for (let open = begin; open < to; open += length) {
      const gap = gaps.find((each) => each.from < open + length && each.to > open)
      const state = gap === undefined ? 'complete' : gap.state === 'filled' ? 'backfilled' : 'gap'
      const last = cover.at(-1)
      if (last?.state === state) cover[cover.length - 1] = { ...last, to: epochMs(open + length) }
      else cover.push({ from: epochMs(open), to: epochMs(open + length), state })
      const hidden =
        state === 'gap' && gap !== undefined && gap.from <= open && gap.to >= open + length
      if (!hidden) candles.push(this.#bar(who, open, length, state))
    }
    return ok({ resolution, candles: candles.slice(-MOST_BARS), cover })
  }

  #bar(who: Character, openTime: number, length: number, state: Candle['state']): Candle {
    const prices = Array.from({ length: 9 }, (_, i) => this.price(who, openTime + (length * i) / 8))
    const [open = 1, close = 1] = [prices[0], prices.at(-1)]
    const volume = ((0.4 + chance(openTime / 1_000, 3)) * (length / 1_000) * 900) / who.price
    return {
      openTime: epochMs(openTime),
      open,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close,
      volume,
      buyVolume: volume * (0.3 + 0.4 * chance(openTime / 1_000, 5)),
      trades: Math.ceil(length / PAUSE),
      source: 'tape',
      partial: false,
      coverage: state === 'gap' ? 0.4 : 1,
      ...(state === undefined ? {} : { state }),
    }
  }

  /** Trades with match times in [from, to). */
  trades(who: Character, from: number, to: number): Trade[] {
    const gaps = this.#gaps(who.market).filter(({ state }) => state !== 'filled')
    const found: Trade[] = []
    const last = Math.floor(Math.min(to, Date.now()) / PAUSE)
    for (let k = Math.floor(Math.max(from, this.first) / PAUSE); k <= last; k += 1) {
      const at = k * PAUSE + Math.floor(chance(k, 11) * (PAUSE - 1))
      if (at < from || at >= to || at < this.first) continue
      if (!gaps.some((gap) => gap.from < at && gap.to > at)) found.push(this.#trade(who, k, at))
    }
    return found
  }

  #trade(who: Character, serial: number, at: number): Trade {
    const size = (400 * (1 / (0.02 + chance(serial, 17)) - 0.9)) / who.price
    return {
      market: who.market,
      id: String(serial),
      price: this.price(who, at).toFixed(who.priceDecimals),
      qty: Math.max(10 ** -who.qtyDecimals, size).toFixed(who.qtyDecimals),
      side: chance(serial, 19) < 0.52 ? 'buy' : 'sell',
      exchangeTime: epochMs(at),
      receiveTime: epochMs(at + 20 + Math.floor(chance(serial, 23) * 60)),
      matches: 1,
      origin: 'stream',
    }
  }

  around(who: Character, { at, before, after }: AroundQuery): Trade[] {
    const reach = PAUSE * 2
    const earlier = this.trades(who, at - before * reach, at).slice(-before)
    return [...earlier, ...this.trades(who, at, at + after * reach).slice(0, after)]
  }
}

function finest(from: number, to: number, bars: number): Resolution {
  const all = Object.entries(RESOLUTIONS) as [Resolution, number][]
  return all.find(([, length]) => (to - from) / length <= bars)?.[0] ?? '1d'
}
