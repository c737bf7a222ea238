import type { MarketId } from '../../../shared/domain/market.ts'
import type { EvaluatedRows, ReplayEvaluator } from './evaluator.ts'
import { firstFrom } from './market-order.ts'
import type { ReplayOrder } from './replay-rows.ts'

/** Trades of one market that are missing, match times. */
export interface ReplayGap {
  readonly from: number
  readonly to: number
  /** When it became known, by our clock. */
  readonly openedAt: number
}

/** Rows with the instants in which they are played. */
export interface PlayedRows extends EvaluatedRows {
  readonly at: Float64Array
  readonly count: number
  /** 1: fetched afterwards. Absent: what is given is in the order of the matches. */
  readonly late?: Uint8Array
}

export interface EvaluationOptions {
  /** In order of their names. */
  readonly markets: readonly MarketId[]
  readonly from: number
  readonly to: number
  readonly order: ReplayOrder
  readonly gaps: (market: MarketId) => readonly ReplayGap[]
}

interface ToldGap {
  readonly market: MarketId
  readonly from: number
  readonly to: number
  /** The instant from which on it is known. */
  readonly at: number
}

/**
 * An evaluator that goes along with a tape: it gets the rows of the markets it looks at, and gaps at the time at which
 * they became known. The same calls in the same order, however far the tape is played at a time.
 */
export class Evaluation {
  readonly #evaluator: ReplayEvaluator
  readonly #slots: readonly number[]
  /** Gaps that are not told yet, by market, in the order in which they became known. */
  readonly #gaps: readonly ToldGap[][]
  readonly #to: number
  /** Live alerts do not see what was fetched afterwards when it comes: they are told late of what it fires. */
  readonly #liveOnly: boolean
  /** Silence counts from the first instant: no time before it is told. */
  #begun: boolean
  #over = false

  constructor(evaluator: ReplayEvaluator, { markets, gaps, ...stretch }: EvaluationOptions) {
    this.#evaluator = evaluator
    this.#to = stretch.to
    this.#begun = evaluator.hasBegun === true
    this.#liveOnly = stretch.order === 'received'
    this.#slots = markets.map((market) => evaluator.slot(market))
    this.#gaps = markets.map((market, i) =>
      (this.#slots[i] ?? -1) < 0 ? [] : knownGaps(market, gaps(market), stretch),
    )
  }

  get needsInstants(): boolean {
    return this.#evaluator.needsInstants
  }

  /** An instant begins. Gaps that became known before it had instants of their own. */
  open(at: number): void {
    if (!this.needsInstants) return
    this.#tellBefore(at)
    this.#begun = true
    this.#evaluator.open(at)
  }

  /** Rows [from, to) of one market (its place among the names), and before them the gaps that were known by then. */
  rows(market: number, rows: PlayedRows, from: number, to: number): void {
    const slot = this.#slots[market] ?? -1
    if (slot < 0 || from >= to) return
    const ahead = this.#gaps[market] ?? []
    let first = from
    for (let gap = ahead[0]; gap !== undefined; gap = ahead[0]) {
      const end = firstFrom(rows, gap.at, first)
      if (end >= to) break
      this.#give(slot, rows, first, end)
      this.#evaluator.gap(gap.market, gap.from, gap.to)
      ahead.shift()
      first = end
    }
    this.#give(slot, rows, first, to)
  }

  close(at: number): void {
    if (this.needsInstants) this.#evaluator.close(at)
  }

  /** Nothing is played before `until`: what the clock brought about by then is judged. */
  wait(until: number): void {
    if (!this.needsInstants) return
    this.#tellBefore(until)
    if (this.#begun) this.#evaluator.open(until)
  }

  /** The last row was played: until the end of the stretch only the clock goes on. */
  end(): void {
    if (this.#over) return
    this.#over = true
    this.wait(this.#to)
  }

  #give(slot: number, rows: PlayedRows, from: number, to: number): void {
    const { late, at, time } = rows
    if (!this.#liveOnly || late === undefined) {
      if (from < to) this.#evaluator.rows(slot, rows, from, to)
      return
    }
    // What was fetched or imported long afterwards stands at its match: there it is like any other.
    const isLate = (row: number): boolean =>
      late[row] === 1 && (at[row] as number) > (time[row] as number)
    for (let row = from; row < to; ) {
      let end = row
      while (end < to && !isLate(end)) end += 1
      if (end > row) this.#evaluator.rows(slot, rows, row, end)
      while (end < to && isLate(end)) end += 1
      row = end
    }
  }

  #tellBefore(at: number): void {
    for (let market = this.#earliest(at); market >= 0; market = this.#earliest(at)) {
      const gap = this.#gaps[market]?.shift()
      if (gap === undefined) return
      this.#begun = true
      this.#evaluator.open(gap.at)
      this.#evaluator.gap(gap.market, gap.from, gap.to)
      this.#evaluator.close(gap.at)
    }
  }

  /** The market of the gap that became known first, of those before `at`; -1 when there is none. */
  #earliest(at: number): number {
    let found = -1
    let least = at
    for (let market = 0; market < this.#gaps.length; market += 1) {
      const known = this.#gaps[market]?.[0]?.at ?? at
      if (known >= least) continue
      least = known
      found = market
    }
    return found
  }
}

function knownGaps(
  market: MarketId,
  gaps: readonly ReplayGap[],
  { from, order }: Pick<EvaluationOptions, 'from' | 'order'>,
): ToldGap[] {
  return gaps
    .map((gap) => ({
      ...{ market, from: gap.from, to: gap.to },
      at: Math.max(from, order === 'received' ? gap.openedAt : gap.to),
    }))
    .sort((a, b) => a.at - b.at || a.from - b.from)
}
