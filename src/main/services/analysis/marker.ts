import type { AnalysisEntry } from '../../../shared/contract/analysis.ts'
import type { BarsAnswer, BarsQuery, CoverStretch } from '../../../shared/contract/history.ts'
import {
  HORIZONS,
  type Mark,
  type SignalVerdict,
  type Verdict,
} from '../../../shared/domain/analysis.ts'
import { RESOLUTIONS } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type EpochMs, epochMs, type TimeRange } from '../../../shared/domain/time.ts'
import { coinOf } from '../../pipeline/analysis/coin.ts'
import { MARKED_MS, type MarkFacts, markOf } from '../../pipeline/analysis/marks.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { AnalysisStore } from '../../store/analysis-store.ts'
import type { TradeStore } from '../../store/store.ts'

const MINUTE = 60_000
/** After a horizon the marks wait so long for what belongs to it to be on the tape and judged by the ledger. */
const PATIENCE_MS = 2 * MINUTE
/** A look at the signals that are due, milliseconds. */
const EVERY_MS = 15_000

export interface MarkerOptions {
  readonly clock: Pick<Clock, 'now'>
  readonly log: Logger
  readonly store: AnalysisStore & Pick<TradeStore, 'bars'>
  /** The entry has other marks now. */
  readonly marked: (entry: AnalysisEntry) => void
}

interface Open {
  readonly entry: AnalysisEntry
  /** Index of the horizon that it is looked at after next. */
  readonly next: number
}

/**
 * Marks signals by what the price did after them: the model's, that of plain statistics and a coin's, of the same moment
 * and by the same bars. Each is looked at soon after each horizon, also those that came due while the app was away.
 */
export class Marker {
  readonly #options: MarkerOptions
  readonly #open = new Map<number, Open>()
  #nextLook = 0
  #looking = false

  constructor(options: MarkerOptions) {
    this.#options = options
  }

  /** A signal that came to a verdict. */
  add(entry: AnalysisEntry): void {
    const told = HORIZONS.findIndex(
      (horizon) => (entry.marks?.model.returns[horizon] ?? null) === null,
    )
    if (entry.state === 'done' && told >= 0) this.#open.set(entry.id, { entry, next: told })
  }

  tick(): void {
    const now = this.#options.clock.now()
    if (this.#looking || now < this.#nextLook) return
    this.#nextLook = now + EVERY_MS
    const due = [...this.#open.values()].filter((open) => dueAt(open) <= now)
    if (due.length === 0) return
    this.#looking = true
    void this.#look(due).finally(() => {
      this.#looking = false
    })
  }

  async #look(due: readonly Open[]): Promise<void> {
    // One after another: what the disk is asked for at a time stays small.
    for (const { entry } of due) if (!(await this.#mark(entry))) return
  }

  /** False when the disk did not answer: later again. */
  async #mark(entry: AnalysisEntry): Promise<boolean> {
    const { clock, store, log } = this.#options
    const now = clock.now()
    const after = await this.#after(entry.market, entry.snapshot.at, now)
    if (after === null) return false
    const changed: AnalysisEntry = { ...entry, marks: marksOf(entry, after, now) }
    const next = HORIZONS.findIndex((_, index) => dueAt({ entry, next: index }) > now)
    const kept = await store.keepAnalyses([{ t: 'entry', entry: changed, unmarked: next >= 0 }])
    if (!kept.ok) {
      log.warn('analysis-marks-not-kept', { reason: kept.failure.message })
      return false
    }
    if (next < 0) this.#open.delete(entry.id)
    else this.#open.set(entry.id, { entry: changed, next })
    this.#options.marked(changed)
    return true
  }

  /** Seconds for the rest of the minute in which the moment lies, minutes from then on. */
  async #after(market: MarketId, at: EpochMs, now: EpochMs): Promise<After | null> {
    const end = epochMs(Math.min(now, at + MARKED_MS + MINUTE))
    const minute = epochMs(Math.ceil((at + 1) / MINUTE) * MINUTE)
    const parts = await Promise.all([
      this.#bars({ market, from: at, to: minute, resolution: '1s' }),
      minute < end ? this.#bars({ market, from: minute, to: end, resolution: '1m' }) : NO_BARS,
    ])
    if (parts.includes(null)) return null
    const known = parts.flatMap((part) => part ?? [])
    return {
      bars: known.flatMap(({ resolution, candles }) =>
        candles.map((candle) => ({ ...candle, ms: RESOLUTIONS[resolution] })),
      ),
      holes: holesOf(
        known.flatMap(({ cover }) => cover),
        at,
        Math.floor(end / MINUTE) * MINUTE,
      ),
    }
  }

  async #bars(query: BarsQuery): Promise<readonly BarsAnswer[] | null> {
    const answer = await this.#options.store.bars(query)
    if (answer.ok) return [answer.value]
    const { market } = query
    this.#options.log.warn('analysis-marks-unread', { market, reason: answer.failure.message })
    return null
  }
}

/**
 * The parts of [from, to) in which trades may be missing: gaps, and where nothing was recorded. Minutes that no venue can
 * prove are no holes: what was heard of them is there.
 */
export function holesOf(
  cover: readonly CoverStretch[],
  from: number,
  to: number,
): readonly TimeRange[] {
  const holes: TimeRange[] = []
  let known = from
  const heard = cover.filter(({ state }) => state !== 'gap').sort((a, b) => a.from - b.from)
  for (const stretch of heard) {
    if (stretch.from > known && known < to)
      holes.push({ from: epochMs(known), to: epochMs(Math.min(stretch.from, to)) })
    known = Math.max(known, stretch.to)
  }
  if (known < to) holes.push({ from: epochMs(known), to: epochMs(to) })
  return holes
}

/** Epoch ms; a horizon's price is on the tape soon after it. */
const dueAt = ({ entry, next }: Open): number =>
  entry.snapshot.at + (HORIZONS[next] ?? 0) * MINUTE + PATIENCE_MS

/** What the tape says of the time after a signal. */
export type After = Pick<MarkFacts, 'bars' | 'holes'>
/** The marks to begin with. */
export const NOTHING_AFTER: After = { bars: [], holes: [] }
const NO_BARS: readonly BarsAnswer[] = []

/** The three marks of a signal, by the same bars. */
export function marksOf(
  entry: Pick<AnalysisEntry, 'id' | 'snapshot' | 'verdict' | 'baseline'>,
  after: After,
  now: EpochMs,
): NonNullable<AnalysisEntry['marks']> {
  const { id, snapshot, baseline } = entry
  const { at, figures } = snapshot
  const of = (signal: SignalVerdict): Mark =>
    markOf({ ...after, signal, at, last: figures.last, now })
  const signal = signalOf(entry.verdict ?? baseline)
  return {
    model: of(signal),
    baseline: of(signalOf(baseline)),
    coin: of(coinOf(id, signal, snapshot)),
  }
}

const signalOf = (verdict: Verdict): SignalVerdict => {
  if (verdict.kind !== 'signal') throw new Error(`A verdict of ${verdict.kind} has no marks.`)
  return verdict
}
