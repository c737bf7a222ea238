import type { MarketId } from '../../../shared/domain/market.ts'
import type { DayMinute } from '../rolling-day.ts'
import type { CreateEvaluator, ReplayEvaluator, ReplayFiring } from './evaluator.ts'
import type { Faults } from './faults.ts'
import { firstFrom } from './market-order.ts'
import { type CreateDigest, ReplayHash } from './replay-hash.ts'
import { type ReplayFigures, ReplayMarket } from './replay-market.ts'
import type { ReplayOrder, ReplayRows } from './replay-rows.ts'
import {
  type InstantSink,
  type ReplayReader,
  type TapeInstants,
  tapeInstants,
} from './tape-instants.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Trades so long before the start are folded one by one, so that its bars and flow are whole; minutes before. */
const WARM_MINUTES = 5
const FRAME_TRADES = 250

/** What a replay reads: its trades, and the minutes before them. */
export interface ReplayTape extends ReplayReader {
  /** The recorded bars of the minutes that open in [from, to), ascending. */
  minutes(market: MarketId, from: number, to: number): readonly DayMinute[]
  /** Stretches in which trades are missing (not those that were filled) that overlap [from, to), match times. */
  gaps(market: MarketId, from: number, to: number): readonly ReplayGap[]
}

export interface ReplayGap {
  readonly from: number
  readonly to: number
  /** When it became known, by our clock. */
  readonly openedAt: number
}

interface ToldGap {
  readonly market: MarketId
  readonly from: number
  readonly to: number
  /** The instant from which on it is known. */
  readonly at: number
}

export interface ReplayOptions {
  readonly markets: readonly MarketId[]
  /** Match times of what is played, epoch ms: `from` included, `to` not. */
  readonly from: number
  readonly to: number
  readonly order: ReplayOrder
  readonly faults?: Faults
  /** Absent: no hash is made. */
  readonly digest?: CreateDigest
  readonly evaluator?: CreateEvaluator
  readonly onFiring?: (firing: ReplayFiring) => void
}

/**
 * The recorded tape of some markets, played through the folds of live markets in step. It knows no clock: who
 * drives it says until when to play. At the start, and after each seek, the figures are those of that moment: the
 * 24 h before come from the recorded minutes, the last five minutes from the trades.
 */
