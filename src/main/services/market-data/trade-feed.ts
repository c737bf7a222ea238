import {
  type FeedTrade,
  TRADES_FRAME_TRADES,
  type TradesFrame,
} from '../../../shared/contract/status.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import type { RestTrade } from '../../venues/venue.ts'
import { Topic } from '../topic.ts'

/** A program that follows the tape gets its frames as fast as it takes them, up to a hundred a second. */
const INTERVAL_MS = 10

/** Every trade of one market for programs that follow it; keeps nothing while nobody does. */
export class TradeFeed {
  readonly topic: Topic<TradesFrame>
  readonly #market: MarketId
  #pending: FeedTrade[] = []

  constructor(market: MarketId) {
    this.#market = market
    this.topic = new Topic<TradesFrame>(
      INTERVAL_MS,
      () => ({ market, trades: [], skipped: 0 }),
      (previous, next) =>
        bounded(market, [...previous.trades, ...next.trades], previous.skipped + next.skipped),
    )
  }

  get wanted(): boolean {
    return this.topic.wanted
  }

  push(trade: FeedTrade): void {
    this.#pending.push(trade)
  }

  /** A trade that was learned afterwards, at `receiveTime`; told in the order of learning, with its origin. */
  late(receiveTime: EpochMs, trade: RestTrade): void {
    if (!this.wanted) return
    const { id, price, qty, side, time, micros, seq, matches = 1 } = trade
    this.push({
      market: this.#market,
      id,
      price,
      qty,
      side,
      exchangeTime: epochMs(time),
      ...(micros === undefined ? {} : { exchangeMicros: micros }),
      receiveTime,
      matches,
      origin: 'backfill',
      ...(seq === undefined ? {} : { seq }),
    })
  }

  /** Sends what came since the last call. */
  publish(): void {
    if (this.#pending.length === 0) return
    const trades = this.#pending
    this.#pending = []
    this.topic.publish(bounded(this.#market, trades, 0))
  }
}

/** The newest trades of a client that is too slow; the count says how many it missed. */
function bounded(market: MarketId, trades: readonly FeedTrade[], skipped: number): TradesFrame {
  const over = trades.length - TRADES_FRAME_TRADES
  return over <= 0
    ? { market, trades, skipped }
    : { market, trades: trades.slice(over), skipped: skipped + over }
}
