import type { VenueState } from '../../shared/contract/status.ts'
import type { ClockOffset } from '../../shared/domain/latency.ts'
import type { Market, MarketId, VenueId } from '../../shared/domain/market.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { TakerSide } from '../../shared/domain/trade.ts'
import type { DaySeed, MinuteBar, TradeExtra } from '../venues/venue.ts'

/** What a feed tells the engine. Called synchronously, in the order of arrival. */
export interface FeedListener {
  /** A trade that was not seen before on this feed. `receivedAt`: epoch ms, first byte here. */
  trade(
    market: MarketId,
    id: string,
    price: string,
    qty: string,
    side: TakerSide,
    time: number,
    receivedAt: number,
    extra: TradeExtra | undefined,
  ): void
  /** Something in `status()` or `markets()` changed. */
  changed(): void
  /** The market's stream began or broke off: the bars under way may be incomplete. */
  broken(market: MarketId): void
}

/** Where one watched market stands on its feed. */
export interface FeedMarket {
  readonly market: Market
  readonly state: 'pending' | 'confirmed' | 'refused'
  readonly reason?: string
  readonly lastTradeAt: EpochMs | null
}

export interface FeedStatus {
  readonly state: VenueState
  readonly since: EpochMs
  readonly reason?: string
  readonly attempt: number
  readonly nextAttemptAt?: EpochMs
  readonly messages: number
  readonly unreadable: number
  readonly duplicates: number
  readonly reconnects: number
  readonly lastMessageAt: EpochMs | null
  readonly lastTradeAt: EpochMs | null
  readonly instruments: 'list' | 'spelling' | 'loading'
  readonly clock: ClockOffset | null
  /** Total time spent in our code on frames, milliseconds (monotonic). */
  readonly busyMs: number
}

/** One venue: its socket, its subscriptions, its REST calls. Failing, it touches no other. */
export interface Feed {
  readonly venue: VenueId
  start(): void
  /** Closes the socket and all timers; no listener call afterwards. */
  stop(): Promise<void>
  /**
   * Finds a symbol (`BTC-USDT`) in the venue's list. Loads the list at first need. While the list
   * cannot be had, answers with the venue's usual spelling and checks again when it can.
   * Fails with `unknown-market` and near matches.
   */
  resolve(symbol: string): Promise<Outcome<Market>>
  /** Markets of the list; loads it if it is not there, waiting no longer than a person would. */
  instruments(): Promise<readonly Market[]>
  watch(market: Market): void
  unwatch(market: MarketId): void
  markets(): readonly FeedMarket[]
  status(): FeedStatus
  /** Connect now. */
  retry(): void
  day(market: Market): Promise<Outcome<DaySeed>>
  /** The venue's one-minute bars in [from, to), ascending, as many pages as it takes. */
  minutes(market: Market, from: EpochMs, to: EpochMs): Promise<Outcome<readonly MinuteBar[]>>
}
