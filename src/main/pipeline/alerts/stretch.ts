import type { Condition } from '../../../shared/domain/alert.ts'
import { type MarketId, parseMarketId } from '../../../shared/domain/market.ts'
import { firstFrom } from '../replay/market-order.ts'
import type { ReplayOrder, ReplayRows } from '../replay/replay-rows.ts'
import {
  type InstantSink,
  lastBefore,
  type ReplayReader,
  tapeInstants,
} from '../replay/tape-instants.ts'
import { AlertEvaluator } from './alert-evaluator.ts'
import type { CompiledAlert } from './compiled-alert.ts'
import type { Firing } from './firing.ts'

/** A gap in a market's tape, and the instant from which on it is known. */
export interface StretchGap {
  readonly market: MarketId
  readonly from: number
  readonly to: number
  readonly at: number
}

/** A stretch of the recorded tape on which alerts are evaluated; plain data. */
export interface StretchRequest {
  readonly rules: readonly CompiledAlert[]
  readonly markets: readonly MarketId[]
  /** Match times that are read, epoch ms: `from` included, `to` not. */
  readonly from: number
  readonly to: number
  readonly order: ReplayOrder
  /** Goes on from a state; only instants after `after` are played. Null: begins anew, with the first. */
  readonly begin: { readonly after: number; readonly state: Uint8Array } | null
  /** Instants from this on are not played; Infinity: all are. */
  readonly until: number
  /** Trades received from then on are left out; Infinity: none are. */
  readonly receivedBefore: number
  readonly gaps: readonly StretchGap[]
  /** Whether the state at the end is wanted. */
  readonly save: boolean
  /** The clock goes on after the last instant, to this one: a market that is stale is so in the state. Absent: it stands. */
  readonly clockTo?: number
}

export interface StretchResult {
  readonly firings: readonly Firing[]
  /** The first instant that was played; null when there was none. */
  readonly first: number | null
  /** The last instant that was played; null when there was none. */
  readonly at: number | null
  readonly state: Uint8Array | null
  readonly trades: number
}

/** Rows between two looks at whether to go on. */
const SLICE = 50_000

/**
 * Evaluates alerts over the recorded tape. `received`: as it was heard, so that the state at its end is what live had;
 * what was fetched afterwards is left out, as live leaves it out. `exchange`: as it happened, with all of it.
 * @param check called now and then with the trades so far; may throw to end it
 */
export function evaluateStretch(
  reader: ReplayReader,
  request: StretchRequest,
  check: (trades: number) => void = () => {},
): StretchResult {
  const firings: Firing[] = []
  const out = (firing: Firing): void => void firings.push(firing)
  const { rules, begin, until } = request
  const evaluator =
    begin === null
      ? new AlertEvaluator(rules, out)
      : AlertEvaluator.restore(rules, out, begin.state)
  const names = [...new Set(request.markets)].sort()
  const sink = new StretchSink(evaluator, names, request)
  // A quiet market's windows hold what came long before.
  const begins = begin === null ? lastBefore(reader, names, request.from) : new Map()
  const instants = tapeInstants(reader, { ...request, markets: names, begins })
  if (begin !== null) instants.run(NOBODY, begin.after + 1)
  let trades = 0
  const first = instants.next < until ? instants.next : null
  while (instants.next < until) {
    check(trades)
    trades += evaluator.needsInstants
      ? instants.run(sink, until, SLICE)
      : instants.runStretches(sink, until, SLICE)
  }
  const at = Number.isFinite(sink.at) ? sink.at : null
  const end = Math.max(sink.at, request.clockTo ?? Number.NEGATIVE_INFINITY)
  if (end > sink.at) sink.hear(end)
  // State is only kept between two instants.
  if (request.save && Number.isFinite(end)) evaluator.close(end)
  return { firings, first, at, state: request.save ? evaluator.save() : null, trades }
}

const NOBODY: InstantSink = { begin: () => {}, rows: () => {}, close: () => {} }

/** Whether a condition asks how long nothing came from a venue. */
const hearsSilence = (condition: Condition): boolean =>
  condition.kind === 'all' || condition.kind === 'any'
    ? condition.of.some(hearsSilence)
    : condition.kind === 'compare' && condition.measure.of === 'silent'

/** Hands rows and gaps over, each gap before the first row of its market that was played after it was known. */
class StretchSink implements InstantSink {
  at = Number.NEGATIVE_INFINITY
  private readonly evaluator: AlertEvaluator
  private readonly slots: readonly number[]
  private readonly ahead: readonly StretchGap[][]
  private readonly liveOnly: boolean
  private readonly receivedBefore: number
  private readonly venues: readonly string[]

  constructor(
    evaluator: AlertEvaluator,
    names: readonly MarketId[],
    { gaps, order, receivedBefore, rules }: StretchRequest,
  ) {
    this.evaluator = evaluator
    const isAsked = rules.some(({ condition }) => hearsSilence(condition))
    this.venues = isAsked
      ? [...new Set(names.flatMap((name) => parseMarketId(name)?.venue ?? []))]
      : []
    this.slots = names.map((name) => evaluator.slot(name))
    this.ahead = names.map((name) =>
      gaps.filter(({ market }) => market === name).sort((a, b) => a.at - b.at || a.from - b.from),
    )
    this.liveOnly = order === 'received'
    this.receivedBefore = receivedBefore
  }

  begin(at: number): void {
    this.hear(at)
    this.evaluator.open(at)
  }

  /** What else came from the venues the tape does not say: they pass for heard. */
  hear(at: number): void {
    for (const venue of this.venues) this.evaluator.heard(venue, at)
  }

  close(at: number): void {
    this.at = Math.max(this.at, at)
    this.evaluator.close(at)
  }

  rows(market: number, rows: ReplayRows, from: number, to: number): void {
    const slot = this.slots[market] ?? -1
    this.at = Math.max(this.at, rows.at[to - 1] ?? Number.NEGATIVE_INFINITY)
    if (slot < 0) return
    const ahead = this.ahead[market] ?? []
    let first = from
    for (let gap = ahead[0]; gap !== undefined; gap = ahead[0]) {
      const end = firstFrom(rows, gap.at, first)
      if (end >= to) break
      this.give(slot, rows, first, end)
      this.evaluator.gap(gap.market, gap.from, gap.to)
      ahead.shift()
      first = end
    }
    this.give(slot, rows, first, to)
  }

  private give(slot: number, rows: ReplayRows, from: number, to: number): void {
    if (!this.liveOnly && this.receivedBefore === Number.POSITIVE_INFINITY) {
      this.evaluator.rows(slot, rows, from, to)
      return
    }
    for (let row = from; row < to; ) {
      const wanted = this.isWanted(rows, row)
      let end = row + 1
      while (end < to && this.isWanted(rows, end) === wanted) end += 1
      if (wanted) this.evaluator.rows(slot, rows, row, end)
      row = end
    }
  }

  private isWanted(rows: ReplayRows, row: number): boolean {
    if (this.liveOnly && rows.late[row] === 1) return false
    const receipts = rows.sources[rows.source[row] ?? 0]?.receiveTime
    return (receipts?.[rows.row[row] ?? 0] ?? 0) < this.receivedBefore
  }
}
