import type { Market, MarketId, VenueId } from '../../shared/domain/market.ts'
import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { DaySeed, MinuteBar, RestTrade } from '../venues/venue.ts'
import { ClockWatch } from './clock-offset.ts'
import { baseUnits, rowUnits } from './contract-size.ts'
import type {
  Feed,
  FeedMarket,
  FeedSettings,
  FeedStatus,
  Hole,
  RecentTrades,
  Refill,
} from './feed.ts'
import { FeedLine } from './feed-line.ts'
import type { FeedOptions } from './feed-options.ts'
import { feedStatus } from './feed-status.ts'
import { FrameReader } from './frame-reader.ts'
import { GuardedListener } from './guarded-listener.ts'
import { Instruments } from './instruments.ts'
import { MarketBook, type Watched } from './market-book.ts'
import { minutePages } from './minute-pages.ts'
import { Rest } from './rest.ts'
import { SymbolTable } from './symbol-table.ts'
import { DEFAULT_TIMING, type FeedTiming } from './timing.ts'
import { TradeHistory } from './trade-history.ts'

const DEFAULT_SETTINGS: FeedSettings = { maxAttempts: null, pollSeconds: 5 }

/** One venue's feed over its sockets, its instrument list, its REST calls and its clock. */
export const createFeed = (options: FeedOptions): Feed => new VenueFeed(options)

class VenueFeed implements Feed {
  readonly venue: VenueId
  readonly #options: FeedOptions
  readonly #timing: FeedTiming
  readonly #listener: GuardedListener
  readonly #reader: FrameReader
  readonly #rest: Rest
  readonly #instruments: Instruments
  readonly #history: TradeHistory
  readonly #book: MarketBook
  readonly #line: FeedLine
  readonly #clockWatch: ClockWatch
  #settings: FeedSettings
  #started = false
  #stopped = false