export class Replay {
  /** Until when it has been played, epoch ms. */
  at: number
  /** Trades played since the start or the last seek. */
  trades = 0
  /** Alerts fired since then. */
  firings = 0
  markets: readonly ReplayMarket[] = []
  readonly #tape: ReplayTape
  readonly #options: ReplayOptions
  #instants: TapeInstants | undefined
  #hash: ReplayHash | null = null
  #evaluator: ReplayEvaluator | null = null
  #slots: readonly number[] = []
  /** Gaps that are not told yet, by market. */
  #gaps: readonly ToldGap[][] = []
  /** When the last trade was played. */
  #playedAt: number
  readonly #sink: InstantSink = {
    begin: (at) => this.#evaluator?.open(at),
    rows: (market, rows, from, to) => this.#play(market, rows, from, to),
    close: (at) => {
      this.at = at
      this.#evaluator?.close(at)
    },
  }

  constructor(tape: ReplayTape, options: ReplayOptions) {
    this.#tape = tape
    this.#options = options
    this.at = options.from
    this.#playedAt = options.from
    this.seek(options.from)
  }

  /** When the next trade is played; Infinity at the end. */
  get next(): number {
    return this.#instants?.next ?? Number.POSITIVE_INFINITY
  }

  get done(): boolean {
    return this.next === Number.POSITIVE_INFINITY
  }

  /**
   * Plays what comes before `until`, epoch ms, whole instants; stops early after about `most` trades. Answers with how
   * many were played. When it was all, the time is `until`, trades or not.
   */
  run(until: number, most = Number.POSITIVE_INFINITY): number {
    const instants = this.#instants
    if (instants === undefined) return 0
    const whole = this.#evaluator?.needsInstants === true
    const played = whole
      ? instants.run(this.#sink, until, most)
      : instants.runStretches(this.#sink, until, most)
    if (instants.next >= until && Number.isFinite(until)) {
      if (whole) this.#evaluator?.open(until)
      this.at = Math.max(this.at, until)
    }
    return played
  }

  /** Plays one trade. False at the end. */
  step(): boolean {
    return this.#instants?.step(this.#sink) === true
  }

  /** Plays to the end of the bar of `size` ms in which the next trade lies. False at the end. */
  stepBar(size: number): boolean {
    const { next } = this
    if (!Number.isFinite(next)) return false
    this.run((Math.floor(next / size) + 1) * size)
    return true
  }

  /** Starts anew at a time: what is matched from then on is played, what was before is in the figures. */
  seek(to: number): void {
    const from = Math.max(this.#options.from, Math.min(to, this.#options.to))
    const names = [...new Set(this.#options.markets)].sort()
    const warm = Math.floor(from / MINUTE - WARM_MINUTES) * MINUTE
    const watched = new Set(this.markets.filter((one) => one.watched).map(({ market }) => market))
    this.markets = names.map(
      (name) =>
        new ReplayMarket(name, from, this.#tape.minutes(name, from - DAY, warm), FRAME_TRADES),
    )
    this.#warmUp(names, warm, from)
    for (const market of this.markets) market.watched = watched.has(market.market)
    const { digest, evaluator } = this.#options
    this.#hash = digest === undefined ? null : new ReplayHash(names, digest)
    this.#evaluator = evaluator?.((firing) => this.#fired(firing)) ?? null
    // What goes by the clock begins here, not with the first trade or wherever somebody looks first.
    if (this.#evaluator?.needsInstants === true) this.#evaluator.open(from)
    this.#slots = names.map((name) => this.#evaluator?.slot(name) ?? -1)
    this.#gaps = names.map((name, i) =>
      (this.#slots[i] ?? -1) < 0 ? [] : this.#gapsOf(name, from),
    )
    this.at = from
    this.#playedAt = from
    this.trades = 0
    this.firings = 0
    this.#instants = tapeInstants(this.#tape, { ...this.#options, markets: names, from })
  }

  figures(at = this.at): readonly ReplayFigures[] {
    return this.markets.map((market) => market.figures(at))
  }

  /**
   * SHA-256 of everything played since the start or the last seek, and of the figures after the last trade; null when
   * none is made. Neither the speed nor how the tape is cut into pages makes a difference.
   */
  hash(): string | null {
    if (this.#hash === null) return null
    const bars = this.markets.map(({ minutes, seconds }) => [minutes.newest(9), seconds.newest(9)])
    return this.#hash.hex(JSON.stringify([this.figures(this.#playedAt), bars]))
  }

  /** Trades before the start are in its figures, but neither counted nor evaluated. */
  #warmUp(names: readonly MarketId[], from: number, to: number): void {
    const before = tapeInstants(this.#tape, { markets: names, from, to, order: 'exchange' })
    before.runStretches(
      {
        rows: (market, rows, first, end) => this.markets[market]?.play(rows, first, end),
        begin: () => {},
        close: () => {},
      },
      Number.POSITIVE_INFINITY,
    )
    for (const market of this.markets) market.trades = 0
  }

  #play(market: number, rows: ReplayRows, from: number, to: number): void {
    this.trades += to - from
    this.markets[market]?.play(rows, from, to)
    this.#hash?.rows(market, rows, from, to)
    const last = rows.at[to - 1] ?? 0
    if (last > this.#playedAt) this.#playedAt = last
    if (last > this.at) this.at = last
    this.#evaluate(market, rows, from, to)
  }

  /** Rows that are evaluated, and before them the gaps that were known by then. */
  #evaluate(market: number, rows: ReplayRows, from: number, to: number): void {
    const evaluator = this.#evaluator
    const slot = this.#slots[market] ?? -1
    if (evaluator === null || slot < 0) return
    const ahead = this.#gaps[market] ?? []
    let first = from
    for (let gap = ahead[0]; gap !== undefined; gap = ahead[0]) {
      const end = firstFrom(rows, gap.at, first)
      if (end >= to) break
      if (end > first) evaluator.rows(slot, rows, first, end)
      evaluator.gap(gap.market, gap.from, gap.to)
      ahead.shift()
      first = end
    }
    evaluator.rows(slot, rows, first, to)
  }

  /** The gaps of a market in the order in which they became known. */
  #gapsOf(market: MarketId, from: number): ToldGap[] {
    const received = this.#options.order === 'received'
    return this.#tape
      .gaps(market, from, this.#options.to)
      .map((gap) => ({
        ...{ market, from: gap.from, to: gap.to },
        at: received ? gap.openedAt : gap.to,
      }))
      .sort((a, b) => a.at - b.at || a.from - b.from)
  }

  #fired(firing: ReplayFiring): void {
    this.firings += 1
    this.#hash?.fired(firing)
    this.#options.onFiring?.(firing)
  }
}
