import type { DayFigures } from '../../shared/contract/status.ts'
import type { EpochMs } from '../../shared/domain/time.ts'

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

interface Bucket {
  minute: number
  open: number
  high: number
  low: number
  close: number
  volume: number
  quoteVolume: number
  estimated: boolean
  /** The venue's own bar, which holds what was traded until it was asked for. */
  seeded: boolean
}

const empty = (): Bucket => ({
  minute: -1,
  open: 0,
  high: 0,
  low: 0,
  close: 0,
  volume: 0,
  quoteVolume: 0,
  estimated: false,
  seeded: false,
})

type Totals = Pick<DayFigures, 'volume' | 'quoteVolume' | 'high' | 'low' | 'open' | 'basis'>

/**
 * The last 24 h of one market in 1,440 minute buckets, the newest being the running minute. What is
 * older expires minute by minute; nothing is "since start".
 */
export class RollingDay {
  readonly #buckets = Array.from({ length: MINUTES }, empty)
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
    const bucket = this.#bucket(minute)
    if (bucket.minute !== minute)
      Object.assign(bucket, { ...empty(), minute, open: price, high: price, low: price })
    if (price > bucket.high) bucket.high = price
    if (price < bucket.low) bucket.low = price
    bucket.close = price
    bucket.volume += qty
    bucket.quoteVolume += qty * price
    if (minute < running) this.#closed = null
  }

  /** Folds a trade in that was fetched afterwards, unless the venue's own bar counted it already. */
  late(now: number, time: number, price: number, qty: number): void {
    const minute = Math.floor(time / MINUTE)
    const bucket = this.#bucket(minute)
    if (bucket.minute === minute && bucket.seeded && time <= this.#seededAt) return
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
    const current = this.#bucket(running)
    const live = current.minute === running ? current : null
    const open = totals.open ?? live?.open ?? null
    const whole = this.#seeded || now - this.#since >= MINUTES * MINUTE
    return {
      volume: totals.volume + (live?.volume ?? 0),
      quoteVolume: totals.quoteVolume + (live?.quoteVolume ?? 0),
      high: most(Math.max, totals.high, live?.high),
      low: most(Math.min, totals.low, live?.low),
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
    const bucket = this.#bucket(minute)
    const known = bucket.minute === minute ? bucket : null
    if (known !== null && (estimated || known.volume > bar.volume) && !known.estimated) return
    const mean = (bar.open + bar.high + bar.low + bar.close) / 4
    Object.assign(bucket, {
      minute,
      open: bar.open,
      high: bar.high,
      low: bar.low,
      close: bar.close,
      volume: bar.volume,
      // A bar does not tell its turnover; its mean price stands for the price of each unit.
      quoteVolume: bar.volume * (estimated ? bar.close : mean),
      estimated,
      seeded: true,
    })
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
      const bucket = this.#bucket(minute)
      if (bucket.minute !== minute) continue
      open ??= bucket.open
      high = high === null ? bucket.high : Math.max(high, bucket.high)
      low = low === null ? bucket.low : Math.min(low, bucket.low)
      volume += bucket.volume
      quoteVolume += bucket.quoteVolume
      estimated ||= bucket.estimated
    }
    const basis = estimated ? 'estimate' : 'minutes'
    return { volume, quoteVolume, high, low, open, basis }
  }

  #bucket(minute: number): Bucket {
    const bucket = this.#buckets[minute % MINUTES]
    if (bucket === undefined) throw new RangeError(`no bucket for minute ${minute}`)
    return bucket
  }
}

const most = (
  pick: (a: number, b: number) => number,
  a: number | null,
  b: number | undefined,
): number | null => (a === null ? (b ?? null) : b === undefined ? a : pick(a, b))
