import type { TapeFrame } from '../../shared/contract/status.ts'
import { type Candle, INTERVALS, type Interval } from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Failure } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../shared/domain/time.ts'
import type { Connection } from '../connection/api.ts'
import { CandleSeries, widen } from './candle-series.ts'
import type { FrameQueue } from './frames.ts'
import { MinuteLedger } from './minute-ledger.ts'
import type { PaintMeter } from './paint-meter.ts'
import { StretchReader } from './stretch.ts'
import { Tape } from './tape.ts'

/** How far the stored past of something has been read. */
export type Loading =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly complete: boolean }
  | { readonly state: 'failed'; readonly failure: Failure }

const PAGE = 500
/** The most that the engine gives in one answer. */
const MOST_BARS = 5_000
const MOST_MINUTES = 100_000
const MINUTE = INTERVALS['1m']
const TAPE_SEED = 500
/** Bars left of a stretch that is to be shown. */
const ROOM = 60
const WIDE: readonly Interval[] = ['5m', '15m', '1h']
const ALL: readonly Interval[] = ['1s', '1m', ...WIDE]
const LOADING: Loading = { state: 'loading' }

/**
 * Everything shown of one market, kept outside React: the tape's end and the bars. `version` rises
 * with each change; listeners are called at most once per animation frame for live data.
 */
export class MarketView {
  readonly market: MarketId
  readonly tape: Tape
  /** What is known of the completeness of the minutes shown. */
  readonly minutes = new MinuteLedger()
  readonly #series: ReadonlyMap<Interval, CandleSeries>
  readonly #history = new Map<Interval, Loading>()
  readonly #connection: Connection
  readonly #frames: FrameQueue
  readonly #meter: Pick<PaintMeter, 'arrived'> | undefined
  readonly #listeners = new Set<() => void>()
  #trades: Loading = LOADING
  #version = 0
  #end: Failure | null = null
  #abort = new AbortController()
  readonly #ledgerReader = new StretchReader((range) => this.#readMinutes(range))
  readonly #barReader = new StretchReader((range) => this.#readBars(range))
  readonly #now: () => EpochMs
  #stop: (() => void)[] = []

  constructor(
    market: MarketId,
    connection: Connection,
    frames: FrameQueue,
    /** The engine's clock. */
    now: () => EpochMs,
    meter?: Pick<PaintMeter, 'arrived'>,
  ) {
    this.#now = now
    this.market = market
    this.tape = new Tape(market)
    this.#series = new Map(ALL.map((interval) => [interval, new CandleSeries(interval)]))
    this.#connection = connection
    this.#frames = frames
    this.#meter = meter
  }

  version = (): number => this.#version
  /** How the stored trades under the live ones came in. */
  trades = (): Loading => this.#trades
  history = (interval: Interval): Loading => this.#history.get(interval) ?? LOADING
  /** Why the engine sends no more trades of this market, if it does not. */
  ended = (): Failure | null => this.#end

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  series(interval: Interval): CandleSeries {
    const series = this.#series.get(interval)
    if (series === undefined) throw new Error(`No series of ${interval}.`)
    return series
  }

