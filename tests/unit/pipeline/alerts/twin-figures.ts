import type { Measure } from '../../../../src/shared/domain/alert.ts'

// Every figure of an alert computed from all trades there ever were, the plain way.

export interface PlacedRow {
  /** Market time: no row stands before the one in front of it. */
  readonly now: number
  readonly time: number
  readonly price: number
  readonly qty: number
  readonly side: 0 | 1
}

export interface SeenGap {
  readonly from: number
  readonly to: number
  /** How many rows had come when it became known. */
  readonly after: number
}

type OfTrades = Exclude<
  Measure,
  { of: 'spread' | 'latency' | 'stale' | 'silent' | 'size' | 'value' }
>

const steps = (quantity: number): bigint => BigInt(Math.round(quantity * 1e8))
/** In steps. */
const sumOf = (rows: readonly PlacedRow[], of: (row: PlacedRow) => number): number =>
  Number(rows.reduce((sum, row) => sum + steps(of(row)), 0n))

/** Milliseconds of [from, to) in gaps, one by one. */
function missing(gaps: readonly SeenGap[], from: number, to: number): number {
  let count = 0
  for (let ms = from; ms < to; ms += 1)
    if (gaps.some((gap) => ms >= gap.from && ms < gap.to)) count += 1
  return count
}

/** The figure after the newest row; NaN when it is not known. */
export function figureOf(
  measure: OfTrades,
  rows: readonly PlacedRow[],
  gaps: readonly SeenGap[],
): number {
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined) return Number.NaN
  const { now, price } = last
  const isCovered = (from: number, to: number) => missing(gaps, from, to) <= (to - from) / 10
  const isFull = (span: number) => first.now <= now - span && isCovered(now - span, now)
  const inWindow = (span: number) => rows.filter((row) => row.now > now - span)
  const percent = (of: number): number => ((price - of) * 100) / of
  switch (measure.of) {
    case 'price':
      return price
    case 'move': {
      const before = rows.findLast((row) => row.now <= now - measure.window)
      return before !== undefined && isCovered(now - measure.window, now)
        ? percent(before.price)
        : Number.NaN
    }
    case 'volume':
    case 'trades':
    case 'imbalance':
    case 'cvd': {
      const flow = flowOf(measure.of, inWindow(measure.window))
      const unit = measure.of === 'volume' || measure.of === 'cvd' ? 1e8 : 1
      return isFull(measure.window) ? flow / unit : Number.NaN
    }
    case 'zscore': {
      const { window, history, burst } = measure
      if (!isFull(window)) return Number.NaN
      const bar = (row: PlacedRow) => Math.floor(row.now / window)
      const count = Math.floor(history / window)
      const indexes = Array.from({ length: count }, (_, i) => bar(last) - count + i)
      if (indexes.some((index) => index <= bar(first))) return Number.NaN
      const bars = indexes
        .filter((index) => isCovered(index * window, (index + 1) * window))
        .map((index) =>
          flowOf(
            burst,
            rows.filter((row) => bar(row) === index),
          ),
        )
      if (count - bars.length > count / 10) return Number.NaN
      const mean = bars.reduce((sum, each) => sum + each, 0) / bars.length
      const variance = bars.reduce((sum, each) => sum + (each - mean) ** 2, 0) / bars.length
      return (flowOf(burst, inWindow(window)) - mean) / Math.sqrt(variance)
    }
    case 'rsi':
      return rsiOf(closesOf(rows, gaps, measure.bar), measure.periods)
    case 'deviation': {
      const { from } = measure
      if (from.of === 'vwap') {
        const inside = inWindow(from.window)
        const worth = Number(
          inside.reduce(
            (sum, row) => sum + BigInt(Math.round(row.price * Number(steps(row.qty)))),
            0n,
          ),
        )
        return isFull(from.window) ? percent(worth / sumOf(inside, (row) => row.qty)) : Number.NaN
      }
      const closes = closesOf(rows, gaps, from.bar).slice(-from.periods)
      if (closes.length < from.periods) return Number.NaN
      return percent(closes.reduce((sum, close) => sum + close, 0) / from.periods)
    }
  }
}

function flowOf(of: 'volume' | 'trades' | 'imbalance' | 'cvd', rows: readonly PlacedRow[]): number {
  if (of === 'trades') return rows.length
  const volume = sumOf(rows, (row) => row.qty)
  if (of === 'volume') return volume
  const net = sumOf(rows, (row) => (row.side === 0 ? row.qty : -row.qty))
  return of === 'cvd' ? net : net / volume
}

/** Closes of the bars that are over, since the last gap that was longer than a bar. */
function closesOf(rows: readonly PlacedRow[], gaps: readonly SeenGap[], bar: number): number[] {
  const start = Math.max(
    0,
    ...gaps.filter((gap) => gap.to - gap.from > bar).map((gap) => gap.after),
  )
  const closes = new Map<number, number>()
  for (const row of rows.slice(start)) closes.set(Math.floor(row.now / bar), row.price)
  return [...closes.values()].slice(0, -1)
}

/** As in the book: two means, then smoothing, then the ratio of the two. */
export function rsiOf(closes: readonly number[], periods: number): number {
  const changes = closes.slice(1).map((close, i) => close - (closes[i] as number))
  if (changes.length < periods) return Number.NaN
  const mean = (side: 1 | -1): number =>
    changes.slice(0, periods).reduce((sum, each) => sum + Math.max(0, each * side), 0) / periods
  let [gain, loss] = [mean(1), mean(-1)]
  for (const change of changes.slice(periods)) {
    gain = (gain * (periods - 1) + Math.max(0, change)) / periods
    loss = (loss * (periods - 1) + Math.max(0, -change)) / periods
  }
  if (gain === 0 && loss === 0) return 50
  return 100 - 100 / (1 + gain / loss)
}
