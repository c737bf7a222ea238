import type { VenueLatency } from '../../../shared/domain/latency.ts'
import type { Market, MarketId, VenueId } from '../../../shared/domain/market.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import type { TakerSide } from '../../../shared/domain/trade.ts'
import type { FeedListener } from '../../ingest/feed.ts'
import { Batcher } from '../../pipeline/batcher.ts'
import { LatencyWindow } from '../../pipeline/latency-window.ts'
import type { Clock } from '../../ports.ts'
import type { TradeStore } from '../../store/store.ts'
import type { TradeExtra } from '../../venues/venue.ts'
import { MarketSlot } from './market-slot.ts'

export interface MarketDataOptions {
  readonly clock: Clock
  readonly store: Pick<TradeStore, 'append' | 'markPartial'>
  readonly batchSize: number
  readonly batchMs: number
  readonly latencyWindowMs: number
}

interface Latencies {
  raw: LatencyWindow
  corrected: LatencyWindow
}

/**
 * A trade's way through the engine: folded into its market, put into the batch, and from there to
 * the store by count or by age. One for all venues; everything here is synchronous.
 */
export class MarketData {
  readonly slots = new Map<MarketId, MarketSlot>()
  trades = 0
  batches = 0
  readonly #options: MarketDataOptions
  readonly #latencies = new Map<VenueId, Latencies>()
  readonly #offsets = new Map<VenueId, number>()
  #batcher: Batcher
  #batchMs: number
  #latencyWindowMs: number
  #cancelFlush: (() => void) | null = null

  constructor(options: MarketDataOptions) {
    this.#options = options
    this.#batcher = new Batcher(options.batchSize)
    this.#batchMs = options.batchMs
    this.#latencyWindowMs = options.latencyWindowMs
  }

  get queueDepth(): number {
    return this.#batcher.count
  }

  open(market: Market): MarketSlot {
    const known = this.slots.get(market.id)
    if (known !== undefined) {
      known.market = market
      return known
    }
    const slot = new MarketSlot(market, this.#options.clock.now())
    this.slots.set(market.id, slot)
    return slot
  }

  close(market: MarketId): void {
    this.slots.delete(market)
  }

  /** How far the venue's clock is ahead of ours, milliseconds; undefined while nobody knows. */
  setOffset(venue: VenueId, offsetMs: number | undefined): void {
    if (offsetMs === undefined) this.#offsets.delete(venue)
    else this.#offsets.set(venue, offsetMs)
  }

  /** What the feed of one venue reports its trades to. */
  listener(venue: VenueId): Omit<FeedListener, 'changed'> {
    const latencies = this.#latenciesOf(venue)
    return {
      trade: (market, id, price, qty, side, time, receivedAt, extra) =>
        this.#trade(latencies, venue, market, id, price, qty, side, time, receivedAt, extra),
      newest: () => undefined,
      began: (market) => this.#markPartial(market),
      broken: (market) => this.#markPartial(market),
    }
  }

  latency(venue: VenueId): VenueLatency {
    const { raw, corrected } = this.#latenciesOf(venue)
    const now = this.#options.clock.now()
    return {
      raw: raw.figures(now),
      corrected: this.#offsets.has(venue) ? corrected.figures(now) : null,
      windowMs: raw.windowMs,
    }
  }

  configure(change: { batchSize: number; batchMs: number; latencyWindowMs: number }): void {
    this.flush()
    this.#batcher = new Batcher(change.batchSize)
    this.#batchMs = change.batchMs
    if (change.latencyWindowMs === this.#latencyWindowMs) return
    this.#latencyWindowMs = change.latencyWindowMs
    for (const latencies of this.#latencies.values())
      Object.assign(latencies, newLatencies(change.latencyWindowMs))
  }

  /** Hands the batch to the store now. */
  flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = null
    const batch = this.#batcher.take()
    if (batch === null) return
    this.#options.store.append(batch)
    this.batches += 1
  }

  #trade(
    latencies: Latencies,
    venue: VenueId,
    market: MarketId,
    id: string,
    price: string,
    qty: string,
    side: TakerSide,
    time: number,
    receivedAt: number,
    extra: TradeExtra | undefined,
  ): void {
    const slot = this.slots.get(market)
    if (slot === undefined) return // no longer watched: the venue's last frames on the way
    const micros = extra?.micros ?? -1
    const origin = extra?.snapshot === true ? 'snapshot' : 'stream'
    const matches = extra?.matches ?? 1
    const receiveTime = Math.floor(receivedAt) as EpochMs
    this.trades += 1
    if (origin === 'stream') {
      slot.fold(receiveTime, time, Number(price), Number(qty), side)
      const latency = receivedAt - time - (micros < 0 ? 0 : micros / 1_000)
      latencies.raw.record(receivedAt, latency)
      const offset = this.#offsets.get(venue)
      if (offset !== undefined) latencies.corrected.record(receivedAt, latency + offset)
      if (slot.tape.wanted)
        slot.show({
          market,
          id,
          price,
          qty,
          side,
          exchangeTime: time as EpochMs,
          ...(micros < 0 ? {} : { exchangeMicros: micros }),
          receiveTime,
          matches,
          origin,
        })
    }
    const full = this.#batcher.add({
      market,
      id,
      price,
      qty,
      buy: side === 'buy',
      exchangeTime: time,
      exchangeMicros: micros,
      receiveTime,
      matches,
      origin,
    })
    if (full) this.flush()
    else
      this.#cancelFlush ??= this.#options.clock.after(this.#batchMs, () => {
        this.#cancelFlush = null
        this.flush()
      })
  }

  #markPartial(market: MarketId): void {
    const now = this.#options.clock.now()
    this.slots.get(market)?.markPartial(now)
    this.#options.store.markPartial(market, now)
  }

  #latenciesOf(venue: VenueId): Latencies {
    const known = this.#latencies.get(venue)
    if (known !== undefined) return known
    const made = newLatencies(this.#latencyWindowMs)
    this.#latencies.set(venue, made)
    return made
  }
}

const newLatencies = (windowMs: number): Latencies => ({
  raw: new LatencyWindow(windowMs),
  corrected: new LatencyWindow(windowMs),
})
