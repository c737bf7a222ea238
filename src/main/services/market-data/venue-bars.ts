import type { Candle } from '../../../shared/domain/candle.ts'
import type { Market, MarketId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { Feed } from '../../ingest/feed.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { MinuteBar } from '../../venues/venue.ts'
import type { MarketSlot } from './market-slot.ts'

const DAY_MS = 86_400_000
/** How long a chart waits for the venue's bars when it is opened while they are being fetched. */
const PATIENCE_MS = 3_000
const RETRY_MS = [5_000, 30_000, 120_000, 600_000] as const

/**
 * The venue's own last day of each watched market: it seeds the rolling 24 h figures and stands
 * behind the chart where nothing was recorded here.
 */
export class VenueBars {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #bars = new Map<MarketId, readonly Candle[]>()
  readonly #retries = new Map<MarketId, () => void>()
  /** Markets whose first attempt is over, and who waits for the others. */
  readonly #tried = new Set<MarketId>()
  readonly #waiting = new Map<MarketId, Set<() => void>>()
  #stopped = false

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  /**
   * The venue's minute bars of a market, ascending; empty when they are not known. Right after a
   * start it waits for the first attempt to fetch them, but no longer than a person would.
   */
  async of(market: MarketId): Promise<readonly Candle[]> {
    if (!this.#tried.has(market)) await this.#firstAttempt(market)
    return this.#bars.get(market) ?? []
  }

  #firstAttempt(market: MarketId): Promise<void> {
    const waiting = this.#waiting.get(market) ?? new Set()
    this.#waiting.set(market, waiting)
    return new Promise((resolve) => {
      const done = (): void => {
        cancel()
        waiting.delete(done)
        resolve()
      }
      const cancel = this.#clock.after(PATIENCE_MS, done)
      waiting.add(done)
    })
  }

  /** Fetches a day of bars, or at least the venue's 24 h total; goes on trying until one comes. */
  seed(feed: Feed, market: Market, slot: MarketSlot, attempt = 0): void {
    void this.#fetch(feed, market, slot).then((complete) => {
      this.#tried.add(market.id)
      for (const done of this.#waiting.get(market.id) ?? []) done()
      const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 600_000
      if (complete || this.#stopped) return
      this.#retries.set(
        market.id,
        this.#clock.after(wait, () => this.seed(feed, market, slot, attempt + 1)),
      )
    })
  }

  forget(market: MarketId): void {
    this.#bars.delete(market)
    this.#tried.delete(market)
    this.#retries.get(market)?.()
    this.#retries.delete(market)
  }

  stop(): void {
    this.#stopped = true
    for (const cancel of this.#retries.values()) cancel()
    for (const waiting of this.#waiting.values()) for (const done of waiting) done()
  }

  /** True when the minutes came: nothing is left to ask. */
  async #fetch(feed: Feed, market: Market, slot: MarketSlot): Promise<boolean> {
    const now = this.#clock.now()
    const minutes = await feed.minutes(market, epochMs(now - DAY_MS), epochMs(now + 60_000))
    if (minutes.ok && minutes.value.length > 0) {
      slot.day.seedMinutes(this.#clock.now(), minutes.value)
      slot.last ??= minutes.value.at(-1)?.close ?? null
      this.#bars.set(market.id, minutes.value.map(toCandle))
      return true
    }
    const day = await feed.day(market)
    if (day.ok) {
      slot.day.seedTotal(this.#clock.now(), day.value)
      slot.last ??= day.value.last
    }
    this.#log.debug('day-not-seeded', {
      market: market.id,
      minutes: minutes.ok ? 'empty' : minutes.failure.message,
      total: day.ok,
    })
    return false
  }
}

const toCandle = (bar: MinuteBar): Candle => ({
  openTime: bar.openTime,
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  buyVolume: 0,
  trades: bar.trades ?? 0,
  source: 'venue',
  partial: false,
})
