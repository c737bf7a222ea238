import type { Spending } from '../../../shared/contract/analysis.ts'
import { type EpochMs, epochMs } from '../../../shared/domain/time.ts'
import type { AnalysisBook } from '../../store/analysis-store.ts'
import { nanosOfDollars } from './pricing.ts'

const DAY = 86_400_000

/** What a request used or may use. */
export interface Use {
  readonly tokens: number
  /** Billionths of a dollar; null: the model has no price. */
  readonly nanos: number | null
}

interface Total {
  requests: number
  tokens: number
  nanos: number
  unpriced: number
}

export const dayOf = (at: number): EpochMs => epochMs(at - (at % DAY))
export const nextDay = (at: number): EpochMs => epochMs(dayOf(at) + DAY)
export const monthOf = (at: number): EpochMs => {
  const date = new Date(at)
  return epochMs(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()))
}

/** What the requests of each UTC day used, the most that they may use included while they run. */
export class SpendingBook {
  readonly #days = new Map<number, Total>()

  constructor(requests: AnalysisBook['requests']) {
    for (const { at, tokens, money } of requests)
      this.add(at, { tokens, nanos: money === null ? null : nanosOfDollars(money) })
  }

  add(at: EpochMs, { tokens, nanos }: Use, requests = 1): void {
    const total = this.#total(at)
    total.requests += requests
    total.tokens += tokens
    if (nanos === null) total.unpriced += requests
    else total.nanos += nanos
  }

  /** A reservation has become what it is, or is withdrawn. */
  change(at: EpochMs, from: Use, to: Use): void {
    const total = this.#total(at)
    total.tokens += to.tokens - from.tokens
    total.nanos += (to.nanos ?? 0) - (from.nanos ?? 0)
  }

  withdraw(at: EpochMs, { tokens, nanos }: Use): void {
    this.add(at, { tokens: -tokens, nanos: nanos === null ? null : -nanos }, -1)
  }

  day(at: EpochMs): Readonly<Total> {
    return this.#days.get(dayOf(at)) ?? NOTHING
  }

  today(now: EpochMs): Spending {
    return spendingOf([this.day(now)])
  }

  month(now: EpochMs): Spending {
    const month = monthOf(now)
    return spendingOf(
      [...this.#days].filter(([day]) => monthOf(day) === month).map(([, total]) => total),
    )
  }

  #total(at: EpochMs): Total {
    const day = dayOf(at)
    const total = this.#days.get(day) ?? { ...NOTHING }
    this.#days.set(day, total)
    return total
  }
}

const NOTHING: Readonly<Total> = { requests: 0, tokens: 0, nanos: 0, unpriced: 0 }

const spendingOf = (totals: readonly Readonly<Total>[]): Spending => {
  const sum = (of: (total: Readonly<Total>) => number): number =>
    totals.reduce((all, total) => all + of(total), 0)
  return {
    requests: sum(({ requests }) => requests),
    tokens: sum(({ tokens }) => tokens),
    money: sum(({ nanos }) => nanos) / 1e9,
    unpriced: sum(({ unpriced }) => unpriced),
  }
}