  /** Begins to follow the market; reads again after each reconnection. Ends with `close`. */
  open(): void {
    this.#stop.push(
      this.#connection.onState((state) => {
        if (state.phase === 'connected') this.#begin()
      }),
      this.#connection.subscribe(
        'market.tape',
        { market: this.market },
        (frame) => {
          const painted = this.#meter?.arrived(this.market, frame.foldedAt)
          return this.#frames.run(() => {
            this.#take(frame)
            painted?.()
          })
        },
        (failure) => {
          this.#end = failure
          this.#changed()
        },
      ),
    )
    if (this.#connection.state().phase === 'connected') this.#begin()
  }

  close(): void {
    this.#abort.abort()
    for (const stop of this.#stop.splice(0)) stop()
    this.#listeners.clear()
  }

  /** Reads the newest page of an interval, if that was not done yet. */
  show(interval: Interval): void {
    if (this.#history.has(interval) || this.#connection.state().phase !== 'connected') return
    void this.#load(interval)
    if (WIDE.includes(interval)) this.show('1m')
  }

  /** Reads the page of bars before the first one held. */
  older(interval: Interval): void {
    if (this.hasOlder(interval)) void this.#load(interval)
  }

  /** Whether bars older than those held may be stored. */
  hasOlder(interval: Interval): boolean {
    const history = this.history(interval)
    return history.state === 'ready' && !history.complete
  }

  /** Reads back to `at` in one page, with room before it, as far as one answer reaches. */
  reach(interval: Interval, at: EpochMs): void {
    const first = this.series(interval).bars[0]?.openTime ?? this.#now()
    if (at >= first || !this.hasOlder(interval)) return
    const bars = Math.ceil((first - at) / INTERVALS[interval]) + ROOM
    void this.#load(interval, Math.min(MOST_BARS, Math.max(PAGE, bars)))
  }

  /** The ledger says something new of a stretch: what is shown of it is asked for again. */
  refresh(range: TimeRange): void {
    const first = this.#firstShown()
    if (first === null || range.to < first) return
    this.#ledgerReader.want({ from: epochMs(Math.max(first, range.from)), to: range.to })
  }

  /** Tries again what failed. */
  retry(interval: Interval): void {
    if (this.history(interval).state === 'failed') void this.#load(interval)
  }

  #begin(): void {
    this.#abort.abort()
    this.#abort = new AbortController()
    this.#end = null
    this.tape.clear()
    const shown = [...this.#history.keys()]
    this.#history.clear()
    for (const series of this.#series.values()) series.clear()
    this.minutes.clear()
    this.#trades = LOADING
    this.#changed()
    void this.#seed()
    for (const interval of shown) this.show(interval)
  }

  async #seed(): Promise<void> {
    const { signal } = this.#abort
    const input = { market: this.market, limit: TAPE_SEED }
    const outcome = await this.#connection.call('history.trades', input, signal)
    if (signal.aborted) return
    if (outcome.ok) this.tape.seed(outcome.value)
    this.#trades = outcome.ok
      ? { state: 'ready', complete: outcome.value.length < TAPE_SEED }
      : { state: 'failed', failure: outcome.failure }
    this.#changed()
  }

  async #load(interval: Interval, limit = PAGE): Promise<void> {
    const { signal } = this.#abort
    const series = this.series(interval)
    const known = this.history(interval).state === 'ready' || this.#history.has(interval)
    const first = series.bars[0]?.openTime
    this.#history.set(interval, LOADING)
    this.#changed()
    const before = known && first !== undefined ? { before: epochMs(first) } : {}
    const query = { market: this.market, interval, limit, ...before }
    const outcome = await this.#connection.call('history.candles', query, signal)
    if (signal.aborted) return
    if (outcome.ok) {
      series.load(outcome.value)
      const from = outcome.value[0]?.openTime ?? this.#now() - limit * INTERVALS[interval]
      const to = before.before ?? this.#now()
      if (from < to) this.#ledgerReader.want({ from: epochMs(from), to })
    }
    this.#history.set(
      interval,
      outcome.ok
        ? { state: 'ready', complete: outcome.value.length === 0 }
        : { state: 'failed', failure: outcome.failure },
    )
    this.#changed()
  }

  #take(frame: TapeFrame): void {
    this.tape.add(frame.trades, frame.skipped)
    this.series('1s').apply(frame.candles['1s'])
    this.#takeMinutes(frame.candles['1m'])
    if (frame.corrected !== undefined) {
      this.#barReader.want(frame.corrected)
      this.refresh(frame.corrected)
    }
    this.#changed()
  }

  /** The oldest bar of any interval shown. */
  #firstShown(): EpochMs | null {
    const firsts = [...this.#history.keys()].flatMap(
      (interval) => this.series(interval).bars[0]?.openTime ?? [],
    )
    return firsts.length === 0 ? null : epochMs(Math.min(...firsts))
  }

  async #readMinutes({ from, to }: TimeRange): Promise<void> {
    const { signal } = this.#abort
    // The newest first: what is in sight is there at once, however far the bars reach back.
    const first = Math.floor(from / MINUTE) * MINUTE
    let end = Math.ceil((to + 1) / MINUTE) * MINUTE
    while (end > first && !signal.aborted) {
      const range = {
        from: epochMs(Math.max(first, end - MOST_MINUTES * MINUTE)),
        to: epochMs(end),
      }
      const input = { market: this.market, ...range }
      const outcome = await this.#connection.call('ledger.minutes', input, signal)
      // Without an answer nothing is marked; the next change of the ledger asks again.
      if (signal.aborted || !outcome.ok) return
      this.minutes.replace(range, outcome.value)
      this.#changed()
      end = range.from
    }
  }

  /** Bars of a corrected stretch, in each interval shown; those under way come by themselves. */
  async #readBars({ from, to }: TimeRange): Promise<void> {
    const { signal } = this.#abort
    for (const [interval, { state }] of [...this.#history]) {
      const length = INTERVALS[interval]
      const series = this.series(interval)
      const first = Math.max(Math.floor(from / length) * length, series.bars[0]?.openTime ?? to)
      const before = epochMs(Math.floor(to / length) * length + length)
      const limit = Math.min(MOST_BARS, Math.ceil((before - first) / length))
      if (state !== 'ready' || limit <= 0) continue
      const query = { market: this.market, interval, before, limit }
      const outcome = await this.#connection.call('history.candles', query, signal)
      if (signal.aborted) return
      if (!outcome.ok) continue
      const newest = series.bars.at(-1)?.openTime ?? 0
      series.apply(outcome.value.filter(({ openTime: at }) => at >= first && at < newest))
      this.#changed()
    }
  }

  #takeMinutes(changed: readonly Candle[]): void {
    const minutes = this.series('1m')
    minutes.apply(changed)
    for (const interval of WIDE) {
      const wide = this.series(interval)
      wide.apply(widen(minutes, wide, changed))
    }
  }

  #changed(): void {
    this.#version += 1
    for (const listener of [...this.#listeners]) listener()
  }
}
