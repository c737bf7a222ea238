import type { Market, VenueId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { TakerSide } from '../../shared/domain/trade.ts'

/** One exchange, as data and pure functions. No socket, timer, clock or retry lives here. */
export interface Venue {
  readonly id: VenueId
  /** As its owners write it: `OKX`. */
  readonly label: string
  /** Address of the official protocol page. */
  readonly docs: string
  readonly stream: StreamSpec
  readonly rest: RestSpec
  /** How it spells a market before its instrument list is known: BTC, USDT → `BTCUSDT`. */
  spell(base: string, quote: string): string
}

export interface StreamSpec {
  /** Default address; a config may replace it whole. */
  readonly url: string
  /** Frames that subscribe to these venue symbols; `request` counts up from 1 on each socket. */
  subscribe(symbols: readonly string[], request: number): string
  unsubscribe(symbols: readonly string[], request: number): string
  /** What the client must send to stay connected; null where the server pings by protocol. */
  readonly ping: {
    readonly everyMs: number
    readonly frame: 'protocol' | ((request: number) => string)
  } | null
  readonly limits: {
    readonly symbolsPerRequest: number
    /** Least pause between two control frames, milliseconds. */
    readonly requestPauseMs: number
    /** No traffic of any kind for this long means that the socket is dead, milliseconds. */
    readonly silenceMs: number
    /** The venue drops a socket that has not subscribed by then, milliseconds. */
    readonly subscribeWithinMs?: number
  }
  /**
   * `request`: one answer per request (its id comes back). `symbol`: one answer per symbol.
   * `unverified`: anything is acknowledged, even an unknown symbol; only a trade proves it.
   */
  readonly acknowledges: 'request' | 'symbol' | 'unverified'
  /** What the ids can honestly prove about completeness. */
  readonly ids: 'contiguous' | 'increasing' | 'opaque'
  /**
   * The reference reader: always right, calls nothing for a frame that means nothing to us, throws
   * a `WireError` (or whatever JSON.parse throws) for one that is malformed. Rows of a frame read
   * before the malformed one have been handed over by then.
   */
  read(frame: string, out: FrameSink): void
}

/** Everything a frame can mean. A frame that calls nothing is counted as other traffic. */
export interface FrameSink {
  /** `symbol` is the venue's own; `time` is the match time, whole milliseconds. */
  trade(
    symbol: string,
    id: string,
    price: string,
    qty: string,
    side: TakerSide,
    time: number,
    extra?: TradeExtra,
  ): void
  /** A request was taken; for `acknowledges: 'symbol'` the symbols it names. */
  accepted(request: string, symbols?: readonly string[]): void
  /** A request was refused; `symbols` where the answer names them, `request` where it carries one. */
  refused(reason: string, symbols?: readonly string[], request?: string): void
  /** Answer to our ping. */
  pong(): void
  /** The venue wants this frame sent back. */
  reply(frame: string): void
  /** The venue announces that it will close the socket. */
  closing(reason: string): void
}

export interface TradeExtra {
  /** Microseconds within `time`, 0–999, where the venue gives them. */
  readonly micros?: number
  /** When the venue sent the message, milliseconds. */
  readonly pushed?: number
  /** Matches aggregated in this print. */
  readonly matches?: number
  /** Replayed history, not live. */
  readonly snapshot?: true
}

export interface RestSpec {
  /** Default base address, no slash at the end; a config may replace it. */
  readonly base: string
  /** Requests may weigh this much in total per `perMs`. */
  readonly budget: { readonly weight: number; readonly perMs: number }
  readonly serverTime: RestCall<void, ServerTime>
  /** All markets that can be traded now. */
  readonly instruments: RestCall<void, readonly Market[]>
  /** Rolling 24 h figures of one market. */
  readonly day: RestCall<{ readonly symbol: string }, DaySeed>
  /** One-minute bars that open in [from, to), ascending; at most `rows` of them. */
  readonly minutes: RestCall<
    { readonly symbol: string; readonly from: EpochMs; readonly to: EpochMs },
    readonly MinuteBar[]
  >
}

export interface RestCall<Input, Output> {
  readonly weight: number
  /** Most rows in one answer. */
  readonly rows?: number
  /** Path and query below the base. */
  path(input: Input): string
  /** Reads the parsed JSON body; throws `WireError` when it does not have the expected shape. */
  read(body: unknown, input: Input): Output
}

export interface ServerTime {
  readonly time: EpochMs
  /** Microseconds within it, where given. */
  readonly micros?: number
  /** Smallest step of this clock, milliseconds. */
  readonly resolutionMs: number
}

/** Base volume and prices of the last 24 h as the venue counts them; absent where it does not say. */
export interface DaySeed {
  readonly last: number
  readonly open?: number
  readonly high: number
  readonly low: number
  readonly volume: number
  readonly quoteVolume?: number
}

/** The venue's own one-minute bar; volume in base units. */
export interface MinuteBar {
  readonly openTime: EpochMs
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  readonly trades?: number
}
