import type { ArchiveLayout } from '../../shared/domain/archive.ts'
import type { Market, VenueId } from '../../shared/domain/market.ts'
import type { PrintExtra } from '../../shared/domain/prints.ts'
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
  /**
   * How it spells a market before its instrument list is known: BTC, USDT → `BTCUSDT`. `perpetual`
   * for a market of that kind, where the venue has them.
   */
  spell(base: string, quote: string, perpetual?: boolean): string
  /** Files of trades that its owners publish for download; absent: none are read. */
  readonly archives?: readonly ArchiveLayout[]
}

export interface StreamSpec {
  /** Default address; a config may replace it whole. */
  readonly url: string
  /** Other addresses of the same service, tried in turn when the one before cannot be reached. */
  readonly alternatives?: readonly string[]
  /**
   * What must be asked for by REST before each connect; answers with the complete address to open
   * (KuCoin's token). `url` stands for the address then and is not opened.
   */
  readonly ticket?: RestCall<{ readonly connectId: string }, string>
  /** `gzip`: the venue compresses every frame (HTX). Binary frames of plain UTF-8 need nothing. */
  readonly frames?: 'gzip'
  /** Frame to be sent once, right after opening (Deribit: asks for heartbeats). */
  hello?(request: number): string
  /** Nothing may be sent before the venue's welcome, which calls `sink.ready()` (KuCoin). */
  readonly waitsForReady?: true
  /**
   * Frame that subscribes to these venue symbols; `request` counts up from 1 on each socket, `now` is
   * our wall clock. With `replaces` it is given everything that is wanted, not only what is new.
   */
  subscribe(symbols: readonly string[], request: number, now: EpochMs): string
  unsubscribe(symbols: readonly string[], request: number, now: EpochMs): string
  /** A request replaces all before it (Upbit): there is no unsubscribing. */
  readonly replaces?: true
  /** What the client must send to stay connected; null where the server pings by protocol. */
  readonly ping: {
    readonly everyMs: number
    readonly frame: 'protocol' | ((request: number, now: EpochMs) => string)
  } | null
  readonly limits: StreamLimits
  /**
   * `request`: one answer per request (its id comes back). `listed`: the same, and the answer names
   * the symbols that were taken; those of the request that it does not name are refused (Deribit).
   * `symbol`: one answer per symbol. `unverified`: anything is acknowledged, even an unknown symbol;
   * only a trade proves it. `silent`: nothing is ever acknowledged (Upbit).
   */
  readonly acknowledges: 'request' | 'listed' | 'symbol' | 'unverified' | 'silent'
  /** A symbol the venue does not know kills the socket: subscribe only to what its list has. */
  readonly listedOnly?: true
  /**
   * What the ids can honestly prove about completeness. `contiguous`: `extra.seq`, or else the id, goes
   * up by one with each match of a market.
   */
  readonly ids: 'contiguous' | 'increasing' | 'opaque'
  /** The numbers of `contiguous` are `extra.seq` and not the ids, which prove nothing by themselves. */
  readonly numbers?: 'seq'
  /**
   * The reference reader: always right, calls nothing for a frame that means nothing to us, throws
   * a `WireError` (or whatever JSON.parse throws) for one that is malformed. Rows of a frame read
   * before the malformed one have been handed over by then. Hands the rows of a frame over oldest
   * first, by (time, id), whatever order they came in; where ids are opaque, by time alone, and those
   * of one millisecond as they came.
   */
  read(frame: string, out: FrameSink): void
  /**
   * What the usual trade frames look like to the byte, so that they need not be parsed as JSON. Never
   * needed: whatever no layout fits goes to `read`, and a layout may only say what `read` says too.
   */
  readonly layouts?: readonly FrameLayout[]
}

/**
 * One shape of a trade frame, written as the frame with fields in the places of its values:
 * `{"e":"trade","E":<pushed:ms>,"s":"<symbol>","t":<id>,"p":"<price>", …}`. Everything else must be in
 * the frame byte by byte. The fields: docs/ADD_A_VENUE.md.
 */
export interface FrameLayout {
  /** The whole frame: of one trade, or with the field `<rows>` where a list has its rows. */
  readonly frame: string
  readonly rows?: {
    readonly each: string
    /** How `read` orders them (`byAge` in rest-rows.ts). */
    readonly order: 'id' | 'time' | 'sent'
  }
  /** Trades older than this when they were pushed mean something else to `read`, milliseconds. */
  readonly freshMs?: number
}

/** So many in any span of `perMs`. */
export interface Rate {
  readonly count: number
  readonly perMs: number
}

