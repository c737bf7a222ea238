import type { GapCause } from '../../shared/domain/ledger.ts'
import type { Market, MarketId } from '../../shared/domain/market.ts'
import { type Outcome, ok } from '../../shared/domain/outcome.ts'
import { createDial, type Dial } from './dial.ts'
import type { FeedSettings, RecentTrades } from './feed.ts'
import type { FeedOptions } from './feed-options.ts'
import type { FrameReader } from './frame-reader.ts'
import { Gateway } from './gateway.ts'
import type { MarketBook } from './market-book.ts'
import { PaceBook } from './pace.ts'
import { Poller } from './poller.ts'
import { randomId } from './random-id.ts'
import type { PongSample } from './request-times.ts'
import type { Rest } from './rest.ts'
import { SessionPool } from './session-pool.ts'
import { SleepDetector } from './sleep-detector.ts'
import type { FeedTiming } from './timing.ts'
import type { SessionStatus } from './venue-state.ts'
import { hostUrls } from './venue-urls.ts'

export interface FeedLineDeps
  extends Pick<
    FeedOptions,
    'venue' | 'address' | 'network' | 'clock' | 'random' | 'connect' | 'log'
  > {
  readonly timing: FeedTiming
  readonly reader: FrameReader
  readonly rest: Rest
  readonly book: MarketBook
}

export interface FeedLineEvents {
  settings(): FeedSettings
  recent(market: Market): Promise<Outcome<RecentTrades>>
  newest(market: MarketId, seq: number, time: number): void
  pong(sample: PongSample): void
  changed(): void
}

/**
 * The ways by which one venue's trades come: its sockets, and polls by REST where no socket can be
 * had. Notices that the machine slept.
 */
export class FeedLine {
  readonly #deps: FeedLineDeps
  readonly #events: FeedLineEvents
  readonly #gateway: Gateway
  readonly #pool: SessionPool
  readonly #poller: Poller
  readonly #sleep: SleepDetector
  readonly #symbols = new Set<string>()
  readonly #restOnly: boolean
  #cancelTick: (() => void) | null = null
  #started = false

