import type { AnalysisEntry } from '../../../shared/contract/analysis.ts'
import {
  HORIZONS,
  type Mark,
  type SignalVerdict,
  type Verdict,
} from '../../../shared/domain/analysis.ts'
import type { Candle } from '../../../shared/domain/candle.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import { coinOf, markOf } from '../../pipeline/analysis/marks.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { AnalysisStore } from '../../store/analysis-store.ts'
import type { TradeStore } from '../../store/store.ts'

const MINUTE = 60_000
/** After a horizon the marks wait so long for what belongs to it to be on the tape and judged by the ledger. */
const PATIENCE_MS = 2 * MINUTE
/** A look at the signals that are due, milliseconds. */
const EVERY_MS = 15_000
const LAST_HORIZON = HORIZONS[HORIZONS.length - 1] ?? 0

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
    const bars = await this.#barsAfter(entry.market, entry.snapshot.at, now)
    if (bars === null) return false
    const changed: AnalysisEntry = { ...entry, marks: marksOf(entry, bars, now) }
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
  async #barsAfter(market: MarketId, at: EpochMs, now: number): Promise<readonly Candle[] | null> {
    const { store, log } = this.#options
    const end = Math.min(now, at + LAST_HORIZON * MINUTE + MINUTE)
    const minute = Math.ceil((at + 1) / MINUTE) * MINUTE
    const second = Math.ceil((at + 1) / 1_000) * 1_000
    const asked = await Promise.all([
      second < minute
        ? store.bars({ market, from: epochMs(second), to: epochMs(minute), resolution: '1s' })
        : null,
      minute < end
        ? store.bars({ market, from: epochMs(minute), to: epochMs(end), resolution: '1m' })
        : null,
    ])
    const bars: Candle[] = []
    for (const answer of asked) {
      if (answer === null) continue
      if (!answer.ok) {
        log.warn('analysis-marks-unread', { market, reason: answer.failure.message })
        return null
      }
      bars.push(...answer.value.candles)
    }
    return bars
  }
}

/** Epoch ms; a horizon's price is on the tape soon after it. */
const dueAt = ({ entry, next }: Open): number =>
  entry.snapshot.at + (HORIZONS[next] ?? 0) * MINUTE + PATIENCE_MS

/** The three marks of a signal by the bars after it; without any bars: the marks to begin with. */
export function marksOf(
  entry: Pick<AnalysisEntry, 'id' | 'snapshot' | 'verdict' | 'baseline'>,
  bars: readonly Candle[],
  now: EpochMs,
): NonNullable<AnalysisEntry['marks']> {
  const { id, snapshot, baseline } = entry
  const of = (verdict: SignalVerdict): Mark => markOf(verdict, snapshot.at, bars, now)
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
