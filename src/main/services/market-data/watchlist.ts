import type { MarketState, MarketSummary } from '../../../shared/contract/status.ts'
import {
  type Market,
  type MarketId,
  parseMarketId,
  type VenueId,
} from '../../../shared/domain/market.ts'
import { fail, type Outcome, ok } from '../../../shared/domain/outcome.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { Feed } from '../../ingest/feed.ts'
import type { Continuity } from '../../pipeline/continuity.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { TradeStore } from '../../store/store.ts'
import type { MarketData } from './market-data.ts'
import type { VenueBars } from './venue-bars.ts'

/** Without a trade for this long a confirmed market is called quiet, milliseconds. */
const QUIET_MS = 60_000

export interface WatchlistOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly feeds: ReadonlyMap<VenueId, Feed>
  readonly store: Pick<TradeStore, 'describe' | 'candles' | 'markPartial'>
  readonly data: MarketData
  readonly bars: VenueBars
  /** Opens a market's tape; `resume`: goes on where an earlier run of the app ended. */
  readonly openTape: (
    market: Market,
    resume: boolean,
  ) => Promise<{ readonly continuity: Continuity; readonly recorded: ReadonlySet<string> }>
  readonly closeTape: (market: MarketId) => void
  /** Called with the whole list whenever it changes. */
  readonly save: (markets: readonly MarketId[]) => void
}

/** Which markets are watched, in the order in which they were added. */
export class Watchlist {
  readonly #options: WatchlistOptions
  /** Every market asked for; the reason while it could not be found. */
  readonly #wanted = new Map<MarketId, { refused?: string; market?: Market }>()

  constructor(options: WatchlistOptions) {
    this.#options = options
  }

