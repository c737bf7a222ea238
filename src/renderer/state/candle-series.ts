import { type Candle, INTERVALS, type Interval, mergeCandles } from '../../shared/domain/candle.ts'

/** Bars of one interval, ascending by open time, that remember what changed since a reader looked. */
export class CandleSeries {
  readonly interval: Interval
  #bars: Candle[] = []
  #version = 0
  /** Versions up to this one can only be caught up with by reading all. */
  #resetAt = 0
  #changes: { readonly version: number; readonly openTime: number }[] = []

  constructor(interval: Interval) {
    this.interval = interval
  }

  get version(): number {
    return this.#version
  }
  get bars(): readonly Candle[] {
    return this.#bars
  }

  /** Replaces the bars that are named and adds the others; what is older may come late. */
  apply(bars: readonly Candle[]): void {
    for (const bar of bars) this.#put(bar)
    if (this.#bars.length > MOST_BARS) {
      this.#bars = this.#bars.slice(-KEPT_BARS)
      this.#reset()
    }
  }

  /** Adds a page of history. Bars that are here already came live and are newer knowledge. */
  load(page: readonly Candle[]): void {
    const merged = new Map<number, Candle>()
    for (const bar of page) merged.set(bar.openTime, bar)
    for (const bar of this.#bars) merged.set(bar.openTime, bar)
    this.#bars = [...merged.values()].sort((a, b) => a.openTime - b.openTime)
    this.#reset()
  }

  clear(): void {
    this.#bars = []
    this.#reset()
  }

  /** Bars changed after `version`, ascending; null when everything must be read again. */
  since(version: number): readonly Candle[] | null {
    if (version < this.#resetAt) return null
    const times = new Set<number>()
    for (let i = this.#changes.length - 1; i >= 0; i -= 1) {
      const change = this.#changes[i]
      if (change === undefined || change.version <= version) break
      times.add(change.openTime)
    }
    const changed: Candle[] = []
    for (const time of [...times].sort((a, b) => a - b)) {
      const bar = this.#bars[indexFrom(this.#bars, time)]
      if (bar !== undefined) changed.push(bar)
    }
    return changed
  }

  /** Bars that open at or after `time`. */
  from(time: number): readonly Candle[] {
    return this.#bars.slice(indexFrom(this.#bars, time))
  }

  #put(bar: Candle): void {
    const index = indexFrom(this.#bars, bar.openTime)
    if (this.#bars[index]?.openTime === bar.openTime) this.#bars[index] = bar
    else if (index === this.#bars.length) this.#bars.push(bar)
    else {
      this.#bars.splice(index, 0, bar)
      this.#reset()
      return
    }
    this.#version += 1
    this.#changes.push({ version: this.#version, openTime: bar.openTime })
    if (this.#changes.length > 2 * CHANGE_LOG) {
      this.#changes = this.#changes.slice(-CHANGE_LOG)
      this.#resetAt = (this.#changes[0]?.version ?? this.#version) - 1
    }
  }

  #reset(): void {
    this.#version += 1
    this.#resetAt = this.#version
    this.#changes = []
  }
}

const MOST_BARS = 20_000
const KEPT_BARS = 15_000
const CHANGE_LOG = 1_000

/** Index of the first bar that opens at or after `time`. */
export function indexFrom(bars: readonly Candle[], time: number): number {
  let low = 0
  let high = bars.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bars[middle]?.openTime ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * The bars of `interval` that contain the changed one-minute bars, folded anew from the minutes held
 * here. A bar whose first minutes are not held is left out unless nothing better is known.
 */
export function widen(
  minutes: CandleSeries,
  wide: CandleSeries,
  changed: readonly Candle[],
): readonly Candle[] {
  const length = INTERVALS[wide.interval]
  const first = minutes.bars[0]?.openTime ?? Number.POSITIVE_INFINITY
  const opens = new Set(changed.map((bar) => Math.floor(bar.openTime / length) * length))
  const widened: Candle[] = []
  for (const open of [...opens].sort((a, b) => a - b)) {
    const known = wide.bars[indexFrom(wide.bars, open)]?.openTime === open
    if (first > open && known && wide.bars.length > 1) continue
    const inside = minutes.from(open).filter((bar) => bar.openTime < open + length)
    widened.push(...mergeCandles(inside, length))
  }
  return widened
}