export interface StreamLimits {
  readonly symbolsPerRequest: number
  /** Least pause between two control frames, milliseconds. */
  readonly requestPauseMs: number
  /** No traffic of any kind for this long means that the socket is dead, milliseconds. */
  readonly silenceMs: number
  /** The venue drops a socket that has not subscribed by then, milliseconds. */
  readonly subscribeWithinMs?: number
  /** Most markets on one socket; more are spread over several. */
  readonly symbolsPerSocket?: number
  /** Client messages on one socket, pings and replies counted. */
  readonly messages?: readonly Rate[]
  /** Requests to subscribe or unsubscribe on one socket (OKX 480 an hour, Bitget 240). */
  readonly subscribes?: readonly Rate[]
  /** New connections from one address, all sockets of the venue together. */
  readonly connects?: Rate
  /** Sockets from one address at one time. */
  readonly sockets?: number
  /** The venue cuts every socket at this age, milliseconds; it is replaced before. */
  readonly lifetimeMs?: number
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
  /**
   * The venue says which match of a market is its newest (Coinbase's heartbeat): `seq` as in
   * `TradeExtra`, `time` when it said so by its clock, milliseconds. It may be ahead of the trades that
   * are still on their way.
   */
  newest(symbol: string, seq: number, time: number): void
  /** The welcome after which requests may be sent. */
  ready(): void
  /** A request was taken; for `acknowledges: 'symbol'` the symbols it names. */
  accepted(request: string, symbols?: readonly string[]): void
  /** A request was refused; `symbols` where the answer names them, `request` where it carries one. */
  refused(reason: string, symbols?: readonly string[], request?: string): void
  /** Answer to our ping; with the venue's clock where it tells it better than REST does. */
  pong(clock?: PongClock): void
  /** The venue wants this frame sent back. */
  reply(frame: string): void
  /** The venue announces that it will close the socket. */
  closing(reason: string): void
}

/** The venue's clock in an answer to our frame `request`, epoch microseconds. */
export interface PongClock {
  readonly request: string
  /** When our frame came in there, and when the answer left. */
  readonly inMicros: number
  readonly outMicros: number
}

/** See `PrintExtra`. */
export type TradeExtra = PrintExtra

export interface RestSpec {
  /** Default base address, no slash at the end; a config may replace it. */
  readonly base: string
  /** Requests may weigh this much in total per `perMs`. */
  readonly budget: { readonly weight: number; readonly perMs: number }
  readonly serverTime: RestCall<void, ServerTime>
  /** All markets that can be traded now. */
  readonly instruments: RestCall<void, readonly Market[]>
  /** Further parts of that list, where one call does not bring it whole (OKX's swaps). */
  readonly more?: readonly RestCall<void, readonly Market[]>[]
  /** Rolling 24 h figures of one market. */
  readonly day: RestCall<DayInput, DaySeed>
  /** One-minute bars that open in [from, to), ascending; at most `rows` of them. */
  readonly minutes: RestCall<
    { readonly symbol: string; readonly from: EpochMs; readonly to: EpochMs },
    readonly MinuteBar[]
  >
  /** Trades that were made before, for back-fills and for polling. */
  readonly trades?: TradesSpec
}

export interface RestCall<Input, Output> {
  readonly weight: number
  /** Most rows in one answer. */
  readonly rows?: number
  /** Another host that alone has this call; not used when a config replaces the base. */
  readonly base?: string
  /** Path and query below the base. */
  path(input: Input): string
  /** JSON text to POST; without it the call is a GET. */
  body?(input: Input): string
  /** Reads the parsed JSON body; throws `WireError` when it does not have the expected shape. */
  read(body: unknown, input: Input, answer: RestHeaders): Output
  /** Numbers of the body come as their source text, so that none is rounded (see wire.parseExact). */
  readonly exact?: true
}

export interface DayInput {
  readonly symbol: string
  /** Our wall clock at the call, for venues that make the figures from bars (Hyperliquid). */
  readonly now?: EpochMs
}

/** What an HTTP answer says outside its body. */
export interface RestHeaders {
  /** The `Date` header as sent. */
  readonly date: string | null
}

export interface TradesSpec {
  /** The newest trades of a market, in any order; `rows` is the most the venue gives. */
  readonly recent: RestCall<{ readonly symbol: string }, readonly RestTrade[]>
  /** Older trades, page by page; absent where the venue has nothing but the newest. */
  readonly history?: {
    /** How far back it reaches, milliseconds; null: for ever. */
    readonly retentionMs: number | null
    readonly page: RestCall<HistoryPage, TradePage>
  }
}

/** One end of a stretch of missing trades: a trade that is known, or only a time. */
export interface KnownPoint {
  readonly time: EpochMs
  /** Absent when no trade is known there. */
  readonly id?: string
  readonly seq?: number
}

export interface HistoryPage {
  readonly symbol: string
  /** Trades after this one … */
  readonly after: KnownPoint
  /** … and before this one are wanted; both exclusive. */
  readonly before: KnownPoint
  /** Our wall clock at the call, for venues that count days back from today (Upbit). */
  readonly now: EpochMs
  /** What the page before said; absent on the first. */
  readonly cursor?: string
}

export interface TradePage {
  /** In any order; may reach beyond what was asked for. */
  readonly trades: readonly RestTrade[]
  /** Asks for the next page; absent when this was the last that can hold anything wanted. */
  readonly next?: string
}

/** One match of a REST answer; fields as those of `FrameSink.trade`. */
export interface RestTrade {
  readonly id: string
  readonly price: string
  readonly qty: string
  readonly side: TakerSide
  readonly time: number
  readonly micros?: number
  readonly seq?: number
  readonly matches?: number
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
