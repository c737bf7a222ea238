import type { BarsAnswer } from '../../shared/contract/history.ts'
import { MOST_BARS, RESOLUTIONS, type Resolution } from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Failure } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../shared/domain/time.ts'
import type { Trade } from '../../shared/domain/trade.ts'
import type { Connection } from '../connection/api.ts'
import type { Clock } from '../connection/clock.ts'
import { holds, readRange, resolutionFor } from './span.ts'

/** Bars that were read, and for which stretch. */
export interface HistoryBars extends BarsAnswer {
  readonly range: TimeRange
  /** When they were read, by the engine's clock. */
  readonly readAt: EpochMs
}

export interface HistoryTrades {
  readonly at: EpochMs
  /** Oldest first. */
  readonly trades: readonly Trade[]
}

/** What lies beside a sight is read once it has stood still for so long, ms: the sight itself does not wait for it. */
const CALM_MS = 200

/** Trades on either side of the place looked at. */
export const TRADES_EACH_SIDE = 250

type Read<T> = {
  readonly value: T | null
  readonly busy: boolean
  readonly failure: Failure | null
}
/** The beginning is looked for in days, then in the minutes of the first, then in the seconds of that. */
const EVER_FINER = ['1d', '1m', '1s'] as const satisfies readonly Resolution[]
const NOTHING = { value: null, busy: false, failure: null }

/**
 * The past of one market, read as it is looked at. What was read stays until something newer is
 * there, so that nothing jumps; a newer wish drops the older one.
 */
export class HistoryView {
  readonly market: MarketId
  readonly #connection: Pick<Connection, 'call'>
  readonly #now: () => EpochMs
  readonly #after: Clock['after']
  readonly #listeners = new Set<() => void>()
  #bars: Read<HistoryBars> = NOTHING
  #trades: Read<HistoryTrades> = NOTHING
  #wanted: { readonly range: TimeRange; readonly resolution: Resolution } | null = null
  #tradesAt: EpochMs | null = null
  #cancelWiden: () => void = () => {}
  #barsAbort = new AbortController()
  #tradesAbort = new AbortController()

  constructor(
    market: MarketId,
    connection: Pick<Connection, 'call'>,
    now: () => EpochMs,
    after: Clock['after'],
  ) {
    this.market = market
    this.#connection = connection
    this.#now = now
    this.#after = after
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  bars = (): Read<HistoryBars> => this.#bars
  trades = (): Read<HistoryTrades> => this.#trades

  /** Reads what a sight needs, unless it is here or on its way; then as much again on either side, so that a pan has it. */
  show(span: TimeRange, chosen: Resolution | null): void {
    const resolution = resolutionFor(span, chosen)
    const wanted = this.#wanted
    if (wanted?.resolution === resolution && holds(wanted.range, span)) return
    void this.#readBars(span, resolution).then((isThere) => {
      if (isThere) this.#widen(readRange(span), resolution)
    })
  }

  #widen(range: TimeRange, resolution: Resolution): void {
    this.#cancelWiden()
    this.#cancelWiden = this.#after(CALM_MS, () => void this.#readBars(range, resolution, true))
  }

  /** Reads the bars anew, since time has gone on. */
  refresh(): void {
    if (this.#wanted !== null) void this.#readBars(this.#wanted.range, this.#wanted.resolution)
  }

  /** Reads everything in sight anew: after a failure or a reconnection. */
  again(): void {
    this.refresh()
    const at = this.#tradesAt
    this.#tradesAt = null
    if (at !== null) this.look(at)
  }

  /** Reads the trades around a place. */
  look(at: EpochMs): void {
    if (this.#tradesAt === at) return
    this.#tradesAt = at
    void this.#readTrades(at)
  }

  /** Opening of the first bar that was recorded, to the second where trades are left; null: none is known. */
  async beginning(): Promise<EpochMs | null> {
    const now = this.#now()
    let range = { from: epochMs(now - (MOST_BARS - 2) * RESOLUTIONS['1d']), to: now }
    let begin: EpochMs | null = null
    for (const resolution of EVER_FINER) {
      const query = { market: this.market, ...range, resolution }
      const outcome = await this.#connection.call('history.bars', query)
      const first = outcome.ok ? outcome.value.candles[0] : undefined
      if (first === undefined) break
      begin = first.openTime
      range = { from: begin, to: epochMs(Math.min(now, begin + RESOLUTIONS[resolution])) }
      if (range.to <= range.from) break
    }
    return begin
  }

  close(): void {
    this.#cancelWiden()
    this.#barsAbort.abort()
    this.#tradesAbort.abort()
    this.#listeners.clear()
  }

  /** True when it came. `quiet`: nobody waits for it, and what is shown stays if it fails. */
  async #readBars(range: TimeRange, resolution: Resolution, quiet = false): Promise<boolean> {
    this.#cancelWiden()
    this.#barsAbort.abort()
    this.#barsAbort = new AbortController()
    const { signal } = this.#barsAbort
    const before = this.#wanted
    this.#wanted = { range, resolution }
    if (!quiet) this.#become({ ...this.#bars, busy: true })
    const length = RESOLUTIONS[resolution]
    const readAt = this.#now()
    // The last bar may be under way; a stretch that begins in the future is nothing to ask for.
    const to = epochMs(Math.min(range.to, readAt + length))
    const query = { market: this.market, from: range.from, to, resolution }
    const outcome =
      to > range.from
        ? await this.#connection.call('history.bars', query, signal)
        : ({ ok: true, value: { resolution, candles: [], cover: [] } } as const)
    if (signal.aborted) return false
    if (outcome.ok)
      this.#become({ value: { ...outcome.value, range, readAt }, busy: false, failure: null })
    else if (quiet) this.#wanted = before
    else this.#become({ ...this.#bars, busy: false, failure: outcome.failure })
    return outcome.ok
  }

  async #readTrades(at: EpochMs): Promise<void> {
    this.#tradesAbort.abort()
    this.#tradesAbort = new AbortController()
    const { signal } = this.#tradesAbort
    this.#trades = { ...this.#trades, busy: true }
    this.#changed()
    const sides = { before: TRADES_EACH_SIDE, after: TRADES_EACH_SIDE }
    const query = { market: this.market, at, ...sides }
    const outcome = await this.#connection.call('history.around', query, signal)
    if (signal.aborted) return
    this.#trades = outcome.ok
      ? { value: { at, trades: outcome.value }, busy: false, failure: null }
      : { ...this.#trades, busy: false, failure: outcome.failure }
    this.#changed()
  }

  #become(bars: Read<HistoryBars>): void {
    this.#bars = bars
    this.#changed()
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
