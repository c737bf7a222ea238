import type { TakerSide } from '../../shared/domain/trade.ts'
import type { SimulatorClock } from './clock.ts'

/** The exchanges whose protocols the simulator has a name for; dialects/registry.ts says which it speaks. */
export const SIMULATED_VENUES = [
  'binance',
  'okx',
  'bybit',
  'coinbase',
  'kraken',
  'bitget',
  'gate',
  'kucoin',
  'htx',
  'upbit',
  'hyperliquid',
  'deribit',
  'binanceusdm',
  'bybitlinear',
] as const
export type SimulatedVenue = (typeof SIMULATED_VENUES)[number]

/** The venues of the demo tape. */
export const DEMO_VENUES: readonly SimulatedVenue[] = ['binance', 'okx', 'bybit']

/** What the rest of the project knows of the simulator: addresses in, addresses out. */
export interface SimulatorAddress {
  readonly venue: string
  /** Complete WebSocket address, path included: what goes into `venues.<id>.ws` of a config. */
  readonly ws: string
  /** REST base without a slash at the end. */
  readonly rest: string
}

/** Everything has a default; plain data except `clock`, so that it can cross a thread. */
export interface SimulatorOptions {
  /** Which exchanges to run; all whose dialect exists by default. */
  readonly venues?: readonly SimulatedVenue[]
  /** Same seed and options: same prices, quantities, sides and ids. 1 by default. */
  readonly seed?: number
  /** Trades per second of each venue, all its markets together, on average. 20 by default; 0 prints nothing by itself. */
  readonly rate?: number
  /** Canonical symbols to list (`BTC-USDT`), each by the venues that have it; all by default. */
  readonly markets?: readonly string[]
  /** File of a recorded tape (see raw-tape.ts) that is played instead of the generated one. */
  readonly tape?: string
  /** Pace of a recorded tape: 1 as recorded, 10 ten times faster, 0 as fast as sockets take it. */
  readonly speed?: number
  /** Fault specs such as `cut:every=20s` (see faults.ts). */
  readonly faults?: readonly string[]
  /** Fixed ports; a free one by default. */
  readonly ports?: Readonly<Partial<Record<SimulatedVenue, number>>>
  /** How many times faster the venues' own periods pass: heartbeats, idle cuts, rate windows, 24 h. */
  readonly timeScale?: number
  /** Keep what was printed and sent for `printed()` and `sent()`; costs memory. True by default, but not with a journal. */
  readonly log?: boolean
  /**
   * File to which every match is appended as one JSON line (a `PrintedTrade`, those of the
   * pre-history with `past: true`): the record of a run that is too long for memory. Written within
   * 100 ms and at the end.
   */
  readonly journal?: string
  /** Time, for tests that hold it in their hands. */
  readonly clock?: SimulatorClock
}

/** One match as the venue made it, whether anybody was told of it or not. */
export interface PrintedTrade {
  readonly venue: SimulatedVenue
  /** `okx:BTC-USDT`. */
  readonly market: string
  /** As on the wire. */
  readonly id: string
  /** Number within the market, as on the wire, of venues that tell one besides the id. */
  readonly seq?: string
  /** Decimal text as on the wire; an exponent there is written out here. */
  readonly price: string
  readonly qty: string
  readonly side: TakerSide
  /** Match time by the venue's clock, epoch ms. */
  readonly time: number
}

/** One trade row that really was written to a socket, after all faults. */
export interface SentTrade extends PrintedTrade {
  /** Number of the socket, from 1, over all venues. */
  readonly socket: number
  /** Matches in this row: more than 1 on the aggregated channels only. */
  readonly matches: number
}

/** What one socket has lived through. */
export interface SocketRecord {
  readonly socket: number
  readonly venue: SimulatedVenue
  readonly path: string
  readonly open: boolean
  /** Trade frames and trade rows written to it. */
  readonly frames: number
  readonly trades: number
  /** Text messages that its client sent, oldest first (empty without `log`). */
  readonly heard: readonly string[]
}

export interface SimulatorTotals {
  /** Matches made. */
  readonly printed: number
  /** Trade rows written to sockets. */
  readonly trades: number
  /** Trade frames written to sockets. */
  readonly frames: number
}

export interface RunningSimulator {
  readonly addresses: readonly SimulatorAddress[]
  close(): Promise<void>
}

/** A running simulator with its controls, for tests and the command line. */
export interface ControlledSimulator extends RunningSimulator {
  address(venue: SimulatedVenue): SimulatorAddress
  /** Makes `count` matches on `okx:BTC-USDT` now, as one taker order if `together`. */
  emit(
    market: string,
    count: number,
    how?: { readonly together?: boolean },
  ): readonly PrintedTrade[]
  /** Stops and restarts the generated tape; sockets and REST stay. */
  pause(): void
  resume(): void
  /** Every match since the start, in order; the pre-history is not in it. */
  printed(): readonly PrintedTrade[]
  sent(): readonly SentTrade[]
  sockets(): readonly SocketRecord[]
  totals(): SimulatorTotals
  /** Drops the TCP connections of a venue without a close frame. */
  cut(venue: SimulatedVenue): void
  /** The venue's own maintenance notice, then the close that follows it. */
  announceShutdown(venue: SimulatedVenue): void
  /** Adds a fault while running, counted from now. Throws on a bad spec. */
  fault(spec: string): void
  /** Resolves when a recorded tape has been played to its end; never without one. */
  readonly tapeEnded: Promise<void>
}
