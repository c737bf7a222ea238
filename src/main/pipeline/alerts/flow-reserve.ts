import { wayTo } from './calm.ts'

/** Of a share so small nothing is said ahead: prices and their sums are rounded. */
const LEAST_WAY = 1e-6
/** Prices that come and leave may be this share of the mean further from it than those of now. */
const BESIDE = 0.005

/** Sums of a window, steps; and how many trades they are of. */
export interface FlowSums {
  readonly volume: number
  readonly net: number
  readonly trades: number
}

/** The newest price of a window, its oldest, their mean by volume, and the volume in steps. */
export interface DeviationNow {
  readonly price: number
  readonly oldest: number
  readonly mean: number
  readonly volume: number
}

/** What may come into a window and leave it before a value in it is at a bound. */
export class FlowReserve {
  /** Steps. */
  in = Number.POSITIVE_INFINITY
  out = Number.POSITIVE_INFINITY
  /** Trades. */
  rowsIn = Number.POSITIVE_INFINITY
  rowsOut = Number.POSITIVE_INFINITY
  /** Prices of what comes lie between these, and of what leaves between those; open. */
  lo = Number.NEGATIVE_INFINITY
  hi = Number.POSITIVE_INFINITY
  loOut = Number.NEGATIVE_INFINITY
  hiOut = Number.POSITIVE_INFINITY

  clear(): void {
    this.in = Number.POSITIVE_INFINITY
    this.out = Number.POSITIVE_INFINITY
    this.rowsIn = Number.POSITIVE_INFINITY
    this.rowsOut = Number.POSITIVE_INFINITY
    this.lo = Number.NEGATIVE_INFINITY
    this.hi = Number.POSITIVE_INFINITY
    this.loOut = Number.NEGATIVE_INFINITY
    this.hiOut = Number.POSITIVE_INFINITY
  }

  /** The volume, steps, stays between `lo` and `hi`. */
  volume(volume: number, lo: number, hi: number): void {
    this.steps(hi > volume ? wayTo(hi, volume) : 0, lo < volume ? wayTo(lo, volume) : 0)
  }

  /** So does the number of trades. */
  trades(trades: number, lo: number, hi: number): void {
    const [up, down] = [hi > trades ? wayTo(hi, trades) : 0, lo < trades ? wayTo(lo, trades) : 0]
    this.rowsIn = Math.min(this.rowsIn, Math.floor(up))
    this.rowsOut = Math.min(this.rowsOut, Math.floor(down))
  }

  /** Bought minus sold: each step that comes or leaves may move it by one, up or down. */
  net(net: number, lo: number, hi: number): void {
    const way = hi > net && lo < net ? Math.min(wayTo(hi, net), wayTo(lo, net)) / 2 : 0
    this.steps(way, way)
  }

  /**
   * The share x of it in the volume V: when a comes and l leaves it moves by (a + l) (1 + |x|) / (V - l) at most, so that for
   * a and l up to m V / (4 + m) it moves by less than m.
   */
  share({ net, volume }: FlowSums, lo: number, hi: number): void {
    const share = net / volume
    // It is never beyond ±1.
    const up = hi > 1 ? Number.POSITIVE_INFINITY : hi > share ? wayTo(hi, share) : 0
    const down = lo < -1 ? Number.POSITIVE_INFINITY : lo < share ? wayTo(lo, share) : 0
    const way = Math.min(up, down)
    const steps = Number.isFinite(way) ? (way * volume) / (4 + way) : way
    this.steps(steps, steps)
  }

  /**
   * A price p in percent of the mean price A of the volume V, which may change by less than 100 f percent: p moves by f A / 4
   * at most, and A by e = f A² / 4p. A moves by (a + l) D / (V - l) at most, when no price that comes or leaves is further
   * from it than D. Together that is two thirds of f.
   */
  deviation(at: DeviationNow, lo: number, hi: number): void {
    const { price, oldest, mean, volume } = at
    const value = ((price - mean) * 100) / mean
    const way = hi > value && lo < value ? Math.min(wayTo(hi, value), wayTo(lo, value)) / 100 : 0
    if (!(way > LEAST_WAY && price > 0 && mean > 0)) {
      this.in = 0
      return
    }
    if (way === Number.POSITIVE_INFINITY) return
    const moves = (way * mean) / 4
    const shift = Math.min(mean / 4, (way * mean * mean) / (4 * price))
    const now = Math.max(Math.abs(price - mean) + moves, Math.abs(oldest - mean))
    const far = now + mean * BESIDE
    const steps = (shift * volume) / (2 * far + shift)
    this.steps(steps, steps)
    this.lo = Math.max(this.lo, price - moves)
    this.hi = Math.min(this.hi, price + moves)
    this.loOut = mean - far
    this.hiOut = mean + far
  }

  private steps(coming: number, leaving: number): void {
    this.in = Math.min(this.in, coming)
    this.out = Math.min(this.out, leaving)
  }
}
