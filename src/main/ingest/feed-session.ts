import type { GapCause } from '../../shared/domain/ledger.ts'
import type { Market, MarketId, VenueId } from '../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { TakerSide } from '../../shared/domain/trade.ts'
import type { Clock, Logger } from '../ports.ts'
import type { DaySeed, MinuteBar, TradeExtra, Venue } from '../venues/venue.ts'
import { ClockWatch } from './clock-offset.ts'
import { Dedup } from './dedup.ts'
import type { Feed, FeedListener, FeedMarket, FeedStatus, RecentTrades, Refill } from './feed.ts'
import { FrameReader } from './frame-reader.ts'
import { GuardedListener } from './guarded-listener.ts'
import { Instruments } from './instruments.ts'
import { type FetchJson, Rest } from './rest.ts'
import { Session } from './session.ts'
import type { Connect } from './socket.ts'
import { DEFAULT_TIMING, type FeedTiming } from './timing.ts'
import { TradePatience } from './watchdog.ts'

export interface FeedOptions {
  readonly venue: Venue
  /** Replaces the venue's own addresses, whole. */
  readonly address?: { readonly ws?: string; readonly rest?: string }
  readonly listener: FeedListener
  readonly clock: Clock
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly connect: Connect
  readonly fetchJson: FetchJson
  readonly log: Logger
  readonly settings?: Partial<FeedTiming>
}

interface Watched {
  market: Market
  state: FeedMarket['state']
  reason: string | undefined
  lastTradeAt: EpochMs | null
  /** Spelled, not listed: to be checked when the list comes. */
  provisional: boolean
  readonly dedup: Dedup
}

/** One venue's feed over its session, its instrument list, its REST calls and its clock. */
export const createFeed = (options: FeedOptions): Feed => new VenueFeed(options)

class VenueFeed implements Feed {
  readonly venue: VenueId
  readonly #options: FeedOptions
  readonly #timing: FeedTiming
  readonly #listener: GuardedListener
  readonly #reader: FrameReader
  readonly #rest: Rest
  readonly #instruments: Instruments
  readonly #session: Session
  readonly #clockWatch: ClockWatch
  readonly #watched = new Map<MarketId, Watched>()
  /** The same, by the venue's own symbol; a refused market is not in it. */
  readonly #streaming = new Map<string, Watched>()
  #lastTradeAt: EpochMs | null = null
  #duplicates = 0
  #started = false
  #stopped = false

