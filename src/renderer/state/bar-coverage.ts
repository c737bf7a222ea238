import type { Candle } from '../../shared/domain/candle.ts'
import type { GapCause, LedgerMinute, MinuteState } from '../../shared/domain/ledger.ts'
import { type EpochMs, epochMs } from '../../shared/domain/time.ts'
import { indexFrom } from './candle-series.ts'
import type { MinuteLedger } from './minute-ledger.ts'

export const MINUTE = 60_000

/** What is known about the completeness of one bar. */
export interface BarCoverage {
  /** The worst of its minutes. */
  readonly state: MinuteState
  /** Share of its minutes that are complete or back-filled, 0–1; null where nobody says. */
  readonly coverage: number | null
  /** Matches missing in it; null when nobody can say how many. */
  readonly missing: number | null
  readonly causes: readonly GapCause[]
}

/** A bar that is not complete. */
export interface CoverageMark {
  readonly openTime: EpochMs
  readonly state: Exclude<MinuteState, 'complete'>
}

/** Whether the bar, or for one finer than a minute its minute, is not over: nobody can judge it yet. */
export const isUnderWay = (openTime: number, interval: number, now: number): boolean =>
  Math.max(openTime + interval, Math.floor(openTime / MINUTE) * MINUTE + MINUTE) > now

/** From the best to the worst. */
const ORDER: readonly MinuteState[] = ['complete', 'backfilled', 'unknown', 'gap']
const rank = (state: MinuteState): number => ORDER.indexOf(state)

/** What the ledger says of the bar, else what the bar itself does; undefined where neither does. */
export function barCoverage(
  minutes: MinuteLedger,
  openTime: number,
  interval: number,
  bar?: Candle,
): BarCoverage | undefined {
  const first = Math.floor(openTime / MINUTE) * MINUTE
  const rows: LedgerMinute[] = []
  let all = 0
  for (let minute = first; minute < openTime + interval; minute += MINUTE) {
    const row = minutes.at(minute)
    if (row !== undefined) rows.push(row)
    all += 1
  }
  if (rows.length > 0) return fold(rows, all)
  if (bar?.state === undefined) return undefined
  const missing = bar.state === 'gap' ? null : 0
  return { state: bar.state, coverage: bar.coverage ?? null, missing, causes: [] }
}

function fold(rows: readonly LedgerMinute[], all: number): BarCoverage {
  let state: MinuteState = 'complete'
  let sure = 0
  let missing: number | null = 0
  const causes = new Set<GapCause>()
  for (const row of rows) {
    if (rank(row.state) > rank(state)) state = row.state
    if (row.state === 'complete' || row.state === 'backfilled') sure += 1
    missing = missing === null || row.missing === null ? null : missing + row.missing
    if (row.cause !== null) causes.add(row.cause)
  }
  return { state, coverage: sure / all, missing, causes: [...causes] }
}

/**
 * The bars that are not complete, ascending, with those in a gap that have no bar. The bar under way
 * at `now` is never among them: nobody can know yet.
 */
export function coverageMarks(
  bars: readonly Candle[],
  minutes: MinuteLedger,
  interval: number,
  now: number,
): readonly CoverageMark[] {
  const times = new Set<number>(bars.map(({ openTime }) => openTime))
  const first = bars[0]?.openTime
  for (const { minute, state } of minutes.all()) {
    if (state !== 'gap' || first === undefined || minute < first) continue
    // Of bars finer than a minute only whole minutes without any are added.
    if (interval >= MINUTE) times.add(Math.floor(minute / interval) * interval)
    else if (!hasBar(bars, minute, minute + MINUTE))
      for (let time: number = minute; time < minute + MINUTE; time += interval) times.add(time)
  }
  const marks: CoverageMark[] = []
  for (const openTime of [...times].sort((a, b) => a - b)) {
    if (isUnderWay(openTime, interval, now)) break
    const bar = bars[indexFrom(bars, openTime)]
    const own = bar?.openTime === openTime ? bar : undefined
    const state = barCoverage(minutes, openTime, interval, own)?.state ?? 'complete'
    if (state !== 'complete') marks.push({ openTime: epochMs(openTime), state })
  }
  return marks
}

function hasBar(bars: readonly Candle[], from: number, to: number): boolean {
  const bar = bars[indexFrom(bars, from)]
  return bar !== undefined && bar.openTime < to
}
