import type { CoverStretch } from '../../../shared/contract/history.ts'
import { type Candle, mergeCandles } from '../../../shared/domain/candle.ts'
import { decimalsOf } from '../../../shared/domain/decimal.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import type { Trade } from '../../../shared/domain/trade.ts'
import type { TradeStore } from '../../store/store.ts'

const SECOND = 1_000
const MINUTE = 60_000
const DAY = 1_440 * MINUTE
/** Most trades of the second in which the moment lies; venues of one market print some hundreds. */
const MOST_OF_A_SECOND = 5_000

/** What the tape says of a market up to a moment; the same for now as for any moment of its history. */
export interface TapeReading {
  readonly market: MarketId
  readonly at: EpochMs
  /** Decimals with which the market's prices are written. */
  readonly priceDecimals: number
  /** Bars of a minute of the 24 hours before, ascending; the newest holds trades up to `at` only. */
  readonly minutes: readonly Candle[]
  readonly last: { readonly price: number; readonly time: EpochMs } | null
  /** Share of the 1,440 whole minutes before the one under way that are complete or back-filled, percent. */
  readonly coveragePercent: number
}

export interface ReadTape {
  readonly store: Pick<TradeStore, 'bars' | 'around'>
  /** Resolves when what was received until now can be read from the tape, or waited long enough. */
  readonly written: () => Promise<void>
}

/** Reads it; fails with `not-found` where nothing was traded in the 24 hours before. */
export async function readTape(
  { store, written }: ReadTape,
  market: MarketId,
  at: EpochMs,
): Promise<Outcome<TapeReading>> {
  await written()
  const minute = Math.floor(at / MINUTE) * MINUTE
  const second = Math.floor(at / SECOND) * SECOND
  const from = epochMs(minute + MINUTE - DAY)
  const [day, seconds, trades] = await Promise.all([
    store.bars({ market, from, to: epochMs(at + 1), resolution: '1m' }),
    store.bars({ market, from: epochMs(minute), to: epochMs(minute + MINUTE), resolution: '1s' }),
    store.around({ market, at: epochMs(at + 1), before: MOST_OF_A_SECOND, after: 0 }),
  ])
  if (!day.ok) return day
  if (!seconds.ok) return seconds
  if (!trades.ok) return trades
  const newest = trades.value.at(-1)
  if (newest === undefined || newest.exchangeTime < from)
    return fail('not-found', `Nothing of ${market} is on the tape in the 24 hours before.`)
  const whole = day.value.candles.filter(({ openTime }) => openTime < minute)
  const begun = seconds.value.candles.filter(({ openTime }) => openTime < second)
  const rest = trades.value.filter(({ exchangeTime }) => exchangeTime >= second)
  const last = rest.length === 0 ? [] : [barOf(rest, epochMs(second))]
  return ok({
    ...{ market, at },
    priceDecimals: Math.max(
      0,
      ...trades.value.slice(-100).map(({ price }) => decimalsOf(price) ?? 0),
    ),
    minutes: [...whole, ...mergeCandles([...begun, ...last], MINUTE)],
    last: { price: Number(newest.price), time: newest.exchangeTime },
    coveragePercent: coverageOf(day.value.cover, minute - DAY + MINUTE, minute),
  })
}

function barOf(trades: readonly Trade[], openTime: EpochMs): Candle {
  const prices = trades.map(({ price }) => Number(price))
  const sum = (of: readonly Trade[]) => of.reduce((total, { qty }) => total + Number(qty), 0)
  return {
    openTime,
    open: prices[0] ?? Number.NaN,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1) ?? Number.NaN,
    volume: sum(trades),
    buyVolume: sum(trades.filter(({ side }) => side === 'buy')),
    trades: trades.length,
    source: 'tape',
    partial: true,
  }
}

/** Percent of [from, to) that the ledger calls complete or back-filled; where it says nothing, nothing is. */
export function coverageOf(cover: readonly CoverStretch[], from: number, to: number): number {
  let sure = 0
  for (const stretch of cover) {
    if (stretch.state !== 'complete' && stretch.state !== 'backfilled') continue
    sure += Math.max(0, Math.min(stretch.to, to) - Math.max(stretch.from, from))
  }
  return (sure / (to - from)) * 100
}
