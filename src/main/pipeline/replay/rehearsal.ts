import { type DecimalColumn, POWERS_OF_TEN } from '../../../shared/domain/decimal-column.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { ORIGINS } from '../../../shared/domain/trade.ts'
import { Evaluation, type PlayedRows } from './evaluation.ts'
import type { CreateEvaluator, ReplayFiring } from './evaluator.ts'
import { type ReplayColumns, readPage } from './replay-rows.ts'
import type { ReplayTape } from './replay-tape.ts'
import { tapeInstants } from './tape-instants.ts'
import { warmUpOf } from './warm-up.ts'

/** Rows between two looks at whether to go on, where they come instant by instant. */
const SLICE = 50_000

export interface RehearsalOptions {
  /** Those that the evaluator looks at. */
  readonly markets: readonly MarketId[]
  /** Match times, epoch ms: `from` included, `to` not. */
  readonly from: number
  readonly to: number
  readonly evaluator: CreateEvaluator
  readonly onFiring: (firing: ReplayFiring) => void
  /** Called now and then: until when it is evaluated, and how many trades were. May throw to end it. */
  readonly onProgress: (at: number, trades: number) => void
}

/**
 * Evaluates a stretch of the tape as it happened, and folds nothing else: what a replay in the order `exchange` fires,
 * in a fraction of its time. Answers with how many trades were looked at.
 */
export function rehearse(
  tape: Pick<ReplayTape, 'batches' | 'inverse' | 'gaps'>,
  options: RehearsalOptions,
): number {
  const { from, to, onFiring } = options
  const markets = [...new Set(options.markets)].sort()
  const warmUp = warmUpOf(tape, { markets, from, order: 'exchange' })
  const evaluation = new Evaluation(options.evaluator(onFiring, warmUp), {
    ...{ markets, from, to, order: 'exchange' },
    gaps: (market) => tape.gaps(market, from, to),
  })
  const played = { ...options, markets }
  const trades = evaluation.needsInstants
    ? byInstants(tape, played, evaluation)
    : byPages(tape, played, evaluation)
  evaluation.end()
  return trades
}

type Tape = Parameters<typeof rehearse>[0]

function byInstants(tape: Tape, options: RehearsalOptions, evaluation: Evaluation): number {
  const { markets, from, to, onProgress } = options
  const instants = tapeInstants(tape, { markets, from, to, order: 'exchange' })
  const sink = {
    begin: (at: number) => evaluation.open(at),
    rows: (market: number, rows: PlayedRows, first: number, end: number) =>
      evaluation.rows(market, rows, first, end),
    close: (at: number) => evaluation.close(at),
  }
  let trades = 0
  while (Number.isFinite(instants.next)) {
    onProgress(instants.next, trades)
    trades += instants.run(sink, Number.POSITIVE_INFINITY, SLICE)
  }
  return trades
}

/** One market after the other: only rules on a single market are there, and none looks at the clock. */
function byPages(tape: Tape, options: RehearsalOptions, evaluation: Evaluation): number {
  const { markets, onProgress } = options
  const [from, to] = [epochMs(options.from), epochMs(options.to)]
  const inverse = new Set<MarketId>(tape.inverse())
  const reader = new PageReader()
  let trades = 0
  for (const [i, market] of markets.entries())
    for (const { columns } of tape.batches({ markets: [market], from, to })) {
      onProgress(columns.exchangeTime[0] ?? from, trades)
      const rows = inverse.has(market) ? readPage(columns, true) : reader.read(columns)
      evaluation.rows(i, rows, 0, rows.count)
      trades += rows.count
    }
  return trades
}

/** Reads page after page into the same memory: what it gives is true until the next one. */
class PageReader {
  #price = new Float64Array(0)
  #qty = new Float64Array(0)

  read(page: ReplayColumns): PlayedRows {
    const { count, exchangeTime, side } = page
    if (this.#price.length < count) {
      this.#price = new Float64Array(2 * count)
      this.#qty = new Float64Array(2 * count)
    }
    const [price, qty] = [this.#price, this.#qty]
    // What is left out makes other rows than the page's.
    const whole =
      !hasSnapshots(page) && divided(page.price, price, count) && divided(page.qty, qty, count)
    if (!whole) return readPage(page, false)
    return { count, at: exchangeTime, time: exchangeTime, price, qty, side }
  }
}

const SNAPSHOT = ORIGINS.indexOf('snapshot')

function hasSnapshots({ origin, count }: ReplayColumns): boolean {
  for (let row = 0; row < count; row += 1) if (origin[row] === SNAPSHOT) return true
  return false
}

/** Each decimal as a double, as `doubleAt` gives it; false where one is text. */
function divided(column: DecimalColumn, to: Float64Array, count: number): boolean {
  if (column.texts.size > 0) return false
  const { mantissa, scale } = column
  for (let row = 0; row < count; row += 1)
    to[row] = (mantissa[row] as number) / (POWERS_OF_TEN[scale[row] as number] as number)
  return true
}
