import type { MarketSchedule } from '../../../shared/contract/analysis.ts'
import { ANALYSES, type AnalysisKind } from '../../../shared/domain/analysis.ts'

/** Bounds that the engine holds us to. */
export const SECONDS = [1, 86_400] as const
export const TRADES = [1, 10_000_000] as const

/** A schedule as it is typed. */
export interface ScheduleDraft {
  readonly kinds: readonly AnalysisKind[]
  readonly byTime: boolean
  readonly seconds: string
  readonly byTrades: boolean
  readonly trades: string
  readonly onAlert: boolean
}

export const toScheduleDraft = (saved: MarketSchedule | undefined): ScheduleDraft => ({
  kinds: saved?.kinds ?? [],
  byTime: saved !== undefined && saved.everyMs !== null,
  seconds: String((saved?.everyMs ?? 5_000) / 1_000),
  byTrades: saved !== undefined && saved.everyTrades !== null,
  trades: String(saved?.everyTrades ?? 50),
  onAlert: saved?.onAlert ?? false,
})

const within = (typed: string, [least, most]: readonly [number, number]): number | undefined => {
  const value = /^\d{1,8}$/.test(typed.trim()) ? Number(typed) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

export const isSecondsWrong = ({ byTime, seconds }: ScheduleDraft): boolean =>
  byTime && within(seconds, SECONDS) === undefined
export const isTradesWrong = ({ byTrades, trades }: ScheduleDraft): boolean =>
  byTrades && within(trades, TRADES) === undefined

/** The schedule of a draft; null: nothing runs by itself; undefined while a number is wrong. */
export function readSchedule(draft: ScheduleDraft): MarketSchedule | null | undefined {
  if (isSecondsWrong(draft) || isTradesWrong(draft)) return undefined
  const { byTime, byTrades, onAlert } = draft
  const kinds = ANALYSES.filter((kind) => draft.kinds.includes(kind))
  if (kinds.length === 0 || !(byTime || byTrades || onAlert)) return null
  return {
    kinds,
    everyMs: byTime ? Number(draft.seconds) * 1_000 : null,
    everyTrades: byTrades ? Number(draft.trades) : null,
    onAlert,
  }
}