  constructor(options: FeedOptions) {
    const { venue, clock, random, log, address } = options
    this.venue = venue.id
    this.#options = options
    this.#listener = new GuardedListener(options.listener, venue.id, log)
    const timing = { ...DEFAULT_TIMING, ...options.settings }
    this.#timing = timing
    this.#reader = new FrameReader(venue, clock, log)
    this.#rest = new Rest({
      venue,
      address: address?.rest,
      clock,
      fetchJson: options.fetchJson,
    })
    const shared = { venue, rest: this.#rest, clock, log, timing }
    this.#instruments = new Instruments({ ...shared, random, changed: () => this.#onList() })
    this.#clockWatch = new ClockWatch({ ...shared, changed: () => this.#listener.changed() })
    this.#session = new Session(
      {
        venue,
        url: address?.ws ?? venue.stream.url,
        clock,
        connect: options.connect,
        log,
        timing,
        reader: this.#reader,
        patience: new TradePatience(timing),
      },
      random,
      {
        trade: (...row) => this.#onTrade(...row),
        confirmed: (symbol) => this.#onConfirmed(symbol),
        refused: (symbol, reason) => this.#onRefused(symbol, reason),
        newest: (symbol, seq, time) => this.#onNewest(symbol, seq, time),
        broken: (symbol, cause) => this.#onBroken(symbol, cause),
        changed: () => this.#listener.changed(),
      },
    )
  }

  start(): void {
    if (this.#stopped) return
    this.#started = true
    this.#session.start()
    if (this.#watched.size > 0) this.#clockWatch.start()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#listener.close()
    this.#clockWatch.stop()
    this.#instruments.close()
    this.#rest.close()
    await this.#session.stop()
  }

  resolve(symbol: string): Promise<Outcome<Market>> {
    return this.#instruments.resolve(symbol)
  }

  instruments(): Promise<readonly Market[]> {
    return this.#instruments.listed()
  }

  watch(market: Market): void {
    if (this.#stopped) return
    const known = this.#watched.get(market.id)
    if (known !== undefined && known.state !== 'refused') return
    const watched: Watched = {
      market,
      state: 'pending',
      reason: undefined,
      lastTradeAt: known?.lastTradeAt ?? null,
      provisional: true,
      dedup: known?.dedup ?? new Dedup(),
    }
    this.#watched.set(market.id, watched)
    this.#stream(watched)
    if (this.#started) this.#clockWatch.start()
    if (this.#instruments.state === 'list') this.#check(watched)
    this.#listener.changed()
  }

  unwatch(market: MarketId): void {
    const watched = this.#watched.get(market)
    if (watched === undefined) return
    this.#watched.delete(market)
    this.#unstream(watched, watched.market.venueSymbol)
    if (this.#watched.size === 0) this.#clockWatch.stop()
    this.#listener.changed()
  }

  markets(): readonly FeedMarket[] {
    return [...this.#watched.values()].map(({ market, state, reason, lastTradeAt }) =>
      reason === undefined
        ? { market, state, lastTradeAt }
        : { market, state, reason, lastTradeAt },
    )
  }

  status(): FeedStatus {
    const { messages, unreadable, busyMs, lastMessageAt } = this.#reader
    return {
      ...this.#session.status(),
      messages,
      unreadable,
      duplicates: this.#duplicates,
      lastMessageAt: lastMessageAt === null ? null : epochMs(lastMessageAt),
      lastTradeAt: this.#lastTradeAt,
      instruments: this.#instruments.state,
      clock: this.#clockWatch.offset,
      sockets: 1,
      busyMs,
    }
  }

  retry(): void {
    if (this.#stopped) return
    this.#rest.retry()
    this.#instruments.retry()
    this.#session.retry()
  }

  async day(market: Market): Promise<Outcome<DaySeed>> {
    const { day } = this.#options.venue.rest
    const answer = await this.#rest.call(day, { symbol: market.venueSymbol }, this.#timing.restMs)
    return answer.ok ? ok(answer.value.value) : answer
  }

  async minutes(
    market: Market,
    from: EpochMs,
    to: EpochMs,
  ): Promise<Outcome<readonly MinuteBar[]>> {
    const spec = this.#options.venue.rest.minutes
    const span = (spec.rows ?? 1) * 60_000
    const bars: MinuteBar[] = []
    // Pages begin on whole minutes, so that no page can hold more bars than the venue sends.
    for (let at = Math.ceil(from / 60_000) * 60_000; at < to; at += span) {
      const page = { from: epochMs(at), to: epochMs(Math.min(to, at + span)) }
      const input = { symbol: market.venueSymbol, ...page }
      const answer = await this.#rest.call(spec, input, this.#timing.restMs)
      if (!answer.ok) return answer
      bars.push(...answer.value.value)
    }
    return ok(bars)
  }

  async recent(): Promise<Outcome<RecentTrades>> {
    return fail('unavailable', 'not yet')
  }

  async refill(): Promise<Outcome<Refill>> {
    return fail('unavailable', 'not yet')
  }

  wake(): void {}

  #onTrade(
    symbol: string,
    id: string,
    price: string,
    qty: string,
    side: TakerSide,
    time: number,
    receivedAt: number,
    extra: TradeExtra | undefined,
  ): void {
    const watched = this.#streaming.get(symbol)
    if (watched === undefined) return // unwatched meanwhile
    if (watched.dedup.seen(id)) {
      this.#duplicates += 1
      return
    }
    watched.lastTradeAt = this.#lastTradeAt = epochMs(receivedAt)
    const { id: market } = watched.market
    this.#listener.trade(market, id, price, qty, side, time, receivedAt, extra)
  }

  #onConfirmed(symbol: string): void {
    const watched = this.#streaming.get(symbol)
    if (watched === undefined) return
    watched.state = 'confirmed'
    this.#listener.began(watched.market.id)
    this.#listener.changed()
  }

  #onNewest(symbol: string, seq: number, time: number): void {
    const watched = this.#streaming.get(symbol)
    if (watched !== undefined) this.#listener.newest(watched.market.id, seq, time)
  }

  #onBroken(symbol: string, cause: GapCause): void {
    const watched = this.#streaming.get(symbol)
    if (watched === undefined) return
    watched.state = 'pending'
    this.#listener.broken(watched.market.id, cause)
  }

  #onRefused(symbol: string, reason: string): void {
    const watched = this.#streaming.get(symbol)
    if (watched === undefined) return
    this.#options.log.warn('market-refused', { market: watched.market.id, reason })
    this.#streaming.delete(symbol)
    this.#refuse(watched, reason)
  }

  #refuse(watched: Watched, reason: string): void {
    if (watched.state === 'confirmed') this.#listener.broken(watched.market.id, 'outage')
    watched.state = 'refused'
    watched.reason = reason
    this.#listener.changed()
  }

  #onList(): void {
    if (this.#instruments.state === 'list')
      for (const watched of this.#watched.values()) if (watched.provisional) this.#check(watched)
    this.#listener.changed()
  }

  /** Holds a market that may only have been spelled against the list. */
  #check(watched: Watched): void {
    const { symbol, venueSymbol } = watched.market
    const listed = this.#instruments.find(symbol)
    watched.provisional = false
    if (listed === undefined) {
      this.#unstream(watched, venueSymbol)
      this.#refuse(watched, this.#instruments.unknown(symbol).failure.message)
      return
    }
    watched.market = listed
    if (listed.venueSymbol === venueSymbol) return
    watched.state = 'pending'
    watched.reason = undefined
    this.#stream(watched)
    this.#unstream(watched, venueSymbol)
  }

  #stream(watched: Watched): void {
    const symbol = watched.market.venueSymbol
    if (this.#streaming.get(symbol) === watched) return
    this.#streaming.set(symbol, watched)
    this.#session.add(symbol)
  }

  #unstream(watched: Watched, symbol: string): void {
    if (this.#streaming.get(symbol) !== watched) return
    this.#streaming.delete(symbol)
    this.#session.remove(symbol)
  }
}
