import { getAverage, getStandardDeviation, RSI, VWAP } from 'trading-signals'
import type { FigureName, Figures, Snapshot } from '../../../shared/domain/analysis.ts'
import type { Candle } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'

const MINUTE = 60_000
const DAY_MINUTES = 1_440
const HOUR_MINUTES = 60
/** Closes in the mean, and changes in the volatility. */
const PERIODS = 20
const RSI_PERIODS = 14
/** What of a bar's volume is left by the addition of doubles, and was not traded. */
const DUST = 1e-9

export interface SnapshotFacts {
  readonly market: MarketId
  readonly at: EpochMs
  readonly priceDecimals: number
  /** One-minute bars, ascending; the newest holds trades up to `at` only. Those outside the 24 hours are left out. */
  readonly minutes: readonly Candle[]
  /** The newest trade up to `at`, however old; null: there is none. */
  readonly last: { readonly price: number; readonly time: EpochMs } | null
  /** See `FIGURES`; null: nobody knows. */
  readonly coveragePercent: number | null
}

/**
 * What is known of a market at an instant. The 24 hours are the 1,440 minutes of which the one under way is the last.
 * A minute without trades has the close of the one before; a minute before the first trade has none, so that too short a
 * tape gives null and not a guess. Totals are of what is on the tape: `coveragePercent` says how much that is.
 */
export function snapshotOf(facts: SnapshotFacts): Snapshot {
  const { market, at, priceDecimals, last } = facts
  const bars = dayOf(facts)
  return {
    market,
    at,
    lastTradeAt: last?.time ?? null,
    priceDecimals,
    figures: finite({
      last: last?.price ?? null,
      ...meanFigures(last?.price ?? null, closesOf(bars, at)),
      ...dayFigures(last?.price ?? null, bars),
      ...hourFigures(bars, at),
      coveragePercent: facts.coveragePercent,
    }),
  }
}

function dayOf({ minutes, at }: SnapshotFacts): readonly Candle[] {
  const before = minuteOf(at) - DAY_MINUTES * MINUTE
  return minutes.filter((bar) => bar.openTime > before && bar.openTime <= at && bar.volume > 0)
}

const minuteOf = (time: number): number => Math.floor(time / MINUTE) * MINUTE

/** The close of each minute from the first with trades to the one under way. */
function closesOf(bars: readonly Candle[], at: number): readonly number[] {
  const closes: number[] = []
  for (const [index, bar] of bars.entries()) {
    const next = bars[index + 1]?.openTime ?? minuteOf(at) + MINUTE
    for (let minute: number = bar.openTime; minute < next; minute += MINUTE) closes.push(bar.close)
  }
  return closes
}

function meanFigures(
  last: number | null,
  closes: readonly number[],
): Pick<Figures, 'mean20' | 'deviationPercent' | 'zScore' | 'volatilityPercent' | 'rsi14'> {
  const { mean, deviation } = spreadOf(closes.slice(-PERIODS))
  const off = last === null || mean === null ? null : last - mean
  return {
    mean20: mean,
    deviationPercent: ratio(off, mean, 100),
    zScore: ratio(off, deviation, 1),
    volatilityPercent: spreadOf(changesOf(closes.slice(-PERIODS - 1))).deviation,
    rsi14: wilder(closes),
  }
}

/** Mean and population standard deviation of exactly `PERIODS` values; null of fewer. */
function spreadOf(values: readonly number[]): {
  readonly mean: number | null
  readonly deviation: number | null
} {
  const [first] = values
  if (first === undefined || values.length < PERIODS) return { mean: null, deviation: null }
  // From the first one on: values that are equal then have a deviation of 0, and not of a rounding.
  const offsets = values.map((value) => value - first)
  return { mean: first + getAverage(offsets), deviation: getStandardDeviation(offsets) }
}

const changesOf = (closes: readonly number[]): readonly number[] =>
  closes.slice(1).map((close, index) => {
    const before = closes[index] ?? Number.NaN
    return ((close - before) / before) * 100
  })

/** Over all closes of the day: Wilder's mean remembers, and one that has just begun is not his yet. */
function wilder(closes: readonly number[]): number | null {
  if (closes.length <= RSI_PERIODS) return null
  // The library says 100 of a price that never moved; it neither rose nor fell.
  if (closes.every((close) => close === closes[0])) return 50
  const index = new RSI(RSI_PERIODS)
  for (const close of closes) index.add(close)
  return index.getResult()
}

function dayFigures(
  last: number | null,
  bars: readonly Candle[],
): Pick<
  Figures,
  'high24h' | 'low24h' | 'change24hPercent' | 'volume24h' | 'vwap24h' | 'trades24h'
> {
  const [first] = bars
  if (first === undefined)
    return {
      high24h: null,
      low24h: null,
      change24hPercent: null,
      volume24h: null,
      vwap24h: null,
      trades24h: null,
    }
  const mean = new VWAP()
  for (const bar of bars) mean.add({ ...bar })
  return {
    high24h: bars.reduce((high, bar) => Math.max(high, bar.high), first.high),
    low24h: bars.reduce((low, bar) => Math.min(low, bar.low), first.low),
    change24hPercent: ratio(last === null ? null : last - first.open, first.open, 100),
    volume24h: bars.reduce((sum, bar) => sum + bar.volume, 0),
    vwap24h: mean.getResult(),
    // Some venues' own bars do not count their trades.
    trades24h: bars.some(({ trades }) => trades === 0)
      ? null
      : bars.reduce((sum, bar) => sum + bar.trades, 0),
  }
}

/** The 60 minutes of which the one under way is the last. */
function hourFigures(
  bars: readonly Candle[],
  at: number,
): Pick<Figures, 'buyVolume1h' | 'sellVolume1h' | 'buySellRatio1h'> {
  const hour = bars.filter((bar) => bar.openTime > minuteOf(at) - HOUR_MINUTES * MINUTE)
  // A venue's own bar does not say who took: its volume would pass for sold.
  if (bars.length === 0 || hour.some(({ source }) => source === 'venue'))
    return { buyVolume1h: null, sellVolume1h: null, buySellRatio1h: null }
  const buys = hour.reduce((sum, bar) => sum + bar.buyVolume, 0)
  const sells = hour.reduce((sum, bar) => sum + sold(bar), 0)
  return { buyVolume1h: buys, sellVolume1h: sells, buySellRatio1h: ratio(buys, sells, 1) }
}

const sold = ({ volume, buyVolume }: Candle): number =>
  volume - buyVolume > volume * DUST ? volume - buyVolume : 0

const ratio = (part: number | null, whole: number | null, scale: number): number | null =>
  part === null || whole === null || whole === 0 ? null : (part / whole) * scale

const finite = (figures: Figures): Figures =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  ) as Record<FigureName, number | null>
