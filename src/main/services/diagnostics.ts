import type { EngineStatus, MachineClock, VenueStatus } from '../../shared/contract/status.ts'
import { agreedOffset } from '../../shared/domain/clock-agreement.ts'
import type { VenueLatency } from '../../shared/domain/latency.ts'
import type { LoadStatus } from '../../shared/domain/load.ts'
import type { VenueId } from '../../shared/domain/market.ts'
import type { EpochMs } from '../../shared/domain/time.ts'
import type { Feed, FeedStatus } from '../ingest/feed.ts'
import type { Clock, ProcessGauge } from '../ports.ts'
import type { TradeStore } from '../store/store.ts'

/** The counters of the trade path, as they stand. */
export interface TradeCounters {
  readonly trades: number
  readonly batches: number
  readonly queueDepth: number
}

export interface DiagnosticsOptions {
  readonly clock: Clock
  readonly feeds: ReadonlyMap<VenueId, Feed>
  readonly store: Pick<TradeStore, 'health'>
  readonly counters: () => TradeCounters
  readonly latency: (venue: VenueId) => VenueLatency
  readonly gauge: () => ProcessGauge
  readonly load: () => LoadStatus
  /** Back-fills of a venue that wait or run. */
  readonly backfill: (
    venue: VenueId,
  ) => { readonly gaps: number; readonly fetched: number; readonly running: boolean } | undefined
}

interface Reading {
  readonly at: number
  readonly messages: number
  readonly trades: number
  readonly busyMs: number
  readonly cpuMs: number
  readonly perVenue: ReadonlyMap<VenueId, number>
}

/** Rates and sums over all venues, read once a second. */
export class Diagnostics {
  readonly #options: DiagnosticsOptions
  readonly #startedAt: EpochMs
  #last: Reading
  #engine: EngineStatus
  #rates = new Map<VenueId, number>()

  constructor(options: DiagnosticsOptions) {
    this.#options = options
    this.#startedAt = options.clock.now()
    const gauge = options.gauge()
    this.#last = this.#read(gauge)
    this.#engine = this.#status(gauge, 0, 0, 0, 0)
  }

  /** Takes a reading; rates are over the time since the one before. Answers with what the gauge said. */
  tick(): ProcessGauge {
    const gauge = this.#options.gauge()
    const next = this.#read(gauge)
    const ms = Math.max(1, next.at - this.#last.at)
    const messages = next.messages - this.#last.messages
    const micros =
      messages > 0
        ? ((next.busyMs - this.#last.busyMs) * 1_000) / messages
        : this.#engine.processingMicros
    this.#rates = new Map(
      [...next.perVenue].map(([venue, count]) => [
        venue,
        ((count - (this.#last.perVenue.get(venue) ?? 0)) * 1_000) / ms,
      ]),
    )
    this.#engine = this.#status(
      gauge,
      (messages * 1_000) / ms,
      ((next.trades - this.#last.trades) * 1_000) / ms,
      micros,
      (next.cpuMs - this.#last.cpuMs) / ms,
    )
    this.#last = next
    return gauge
  }

  /** As of the last tick, with the store's health and the load as they are now. */
  engine(): EngineStatus {
    const { store, load } = this.#options
    return { ...this.#engine, store: store.health(), load: load() }
  }

  venues(): VenueStatus[] {
    return [...this.#options.feeds.values()].map((feed) => {
      const { duplicates: _duplicates, busyMs: _busyMs, ...status } = feed.status()
      const backfill = this.#options.backfill(feed.venue)
      const isFilling =
        backfill?.running === true && (status.state === 'live' || status.state === 'quiet')
      return {
        venue: feed.venue,
        ...status,
        ...(isFilling ? { state: 'backfilling' as const } : {}),
        ...(backfill === undefined
          ? {}
          : { backfill: { gaps: backfill.gaps, fetched: backfill.fetched } }),
        markets: feed.markets().length,
        messagesPerSecond: this.#rates.get(feed.venue) ?? 0,
        latency: this.#options.latency(feed.venue),
      }
    })
  }

  #read(gauge: ProcessGauge): Reading {
    const { clock, feeds, counters } = this.#options
    const statuses = [...feeds.values()].map((feed) => ({ venue: feed.venue, ...feed.status() }))
    return {
      at: clock.monotonic(),
      messages: statuses.reduce((sum, status) => sum + status.messages, 0),
      busyMs: statuses.reduce((sum, status) => sum + status.busyMs, 0),
      trades: counters().trades,
      cpuMs: gauge.cpuMs,
      perVenue: new Map(statuses.map((status) => [status.venue, status.messages])),
    }
  }

  #status(
    gauge: ProcessGauge,
    messagesPerSecond: number,
    tradesPerSecond: number,
    processingMicros: number,
    cpu: number,
  ): EngineStatus {
    const statuses = [...this.#options.feeds.values()].map((feed) => feed.status())
    // Field by field: what counts may be a living object, and this crosses to other threads.
    const { trades, batches, queueDepth } = this.#options.counters()
    return {
      at: this.#options.clock.now(),
      startedAt: this.#startedAt,
      messages: statuses.reduce((sum, status) => sum + status.messages, 0),
      messagesPerSecond,
      tradesPerSecond,
      duplicates: statuses.reduce((sum, status) => sum + status.duplicates, 0),
      unreadable: statuses.reduce((sum, status) => sum + status.unreadable, 0),
      processingMicros,
      rssBytes: gauge.rssBytes,
      heapBytes: gauge.heapBytes,
      cpu,
      loopDelayP99Ms: gauge.loopDelayP99Ms,
      trades,
      batches,
      queueDepth,
      store: this.#options.store.health(),
      machineClock: machineClock(statuses),
      load: this.#options.load(),
    }
  }
}

/** How far this machine's clock is from what the venues' clocks say together. */
function machineClock(statuses: readonly FeedStatus[]): MachineClock | null {
  const agreed = agreedOffset(statuses.flatMap(({ clock }) => (clock === null ? [] : [clock])))
  if (agreed === null) return null
  const { offsetMs, uncertaintyMs, clocks, off } = agreed
  return { offsetMs, uncertaintyMs, venues: clocks, off }
}
