import type { VenueState } from '../../shared/contract/status.ts'
import type { ClockOffset } from '../../shared/domain/latency.ts'
import type { GapCause } from '../../shared/domain/ledger.ts'
import type { Market, MarketId, VenueId } from '../../shared/domain/market.ts'
import type { Outcome } from '../../shared/domain/outcome.ts'
import type { Prints } from '../../shared/domain/prints.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { DaySeed, KnownPoint, MinuteBar, RestTrade } from '../venues/venue.ts'

/** What a feed tells the engine. Called synchronously, in the order of arrival. */
export interface FeedListener {
  /**
   * Trades of one market that were not seen before on this feed, in the order of arrival: the first
   * `count` of `rows` say in which rows of the columns they are, which are valid until `handed`; `rows` is
   * until the call returns. Quantities in base units. `receivedAt`: epoch ms, first byte here.
   * The markets of a chunk come one after the other.
   */
  trades(
    market: MarketId,
    prints: Prints,
    rows: Uint32Array,
    count: number,
    receivedAt: number,
  ): void
  /** The columns of the trades since the last call are about to change. */
  handed?(): void
  /**
   * The chunk that brought the trades since the last call is done with: when it was read, when its
   * frames were parsed, and now that its last trade is folded. Epoch ms with fractions.
   */
  folded?(receivedAt: number, parsedAt: number, foldedAt: number): void
  /** The venue names the market's newest match (see `FrameSink.newest`). */
  newest(market: MarketId, seq: number, time: number): void
  /** Something in `status()` or `markets()` changed. */
  changed(): void
  /** The market's stream stands (again): what comes from here on is everything the venue sends. */
  began(market: MarketId): void
  /** The market's stream broke off, or may have: trades can be missing from here on. */
  broken(market: MarketId, cause: GapCause): void
}

/** A stretch to be fetched afterwards; both ends exclusive. */
export interface Hole {
  readonly after: KnownPoint
  readonly before: KnownPoint
}

/** How far a back-fill came. */
export interface Refill {
  /**
   * The rows were seen to reach from the one end to the other: by sequence, or because the known
   * trade (or the time) at the far end was among or behind them.
   */
  readonly whole: boolean
  /** Why not, in plain English. */
  readonly reason?: string
  /** Nothing more can be had by trying again: the venue does not reach that far back. */
  readonly final: boolean
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
  /** Length of all frames so far. */
  readonly bytes?: number
  readonly unreadable: number
  /** The first frame that nobody could read, cut to 300 characters, and what was wrong with it. */
  readonly unreadableExample?: { readonly frame: string; readonly reason: string }
  readonly duplicates: number
  readonly reconnects: number
  readonly lastMessageAt: EpochMs | null
  readonly lastTradeAt: EpochMs | null
  readonly instruments: 'list' | 'spelling' | 'loading'
  readonly clock: ClockOffset | null
  /** Sockets open now. */
  readonly sockets: number
  /** The address in use, host only, when it is not the usual one; and the proxy it goes through. */
  readonly host?: string
  readonly proxy?: string
  /** Total time spent in our code on frames, milliseconds (monotonic). */
  readonly busyMs: number
}

/** An answer with what it cost. */
export interface RecentTrades {
  readonly trades: readonly RestTrade[]
  /** When it was asked for and when its last byte came, our wall clock, milliseconds. */
  readonly askedAt: number
  readonly answeredAt: number
  readonly bytes: number
  readonly weight: number
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
  /** The newest trades that REST tells of, oldest first. `unavailable` where the venue has no such call. */
  recent(market: Market): Promise<Outcome<RecentTrades>>
  /**
   * Fetches what a hole held, page by page, within the venue's budget. Each page's trades that lie in
   * the hole go to `page`, quantities in base units, oldest first within a page; pages may come newest
   * first. Fails as REST does (`unavailable`, `cancelled`); pages handed over before that stand.
   */
  refill(
    market: Market,
    hole: Hole,
    page: (trades: readonly RestTrade[]) => void,
    signal: AbortSignal,
  ): Promise<Outcome<Refill>>
  /** The network changed or the machine woke: look now, not at the next timeout. */
  wake(): void
  /** Asks for the venue's time from now on, although no market may be watched. */
  measureClock(): void
  /** Settings that may change while it runs. */
  configure(change: Partial<FeedSettings>): void
}

export interface FeedSettings {
  /** Connection attempts in a row before a socket is left alone until `retry()`; null: for ever. */
  readonly maxAttempts: number | null
  /** Pause between two polls where trades are polled by REST, seconds. */
  readonly pollSeconds: number
}
