import type { DayFigures } from '../../shared/contract/status.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { TradeRows } from '../../shared/domain/trade-rows.ts'

const MINUTE = 60_000
const MINUTES = 1_440

/** One minute as a venue or a store tells it; volume in base units. */
export interface DayMinute {
  readonly openTime: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** A venue's own total over its last 24 h. */
export interface DayTotal {
  readonly last: number
  readonly open?: number | undefined
  readonly high: number
  readonly low: number
  readonly volume: number
}

/** The minute's figures are spread from a total: an estimate. */
const ESTIMATED = 1
/** They are the venue's own bar, which holds what was traded until it was asked for. */
const SEEDED = 2

type Totals = Pick<DayFigures, 'volume' | 'quoteVolume' | 'high' | 'low' | 'open' | 'basis'>

/**
 * The last 24 h of one market in 1,440 minute buckets, the newest being the running minute. What is
 * older expires minute by minute; nothing is "since start".
 */
export class RollingDay {
  // A column a figure, a row a minute (modulo a day): a quarter of what objects take.
  readonly #minute = new Int32Array(MINUTES).fill(-1)
  readonly #open = new Float64Array(MINUTES)
  readonly #high = new Float64Array(MINUTES)
  readonly #low = new Float64Array(MINUTES)
  readonly #close = new Float64Array(MINUTES)
  readonly #volume = new Float64Array(MINUTES)
  readonly #quoteVolume = new Float64Array(MINUTES)
  readonly #marks = new Uint8Array(MINUTES)
  /** Sums over the closed minutes, made anew when the minute turns or a closed minute changes. */
  #closed: { readonly minute: number; readonly totals: Totals } | null = null
  #seeded = false
  #seededAt = Number.NEGATIVE_INFINITY
  readonly #since: number

  /** `since`: when watching began, epoch ms. */
  constructor(since: number) {
    this.#since = since
  }

