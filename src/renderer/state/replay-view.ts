import type { ReplayStatus } from '../../shared/contract/replay.ts'
import type { TapeFrame } from '../../shared/contract/status.ts'
import { INTERVALS, type Interval, MOST_BARS } from '../../shared/domain/candle.ts'
import type { MarketId } from '../../shared/domain/market.ts'
import type { Failure } from '../../shared/domain/outcome.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import type { Connection } from '../connection/api.ts'
import { CandleSeries, widen } from './candle-series.ts'
import type { FrameQueue } from './frames.ts'
import { Tape } from './tape.ts'

export const REPLAY_INTERVALS: readonly Interval[] = ['1s', '1m', '5m', '15m', '1h']
/** Bars before the replay's clock that are drawn when it begins or jumps. */
const BEFORE = 400
/** Pages without bars after which no older ones are looked for. */
const EMPTY_PAGES = 3

/** How far back the bars of an interval were read. */
interface Reach {
  readonly from: EpochMs
  readonly empty: number
}

/**
 * The tape and the bars of one market of a replay, never later than its clock. After a start or a jump
 * the bars before it are read from the history; from then on what is played is added.
 */
export class ReplayView {
  readonly market: MarketId
  readonly tape: Tape
  readonly #series = new Map(REPLAY_INTERVALS.map((each) => [each, new CandleSeries(each)]))
  readonly #connection: Pick<Connection, 'call' | 'subscribe'>
  readonly #frames: FrameQueue
  readonly #listeners = new Set<() => void>()
  readonly #read = new Set<Interval>()
  /** Absent while a page is on its way. */
  readonly #reach = new Map<Interval, Reach>()
  #abort = new AbortController()
  #stop: () => void = () => {}
  #at: EpochMs
  #version = 0
  #failure: Failure | null = null

  constructor(
    market: MarketId,
    at: EpochMs,
    connection: Pick<Connection, 'call' | 'subscribe'>,
    frames: FrameQueue,
  ) {
    this.market = market
    this.tape = new Tape(market)
    this.#at = at
    this.#connection = connection
    this.#frames = frames
  }

  version = (): number => this.#version
  failure = (): Failure | null => this.#failure
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  series(interval: Interval): CandleSeries {
    const series = this.#series.get(interval)
    if (series === undefined) throw new Error(`No series of ${interval}.`)
    return series
  }

  open(): void {
    this.#stop = this.#connection.subscribe('replay.tape', { market: this.market }, (frame) =>
      this.#frames.run(() => this.#take(frame)),
    )
  }

  close(): void {
    this.#abort.abort()
    this.#stop()
    this.#listeners.clear()
  }

  /** Reads the bars before the clock, once for each interval. */
  show(interval: Interval): void {
    if (this.#read.has(interval)) return
    this.#read.add(interval)
    const length = INTERVALS[interval]
    // Whole bars only, from before the clock: one under way would show what has not been played yet.
    const to = epochMs(Math.floor(this.#at / length) * length)
    void this.#load(interval, to, { from: to, empty: 0 })
    if (INTERVALS[interval] > INTERVALS['1m']) this.show('1m')
  }

  /** Reads a page of bars before those that were read: somebody scrolled to where they begin. */
  older(interval: Interval): void {
    const reach = this.#reach.get(interval)
    if (reach === undefined || reach.empty >= EMPTY_PAGES) return
    void this.#load(interval, reach.from, reach)
  }

  /** The clock jumped: nothing of what was drawn is so any more. */
  jump(at: EpochMs): void {
    this.#abort.abort()
    this.#abort = new AbortController()
    this.#at = at
    this.tape.clear()
    for (const series of this.#series.values()) series.clear()
    const shown = [...this.#read]
    this.#read.clear()
    this.#reach.clear()
    this.#changed()
    for (const interval of shown) this.show(interval)
  }

  async #load(interval: Interval, to: EpochMs, reach: Reach): Promise<void> {
    const { signal } = this.#abort
    this.#reach.delete(interval)
    // After a page in which there was nothing a wide one: a break may be long.
    const bars = reach.empty === 0 ? BEFORE : MOST_BARS
    const from = epochMs(Math.max(0, to - bars * INTERVALS[interval]))
    const query = { market: this.market, from, to, resolution: interval }
    const outcome = await this.#connection.call('history.bars', query, signal)
    if (signal.aborted) return
    this.#failure = outcome.ok ? null : outcome.failure
    if (outcome.ok) {
      const older = outcome.value.candles.filter(({ openTime }) => openTime < to)
      this.series(interval).load(older)
      const empty = from === 0 ? EMPTY_PAGES : older.length === 0 ? reach.empty + 1 : 0
      this.#reach.set(interval, { from, empty })
    }
    this.#changed()
  }

  #take(frame: TapeFrame): void {
    if (frame.trades.length > 0 || frame.skipped > 0) this.tape.add(frame.trades, frame.skipped)
    this.series('1s').apply(frame.candles['1s'])
    const minutes = this.series('1m')
    minutes.apply(frame.candles['1m'])
    for (const interval of REPLAY_INTERVALS)
      if (INTERVALS[interval] > INTERVALS['1m']) {
        const wide = this.series(interval)
        wide.apply(widen(minutes, wide, frame.candles['1m']))
      }
    this.#changed()
  }

  #changed(): void {
    this.#version += 1
    for (const listener of [...this.#listeners]) listener()
  }
}

/**
 * Whether the clock went elsewhere than on: another replay, backwards, or forwards while nothing was
 * played.
 */
export function jumped(before: ReplayStatus | null, after: ReplayStatus): boolean {
  if (after.at === null) return false
  if (before === null || before.at === null) return true
  if (JSON.stringify(before.request) !== JSON.stringify(after.request)) return true
  if (after.at < before.at) return true
  const still = before.state !== 'playing' && after.state !== 'playing'
  return still && after.at > before.at && after.trades === before.trades && after.state !== 'ended'
}
