const MINUTE = 60_000
/** A little more than a day and a half. */
const KEPT = 2_400
/** A jump in time longer than this (an old recording) is not filled with flat bars. */
const LONGEST_FILL = 2_000

/** One minute in whole steps; `quote` counts price steps × quantity steps, exactly. */
export interface Bar {
  /** Epoch ms. */
  openTime: number
  open: number
  high: number
  low: number
  close: number
  lots: number
  buyLots: number
  quote: bigint
  buyQuote: bigint
  trades: number
}

const flat = (openTime: number, price: number): Bar => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  lots: 0,
  buyLots: 0,
  quote: 0n,
  buyQuote: 0n,
  trades: 0,
})

/** Joins ascending minutes into longer bars of `interval` ms. */
export function joinBars(bars: readonly Bar[], interval: number): readonly Bar[] {
  const joined: Bar[] = []
  for (const bar of bars) {
    const openTime = Math.floor(bar.openTime / interval) * interval
    const last = joined.at(-1)
    if (last?.openTime !== openTime) joined.push({ ...bar, openTime })
    else {
      last.high = Math.max(last.high, bar.high)
      last.low = Math.min(last.low, bar.low)
      last.close = bar.close
      last.lots += bar.lots
      last.buyLots += bar.buyLots
      last.quote += bar.quote
      last.buyQuote += bar.buyQuote
      last.trades += bar.trades
    }
  }
  return joined
}

/** The minutes of one market, without holes: a minute without a trade repeats the last price. */
export class MinuteBars {
  #bars: Bar[] = []

  /** Puts a finished bar at the end: the pre-history. */
  seed(bar: Bar): void {
    this.#bars.push(bar)
  }

  add(time: number, ticks: number, lots: number, buy: boolean): void {
    const openTime = Math.floor(time / MINUTE) * MINUTE
    const bar = this.#barAt(openTime, ticks)
    if (bar === undefined) return
    const quote = BigInt(ticks) * BigInt(lots)
    if (bar.trades === 0) {
      bar.open = ticks
      bar.high = ticks
      bar.low = ticks
    }
    if (ticks > bar.high) bar.high = ticks
    if (ticks < bar.low) bar.low = ticks
    bar.close = ticks
    bar.lots += lots
    bar.quote += quote
    bar.trades += 1
    if (buy) {
      bar.buyLots += lots
      bar.buyQuote += quote
    }
  }

  /** All minutes up to the one in which `now` lies, oldest first. */
  upTo(now: number): readonly Bar[] {
    const last = this.#bars.at(-1)
    if (last !== undefined) this.#fill(last, Math.floor(now / MINUTE) * MINUTE)
    return this.#bars
  }

  /** The last 24 hours: 1,440 minutes with the current one. */
  day(now: number): Bar | undefined {
    const from = Math.floor(now / MINUTE) * MINUTE - 1_439 * MINUTE
    const bars = this.upTo(now).filter((bar) => bar.openTime >= from)
    const first = bars[0]
    if (first === undefined) return undefined
    const whole = { ...first }
    for (const bar of bars.slice(1)) {
      whole.high = Math.max(whole.high, bar.high)
      whole.low = Math.min(whole.low, bar.low)
      whole.close = bar.close
      whole.lots += bar.lots
      whole.buyLots += bar.buyLots
      whole.quote += bar.quote
      whole.buyQuote += bar.buyQuote
      whole.trades += bar.trades
    }
    return whole
  }

  #barAt(openTime: number, price: number): Bar | undefined {
    const last = this.#bars.at(-1)
    if (last?.openTime === openTime) return last
    // A recording may hold a late trade; it counts in its own minute.
    if (last !== undefined && openTime < last.openTime)
      return this.#bars.find((bar) => bar.openTime === openTime)
    if (last !== undefined) this.#fill(last, openTime - MINUTE)
    const bar = flat(openTime, price)
    this.#bars.push(bar)
    if (this.#bars.length > KEPT * 2) this.#bars = this.#bars.slice(-KEPT)
    return bar
  }

  #fill(last: Bar, until: number): void {
    if (until - last.openTime > LONGEST_FILL * MINUTE) return
    for (let openTime = last.openTime + MINUTE; openTime <= until; openTime += MINUTE)
      this.#bars.push(flat(openTime, last.close))
  }
}
