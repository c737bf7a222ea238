import type { MarketId } from '../../../shared/domain/market.ts'
import { Evaluation } from './evaluation.ts'
import type { CreateEvaluator, ReplayFiring } from './evaluator.ts'
import type { Faults } from './faults.ts'
import { type CreateDigest, ReplayHash } from './replay-hash.ts'
import { type ReplayFigures, ReplayMarket } from './replay-market.ts'
import type { ReplayOrder, ReplayRows } from './replay-rows.ts'
import type { ReplayTape } from './replay-tape.ts'
import { type InstantSink, type TapeInstants, tapeInstants } from './tape-instants.ts'
import { warmUpOf } from './warm-up.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Trades so long before the start are folded one by one, so that its bars and flow are whole; minutes before. */
const WARM_MINUTES = 5
const FRAME_TRADES = 250

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
  #evaluation: Evaluation | null = null
  /** When the last trade was played. */
  #playedAt: number
  readonly #sink: InstantSink = {
    begin: (at) => this.#evaluation?.open(at),
    rows: (market, rows, from, to) => this.#play(market, rows, from, to),
    close: (at) => {
      this.at = at
      this.#evaluation?.close(at)
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
    const played =
      this.#evaluation?.needsInstants === true
        ? instants.run(this.#sink, until, most)
        : instants.runStretches(this.#sink, until, most)
    if (this.done) this.#evaluation?.end()
    else if (instants.next >= until) this.#evaluation?.wait(until)
    if (instants.next >= until && Number.isFinite(until)) this.at = Math.max(this.at, until)
    return played
  }

  /** Plays one trade. False at the end. */
  step(): boolean {
    const stepped = this.#instants?.step(this.#sink) === true
    if (this.done) this.#evaluation?.end()
    return stepped
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
    this.#evaluation =
      evaluator === undefined
        ? null
        : new Evaluation(
            evaluator(
              (firing) => this.#fired(firing),
              warmUpOf(this.#tape, { ...this.#options, markets: names, from }),
            ),
            {
              ...{ markets: names, from, to: this.#options.to, order: this.#options.order },
              gaps: (market) => this.#tape.gaps(market, from, this.#options.to),
            },
          )
    this.at = from
    this.#playedAt = from
    this.trades = 0
    this.firings = 0
    this.#instants = tapeInstants(this.#tape, { ...this.#options, markets: names, from })
    if (this.done) this.#evaluation?.end()
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
    this.#evaluation?.rows(market, rows, from, to)
  }

  #fired(firing: ReplayFiring): void {
    this.firings += 1
    this.#hash?.fired(firing)
    this.#options.onFiring?.(firing)
  }
}
