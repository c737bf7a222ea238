import type { CandleQuery } from '../../shared/contract/status.ts'
import { type Candle, INTERVALS, mergeCandles } from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import { epochMs } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { Clock } from '../ports.ts'
import type { TradeStore } from '../store/store.ts'

/** How long a reading waits for what was received last to be written, milliseconds. */
const PATIENCE_MS = 1_000

export interface HistoryOptions {
  readonly clock: Clock
  readonly store: Pick<TradeStore, 'candles' | 'recentTrades' | 'flushed'>
  /** Hands waiting trades to the store. */
  readonly flush: () => void
  /** The venue's own minute bars, where they are known. */
  readonly venueBars: (market: MarketId) => Promise<readonly Candle[]>
}

/** What was recorded, with the venue's own bars where nothing was. */
export class History {
  readonly #options: HistoryOptions

  constructor(options: HistoryOptions) {
    this.#options = options
  }

  async candles(query: CandleQuery): Promise<Outcome<readonly Candle[]>> {
    const { clock, store, venueBars } = this.#options
    const before = query.before ?? epochMs(clock.now() + INTERVALS[query.interval])
    const theirs = query.interval === '1s' ? [] : await venueBars(query.market)
    const tape = await store.candles(query.market, query.interval, before, query.limit)
    if (!tape.ok || query.interval === '1s') return tape
    const venue = mergeCandles(theirs, INTERVALS[query.interval]).filter(
      (bar) => bar.openTime < before,
    )
    return ok(fuller(tape.value, venue).slice(-query.limit))
  }

  /** Everything received until now, the trades still waiting for their batch included. */
  async trades(market: MarketId, limit: number): Promise<Outcome<readonly Trade[]>> {
    const { clock, store, flush } = this.#options
    flush()
    // A disk that refuses writes must not keep the screen from showing what is stored.
    await new Promise<void>((resolve) => {
      const cancel = clock.after(PATIENCE_MS, resolve)
      void store.flushed().then(() => {
        cancel()
        resolve()
      })
    })
    const trades = await store.recentTrades(market, limit)
    return trades.ok || trades.failure.code !== 'not-found' ? trades : ok([])
  }
}

/**
 * One bar for each time: the fuller of the two. A tape bar that misses trades has less volume than
 * the venue's; one that has them all has as much, and stands because we can show each trade in it.
 */
export function fuller(tape: readonly Candle[], venue: readonly Candle[]): Candle[] {
  const bars = new Map(venue.map((bar) => [bar.openTime, bar]))
  for (const bar of tape) {
    const other = bars.get(bar.openTime)
    if (other === undefined || bar.volume >= other.volume * (1 - 1e-9)) bars.set(bar.openTime, bar)
  }
  return [...bars.values()].sort((a, b) => a.openTime - b.openTime)
}