  /** Folds a trade in by its exchange time; one older than the window changes nothing. */
  trade(now: number, time: number, price: number, qty: number): void {
    const minute = Math.floor(time / MINUTE)
    const running = Math.floor(now / MINUTE)
    if (minute <= running - MINUTES || minute > running + 1) return
    const row = minute % MINUTES
    if (this.#minute[row] !== minute) this.#begin(row, minute, price)
    if (price > (this.#high[row] ?? 0)) this.#high[row] = price
    if (price < (this.#low[row] ?? 0)) this.#low[row] = price
    this.#close[row] = price
    this.#volume[row] = (this.#volume[row] ?? 0) + qty
    this.#quoteVolume[row] = (this.#quoteVolume[row] ?? 0) + qty * price
    if (minute < running) this.#closed = null
  }

  /** The same for many: those of one minute are summed up before they go into its row. */
  tradeRows(now: number, { time, price, qty, count }: TradeRows): void {
    const running = Math.floor(now / MINUTE)
    for (let from = 0; from < count; ) {
      const minute = Math.floor((time[from] ?? 0) / MINUTE)
      const [begins, ends] = [minute * MINUTE, (minute + 1) * MINUTE]
      let to = from + 1
      while (to < count && (time[to] ?? 0) >= begins && (time[to] ?? 0) < ends) to += 1
      if (minute > running - MINUTES && minute <= running + 1) {
        this.#foldMinute(minute, price, qty, from, to)
        if (minute < running) this.#closed = null
      }
      from = to
    }
  }

  #foldMinute(
    minute: number,
    price: Float64Array,
    qty: Float64Array,
    from: number,
    to: number,
  ): void {
    const row = minute % MINUTES
    if (this.#minute[row] !== minute) this.#begin(row, minute, price[from] ?? 0)
    let [high, low] = [this.#high[row] ?? 0, this.#low[row] ?? 0]
    let [volume, quoteVolume] = [this.#volume[row] ?? 0, this.#quoteVolume[row] ?? 0]
    for (let each = from; each < to; each += 1) {
      const value = price[each] ?? 0
      const size = qty[each] ?? 0
      if (value > high) high = value
      if (value < low) low = value
      volume += size
      quoteVolume += size * value
    }
    this.#high[row] = high
    this.#low[row] = low
    this.#close[row] = price[to - 1] ?? 0
    this.#volume[row] = volume
    this.#quoteVolume[row] = quoteVolume
  }

  /** Folds a trade in that was fetched afterwards, unless the venue's own bar counted it already. */
  late(now: number, time: number, price: number, qty: number): void {
    const minute = Math.floor(time / MINUTE)
    const row = minute % MINUTES
    const seeded = this.#minute[row] === minute && ((this.#marks[row] ?? 0) & SEEDED) !== 0
    if (seeded && time <= this.#seededAt) return
    this.trade(now, time, price, qty)
  }

  /**
   * Takes the venue's own minute bars. Where trades were already folded into a minute, the larger
   * volume stands: the venue's bar holds them too, unless it is younger than they are.
   */
  seedMinutes(now: number, minutes: readonly DayMinute[]): void {
    for (const bar of minutes) this.#seed(now, bar, false)
    this.#seeded = true
    this.#seededAt = now
  }

  /** Without bars: spreads the venue's 24 h total evenly over the minutes not yet known. */
  seedTotal(now: number, total: DayTotal): void {
    const running = Math.floor(now / MINUTE)
    const open = total.open ?? total.last
    for (let back = MINUTES - 1; back >= 1; back -= 1) {
      const price = open + ((total.last - open) * (MINUTES - back)) / MINUTES
      this.#seed(
        now,
        {
          openTime: (running - back) * MINUTE,
          open: price,
          high: total.high,
          low: total.low,
          close: price,
          volume: total.volume / MINUTES,
        },
        true,
      )
    }
    this.#seeded = true
    this.#seededAt = now
  }

  figures(now: number, last: number | null): Omit<DayFigures, 'coverage'> {
    const running = Math.floor(now / MINUTE)
    if (this.#closed?.minute !== running)
      this.#closed = { minute: running, totals: this.#sum(running) }
    const { totals } = this.#closed
    const row = running % MINUTES
    const live = this.#minute[row] === running
    const open = totals.open ?? (live ? (this.#open[row] ?? null) : null)
    const whole = this.#seeded || now - this.#since >= MINUTES * MINUTE
    return {
      volume: totals.volume + (live ? (this.#volume[row] ?? 0) : 0),
      quoteVolume: totals.quoteVolume + (live ? (this.#quoteVolume[row] ?? 0) : 0),
      high: most(Math.max, totals.high, live ? this.#high[row] : undefined),
      low: most(Math.min, totals.low, live ? this.#low[row] : undefined),
      open,
      change: open === null || last === null || open === 0 ? null : (last - open) / open,
      basis: whole ? totals.basis : 'partial',
      since: whole ? null : (this.#since as EpochMs),
    }
  }

  #seed(now: number, bar: DayMinute, estimated: boolean): void {
    const minute = Math.floor(bar.openTime / MINUTE)
    const running = Math.floor(now / MINUTE)
    if (minute <= running - MINUTES || minute > running) return
    const row = minute % MINUTES
    const marks = this.#minute[row] === minute ? (this.#marks[row] ?? 0) : null
    const better = estimated || (this.#volume[row] ?? 0) > bar.volume
    if (marks !== null && better && (marks & ESTIMATED) === 0) return
    this.#begin(row, minute, bar.open)
    this.#high[row] = bar.high
    this.#low[row] = bar.low
    this.#close[row] = bar.close
    this.#volume[row] = bar.volume
    // A bar does not tell its turnover; its mean price stands for the price of each unit.
    const mean = (bar.open + bar.high + bar.low + bar.close) / 4
    this.#quoteVolume[row] = bar.volume * (estimated ? bar.close : mean)
    this.#marks[row] = SEEDED | (estimated ? ESTIMATED : 0)
    this.#closed = null
  }

  #sum(running: number): Totals {
    let volume = 0
    let quoteVolume = 0
    let estimated = false
    let high: number | null = null
    let low: number | null = null
    let open: number | null = null
    for (let minute = running - MINUTES + 1; minute < running; minute += 1) {
      const row = minute % MINUTES
      if (this.#minute[row] !== minute) continue
      open ??= this.#open[row] ?? null
      high = most(Math.max, high, this.#high[row])
      low = most(Math.min, low, this.#low[row])
      volume += this.#volume[row] ?? 0
      quoteVolume += this.#quoteVolume[row] ?? 0
      estimated ||= ((this.#marks[row] ?? 0) & ESTIMATED) !== 0
    }
    const basis = estimated ? 'estimate' : 'minutes'
    return { volume, quoteVolume, high, low, open, basis }
  }

  /** A minute's row begins, with one price and nothing traded. */
  #begin(row: number, minute: number, price: number): void {
    this.#minute[row] = minute
    this.#open[row] = price
    this.#high[row] = price
    this.#low[row] = price
    this.#close[row] = price
    this.#volume[row] = 0
    this.#quoteVolume[row] = 0
    this.#marks[row] = 0
  }
}

const most = (
  pick: (a: number, b: number) => number,
  a: number | null,
  b: number | undefined,
): number | null => (a === null ? (b ?? null) : b === undefined ? a : pick(a, b))
