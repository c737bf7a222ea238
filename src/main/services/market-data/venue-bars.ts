import type { Candle } from '../../../shared/domain/candle.ts'
import type { Market, MarketId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import type { Feed } from '../../ingest/feed.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { MinuteBar } from '../../venues/venue.ts'
import type { MarketSlot } from './market-slot.ts'

const DAY_MS = 86_400_000
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
  #stopped = false

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  /** The venue's minute bars of a market, ascending; empty while they are not known. */
  of(market: MarketId): readonly Candle[] {
    return this.#bars.get(market) ?? []
  }

  /** Fetches a day of bars, or at least the venue's 24 h total; goes on trying until one comes. */
  seed(feed: Feed, market: Market, slot: MarketSlot, attempt = 0): void {
    void this.#fetch(feed, market, slot).then((complete) => {
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
    this.#retries.get(market)?.()
    this.#retries.delete(market)
  }

  stop(): void {
    this.#stopped = true
    for (const cancel of this.#retries.values()) cancel()
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