  get markets(): readonly MarketId[] {
    return [...this.#wanted.keys()]
  }

  /** Puts the markets of the settings or a config on the list, found or not. */
  async restore(markets: readonly string[]): Promise<void> {
    const known = markets.map((text) => ({ text, id: parseMarketId(text)?.id }))
    for (const { id } of known) if (id !== undefined) this.#wanted.set(id, {})
    await Promise.all(
      known.map(async ({ text, id }) => {
        const outcome = await this.#attach(text, true)
        if (outcome.ok) return
        this.#options.log.warn('market-refused', { market: text, reason: outcome.failure.message })
        const entry = id === undefined ? undefined : this.#wanted.get(id)
        if (entry !== undefined) entry.refused = outcome.failure.message
      }),
    )
  }

  async watch(text: string): Promise<Outcome<{ market: MarketId }>> {
    const outcome = await this.#attach(text, false)
    if (outcome.ok) this.#options.save(this.markets)
    return outcome
  }

  unwatch(market: MarketId): Outcome<null> {
    if (!this.#wanted.delete(market)) return fail('not-found', `${market} is not on the watchlist.`)
    const parsed = parseMarketId(market)
    if (parsed !== undefined) this.#options.feeds.get(parsed.venue)?.unwatch(market)
    this.#options.data.close(market)
    this.#options.closeTape(market)
    this.#options.bars.forget(market)
    this.#options.save(this.markets)
    return ok(null)
  }

  /** A feed learned more of its markets: steps, spelling, refusals. */
  refresh(venue: VenueId): void {
    for (const { market } of this.#options.feeds.get(venue)?.markets() ?? []) {
      const entry = this.#wanted.get(market.id)
      if (entry === undefined || entry.market === market) continue
      entry.market = market
      this.#options.store.describe(market)
      this.#options.data.describe(market)
    }
  }

  summaries(): MarketSummary[] {
    const now = this.#options.clock.now()
    return [...this.#wanted].map(([id, entry]) => {
      const slot = this.#options.data.slots.get(id)
      const standing = this.#standing(id, entry.refused)
      return slot === undefined ? unknownSummary(id, standing) : slot.summary(now, standing)
    })
  }

  async #attach(text: string, resume: boolean): Promise<Outcome<{ market: MarketId }>> {
    const { feeds, store, data, openTape, closeTape } = this.#options
    const parsed = parseMarketId(text)
    if (parsed === undefined)
      return fail('invalid', `${text} is no market: write venue:BASE-QUOTE, such as okx:BTC-USDT.`)
    const feed = feeds.get(parsed.venue)
    if (feed === undefined)
      return fail(
        'unknown-market',
        `There is no venue ${parsed.venue}; there are ${[...feeds.keys()].join(', ')}.`,
        [...feeds.keys()].map((venue) => `${venue}:${parsed.symbol}`),
      )
    const found = await feed.resolve(parsed.symbol)
    if (!found.ok) return found
    const market = found.value
    this.#wanted.set(market.id, { market })
    if (data.slots.has(market.id)) {
      feed.watch(market) // asked again: a refusal is tried anew
      return ok({ market: market.id })
    }
    store.describe(market)
    const { continuity, recorded } = await openTape(market, resume)
    if (!this.#wanted.has(market.id)) {
      closeTape(market.id) // removed meanwhile
      return ok({ market: market.id })
    }
    if (data.slots.has(market.id)) return ok({ market: market.id }) // asked for twice at once
    const slot = data.open(market, continuity, recorded)
    const minute = Math.floor(this.#options.clock.now() / 60_000) * 60_000
    const stored = await store.candles(market.id, '1m', epochMs(minute + 60_000), 1)
    const bar = stored.ok ? stored.value.at(-1) : undefined
    if (bar?.openTime === minute) slot.minutes.adopt(bar)
    // Recording ended in that minute or right after it, and nobody knows what came then.
    if (bar !== undefined) store.markPartial(market.id, bar.openTime)
    if (!this.#wanted.has(market.id)) return ok({ market: market.id }) // removed meanwhile
    feed.watch(market)
    this.#options.bars.seed(feed, market, slot)
    return ok({ market: market.id })
  }

  #standing(id: MarketId, refused: string | undefined): { state: MarketState; reason?: string } {
    if (refused !== undefined) return { state: 'refused', reason: refused }
    const venue = parseMarketId(id)?.venue
    const feed = venue === undefined ? undefined : this.#options.feeds.get(venue)
    const entry = feed?.markets().find(({ market }) => market.id === id)
    if (feed === undefined || entry === undefined) return { state: 'pending' }
    if (entry.state === 'refused')
      return { state: 'refused', ...(entry.reason === undefined ? {} : { reason: entry.reason }) }
    const { state } = feed.status()
    if (state === 'waiting' || state === 'stopped' || state === 'idle') return { state: 'offline' }
    if (state === 'connecting' || entry.state === 'pending') return { state: 'pending' }
    if (state === 'stale') return { state: 'offline', reason: feed.status().reason ?? 'no data' }
    const slot = this.#options.data.slots.get(id)
    const lastTradeAt = slot?.lastTradeAt ?? null
    const age = this.#options.clock.now() - (lastTradeAt ?? slot?.openedAt ?? 0)
    if (age > QUIET_MS) return { state: 'quiet' }
    return { state: lastTradeAt === null ? 'pending' : 'live' }
  }
}

function unknownSummary(
  id: MarketId,
  standing: { state: MarketState; reason?: string },
): MarketSummary {
  const parsed = parseMarketId(id)
  return {
    market: id,
    venue: parsed?.venue ?? ('' as VenueId),
    symbol: parsed?.symbol ?? id,
    ...standing,
    priceDecimals: 2,
    qtyDecimals: 4,
    last: null,
    lastTradeAt: null,
    lastSide: null,
    day: {
      volume: 0,
      quoteVolume: 0,
      high: null,
      low: null,
      open: null,
      change: null,
      basis: 'partial',
      since: null,
      coverage: null,
    },
    tradesPerSecond: 0,
    buyVolume: 0,
    sellVolume: 0,
    trades: 0,
  }
}