  constructor(deps: FeedLineDeps, events: FeedLineEvents) {
    const { venue, clock, network, address, timing, book } = deps
    this.#deps = deps
    this.#events = events
    this.#restOnly = network?.transport === 'rest'
    this.#sleep = new SleepDetector(timing.lookMs)
    const urls = address?.ws === undefined ? hostUrls(venue, network?.host) : [address.ws]
    this.#gateway = new Gateway({ urls, limits: venue.stream.limits, clock, label: venue.label })
    const { reader, log, random } = deps
    this.#pool = new SessionPool(
      {
        ...{ venue, clock, log, timing, reader, random },
        dial: this.#dial(),
        symbols: book.symbols,
        paces: new PaceBook(timing),
        gateway: this.#gateway,
        maxAttempts: () => events.settings().maxAttempts,
      },
      {
        prints: (prints, receivedAt) => book.prints(prints, receivedAt),
        newest: (symbol, seq, time) => {
          const watched = book.streaming(symbol)
          if (watched !== undefined) events.newest(watched.market.id, seq, time)
        },
        pong: (sample) => events.pong(sample),
        confirmed: (symbol) => this.#confirmed(symbol),
        refused: (symbol, reason) => this.#refused(symbol, reason),
        broken: (symbol, cause) => this.#broken(symbol, cause),
        changed: () => this.#changed(),
      },
    )
    this.#poller = new Poller(
      {
        venue,
        clock,
        markets: () => this.#unserved(),
        recent: (market) => events.recent(market),
        pollMs: () => events.settings().pollSeconds * 1_000,
        lastKnown: (market) => book.get(market)?.newest.point() ?? null,
      },
      {
        page: (...row) => book.polled(...row),
        began: (market) => this.#withWatched(market, (watched) => book.began(watched)),
        missed: (market) => this.#withWatched(market, (watched) => book.broken(watched, 'outage')),
        changed: () => events.changed(),
      },
    )
  }

  /** The host in use, when it is not the usual one. */
  get host(): string | undefined {
    return this.#gateway.host
  }

  start(): void {
    this.#started = true
    if (!this.#restOnly) this.#pool.start()
    this.#watchSleep()
    this.#poller.look()
  }

  add(symbol: string): void {
    this.#symbols.add(symbol)
    if (!this.#restOnly) this.#pool.add(symbol)
    this.#watchSleep()
    if (this.#started) this.#poller.look()
  }

  remove(symbol: string): void {
    this.#symbols.delete(symbol)
    if (!this.#restOnly) this.#pool.remove(symbol)
    this.#watchSleep()
  }

  /** The market is no longer watched. */
  forget(market: MarketId): void {
    this.#poller.forget(market)
  }

  retry(): void {
    this.#pool.retry()
    this.#poller.look()
  }

  reconsider(): void {
    this.#pool.reconsider()
    this.#poller.look()
  }

  /** See `Feed.wake`. */
  wake(slept: boolean): void {
    this.#pool.wake(slept)
  }

  /** Why a market that is subscribed may bring nothing. */
  doubt(symbol: string): string | undefined {
    return this.#pool.isDoubtful(symbol)
      ? 'silent for longer than is usual for this market; it is subscribed anew'
      : undefined
  }

  status(): SessionStatus {
    const status = this.#pool.status()
    const polls = this.#poller.words
    const served = polls === undefined || this.#unserved().length === 0
    if (status.state === 'stopped' || (served && !this.#restOnly)) return status
    const why = this.#restOnly ? 'set to use REST only' : (status.reason ?? 'no WebSocket')
    const state =
      this.#symbols.size === 0
        ? 'idle'
        : polls?.works === true
          ? 'degraded'
          : this.#restOnly
            ? 'waiting'
            : status.state
    const reason = polls === undefined ? why : `${why}; ${polls.text}`
    return { ...status, state, reason }
  }

  async stop(): Promise<void> {
    this.#cancelTick?.()
    this.#cancelTick = null
    this.#started = false
    this.#poller.stop()
    await this.#pool.stop()
  }

  #dial(): Dial {
    const { venue, connect, network, address, rest, timing, random } = this.#deps
    const { ticket } = venue.stream
    return createDial({
      connect,
      agentFor: network?.agentFor,
      frames: venue.stream.frames,
      fixed: address?.ws !== undefined,
      ticket:
        ticket &&
        (async () => {
          const answer = await rest.call(ticket, { connectId: randomId(random) }, timing.restMs)
          return answer.ok ? ok(answer.value.value) : answer
        }),
    })
  }

  #confirmed(symbol: string): void {
    const { book } = this.#deps
    const watched = book.streaming(symbol)
    if (watched === undefined) return
    watched.reason = undefined
    // What stands by polls goes on without a break: one last poll closes what lay between.
    if (this.#poller.covers(watched.market.id)) watched.state = 'confirmed'
    else book.began(watched)
    this.#events.changed()
  }

  #broken(symbol: string, cause: GapCause): void {
    const { book } = this.#deps
    const watched = book.streaming(symbol)
    if (watched === undefined) return
    this.#poller.forget(watched.market.id)
    book.broken(watched, cause)
  }

  #refused(symbol: string, reason: string): void {
    const { book, log } = this.#deps
    const watched = book.streaming(symbol)
    if (watched === undefined) return
    log.warn('market-refused', { market: watched.market.id, reason })
    this.#symbols.delete(symbol)
    this.#poller.forget(watched.market.id)
    book.leave(watched, symbol)
    book.refuse(watched, reason)
  }

  #changed(): void {
    this.#poller.look()
    this.#events.changed()
  }

  /** Markets that have no socket and are not about to get one. */
  #unserved(): readonly Market[] {
    if (!this.#started) return []
    const symbols = this.#restOnly ? [...this.#symbols] : this.#pool.unserved()
    return symbols.flatMap((symbol) => this.#deps.book.streaming(symbol)?.market ?? [])
  }

  #withWatched(
    market: MarketId,
    run: (watched: NonNullable<ReturnType<MarketBook['get']>>) => void,
  ): void {
    const watched = this.#deps.book.get(market)
    if (watched !== undefined) run(watched)
  }

  /** A regular tick while anything is wanted: it comes late when the machine slept. */
  #watchSleep(): void {
    const needed = this.#started && this.#symbols.size > 0
    if (!needed) {
      this.#cancelTick?.()
      this.#cancelTick = null
      return
    }
    if (this.#cancelTick !== null) return
    const { clock, timing, log, venue } = this.#deps
    this.#sleep.reset()
    this.#sleep.tick(clock.now(), clock.monotonic())
    this.#cancelTick = clock.every(timing.lookMs, () => {
      const away = this.#sleep.tick(clock.now(), clock.monotonic())
      if (away === 0) return
      log.info('machine-slept', { venue: venue.id, ms: Math.round(away) })
      this.wake(true)
    })
  }
}
