import type { MarketId } from '../../../shared/domain/market.ts'
import { Evaluation, type PlayedRows, type ReplayGap } from './evaluation.ts'
import type { ReplayEvaluator, WarmUp } from './evaluator.ts'
import type { Faults } from './faults.ts'
import type { ReplayOrder } from './replay-rows.ts'
import { lastBefore, type ReplayReader, tapeInstants } from './tape-instants.ts'

export interface WarmUpTape extends ReplayReader {
  /** As in a replay. */
  gaps(market: MarketId, from: number, to: number): readonly ReplayGap[]
}

export interface WarmUpOptions {
  /** In order of their names. */
  readonly markets: readonly MarketId[]
  /** Where the stretch begins: what was matched before is played to the evaluator. */
  readonly from: number
  readonly order: ReplayOrder
  readonly faults?: Faults
}

/**
 * Plays to an evaluator what was before a stretch: as far back as its conditions look, and of each market the last trade
 * before that. The stretch then begins as it did live: its windows are full, and who was silent is known.
 */
export const warmUpOf =
  (tape: WarmUpTape, options: WarmUpOptions): WarmUp =>
  (evaluator, reach) => {
    const { order, faults } = options
    const to = options.from
    const markets = options.markets.filter((market) => evaluator.slot(market) >= 0)
    const from = to - reach
    const evaluation = new Evaluation(evaluator, {
      ...{ markets, from, to, order },
      gaps: (market) => (reach > 0 ? tape.gaps(market, from, to) : []),
    })
    const instants = tapeInstants(tape, {
      ...{ markets, from, to, order, begins: lastBefore(tape, markets, from) },
      ...(faults !== undefined && { faults }),
    })
    const rows = (market: number, some: PlayedRows, first: number, end: number): void =>
      evaluation.rows(market, some, first, end)
    if (!Number.isFinite(instants.next)) return
    if (evaluator.needsInstants)
      instants.run(
        { begin: (at) => evaluation.open(at), rows, close: (at) => evaluation.close(at) },
        to,
      )
    // Matched before the stretch and heard in it: nobody else plays them.
    onTheWay(evaluator, to, () =>
      instants.runStretches({ begin: () => {}, rows, close: () => {} }, Number.POSITIVE_INFINITY),
    )
  }

function onTheWay(evaluator: ReplayEvaluator, at: number, play: () => void): void {
  if (evaluator.needsInstants) evaluator.open(at)
  play()
  if (evaluator.needsInstants) evaluator.close(at)
}