  constructor(options: FeedOptions) {
    const { venue, clock, random, log, address, network } = options
    this.venue = venue.id
    this.#options = options
    this.#settings = { ...DEFAULT_SETTINGS, ...options.limits }
    this.#listener = new GuardedListener(options.listener, venue.id, log)
    const timing = { ...DEFAULT_TIMING, ...options.settings }
    this.#timing = timing
    const symbols = new SymbolTable()
    this.#reader = new FrameReader(venue, clock, log, symbols, (...stamps) =>
      this.#listener.folded(...stamps),
    )
    const refuse = (reason: string, row: string) => this.#reader.refuse(reason, row)
    this.#book = new MarketBook(this.#listener, venue.stream.ids, symbols, refuse)
    this.#rest = new Rest({
      venue,
      address: address?.rest,
      clock,
      fetchJson: options.fetchJson,
      agentFor: network?.agentFor,
    })
    const shared = { venue, rest: this.#rest, clock, log, timing }
    const changed = () => this.#listener.changed()
    this.#instruments = new Instruments({ ...shared, random, changed: () => this.#onList() })
    this.#clockWatch = new ClockWatch({ ...shared, random, changed })
    this.#history = new TradeHistory({ ...shared, restMs: timing.restMs })
    this.#line = new FeedLine(
      { ...options, timing, reader: this.#reader, rest: this.#rest, book: this.#book },
      {
        settings: () => this.#settings,
        recent: (market) => this.#history.recent(market),
        newest: (market, seq, time) => this.#listener.newest(market, seq, time),
        pong: (sample) => this.#clockWatch.pong(sample),
        changed,
      },
    )
  }

  start(): void {
    if (this.#stopped) return
    this.#started = true
    this.#line.start()
    if (this.#book.size > 0) this.#clockWatch.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#listener.close()
    this.#clockWatch.stop()
    this.#instruments.close()
    this.#rest.close()
    await this.#line.stop()
  }

  resolve(symbol: string): Promise<Outcome<Market>> {
    return this.#instruments.resolve(symbol)
  }

  instruments(): Promise<readonly Market[]> {
    return this.#instruments.listed()
  }

  watch(market: Market): void {
    if (this.#stopped) return
    const known = this.#book.get(market.id)
    if (known !== undefined && known.state !== 'refused') return
    const watched = this.#book.watch(market)
    if (this.#started) this.#clockWatch.start()
    const listed = this.#instruments.state === 'list'
    if (listed || !this.#needsList(market)) this.#stream(watched)
    else {
      watched.reason = 'waiting for the list of markets'
      void this.#instruments.listed()
    }
    if (listed) this.#check(watched)
    this.#listener.changed()
  }

  unwatch(market: MarketId): void {
    const watched = this.#book.get(market)
    if (watched === undefined) return
    this.#book.forget(market)
    this.#line.forget(market)
    this.#unstream(watched, watched.market.venueSymbol)
    if (this.#book.size === 0) this.#clockWatch.stop()
    this.#listener.changed()
  }

  markets(): readonly FeedMarket[] {
    return this.#book.all().map(({ market, state, reason, lastTradeAt }) => {
      const told = reason ?? this.#line.doubt(market.venueSymbol)
      return { market, state, lastTradeAt, ...(told !== undefined && { reason: told }) }
    })
  }

  measureClock(): void {
    if (!this.#stopped) this.#clockWatch.start()
  }

  status(): FeedStatus {
    return feedStatus({
      line: this.#line.status(),
      host: this.#line.host,
      proxy: this.#options.proxyLabel?.(),
      reader: this.#reader,
      duplicates: this.#book.duplicates,
      lastTradeAt: this.#book.lastTradeAt,
      instruments: this.#instruments.state,
      clock: this.#clockWatch.offset,
    })
  }

  retry(): void {
    if (this.#stopped) return
    this.#rest.retry()
    this.#instruments.retry()
    this.#line.retry()
  }

  wake(): void {
    if (this.#stopped || !this.#started) return
    this.#instruments.retry()
    this.#line.wake(false)
  }

  configure(change: Partial<FeedSettings>): void {
    this.#settings = { ...this.#settings, ...change }
    if (!this.#stopped) this.#line.reconsider()
  }

  async day(market: Market): Promise<Outcome<DaySeed>> {
    const { day } = this.#options.venue.rest
    const answer = await this.#rest.call(
      day,
      { symbol: market.venueSymbol, now: this.#options.clock.now() },
      this.#timing.restMs,
    )
    return answer.ok ? ok(answer.value.value) : answer
  }

  minutes(market: Market, from: EpochMs, to: EpochMs): Promise<Outcome<readonly MinuteBar[]>> {
    const { venue } = this.#options
    return minutePages({ venue, rest: this.#rest, restMs: this.#timing.restMs }, market, from, to)
  }

  recent(market: Market): Promise<Outcome<RecentTrades>> {
    return this.#history.recent(market)
  }

  refill(
    market: Market,
    hole: Hole,
    page: (trades: readonly RestTrade[]) => void,
    signal: AbortSignal,
  ): Promise<Outcome<Refill>> {
    const taken = (trades: readonly RestTrade[]): void => {
      this.#book.refilled(market.id, trades)
      page(trades)
    }
    return this.#history.refill(market, hole, taken, signal)
  }

  #onList(): void {
    if (this.#instruments.state === 'list')
      for (const watched of this.#book.all()) if (watched.provisional) this.#check(watched)
    this.#listener.changed()
  }

  /** Holds a market that may only have been spelled against the list. */
  #check(watched: Watched): void {
    const { symbol, venueSymbol } = watched.market
    const listed = this.#instruments.find(symbol)
    watched.provisional = false
    if (listed === undefined || baseUnits(listed.contractSize) === undefined) {
      this.#unstream(watched, venueSymbol)
      const why =
        listed === undefined
          ? this.#instruments.unknown(symbol).failure.message
          : `its contract size is no number: ${listed.contractSize}`
      this.#book.refuse(watched, why)
      return
    }
    watched.market = listed
    watched.units = rowUnits(listed.contractSize)
    if (watched.state === 'refused') return
    if (this.#book.streaming(listed.venueSymbol) === watched) return
    watched.state = 'pending'
    watched.reason = undefined
    this.#stream(watched)
    if (listed.venueSymbol !== venueSymbol) this.#unstream(watched, venueSymbol)
  }

  /**
   * A market that may only be asked for when the list has it: where an unknown one ends the socket, and
   * where only the list says how much one contract is.
   */
  #needsList({ kind }: Market): boolean {
    return this.#options.venue.stream.listedOnly === true || kind === 'perpetual'
  }

  #stream(watched: Watched): void {
    const symbol = watched.market.venueSymbol
    if (this.#book.join(watched, symbol)) this.#line.add(symbol)
  }

  #unstream(watched: Watched, symbol: string): void {
    if (this.#book.leave(watched, symbol)) this.#line.remove(symbol)
  }
}
