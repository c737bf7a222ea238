import type { AnalysisFailure, LimitName } from '../../../shared/contract/analysis.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { nextDay } from './spending-book.ts'

/** What the request may use does not fit into the day any more. */
export const dayUsed = (limit: LimitName, at: EpochMs): AnalysisFailure => ({
  code: 'limit',
  limit,
  retryAt: nextDay(at),
  message:
    `Nothing was sent: the most that it may use does not fit into this day's limit of ` +
    `${limit === 'tokensPerDay' ? 'tokens' : 'money'} any more. The day ends at 00:00 UTC; raise the limit to go on now.`,
})

/** There is a limit of money, and nobody can tell what the request would cost. */
export const priceMissing = (model: string): AnalysisFailure => ({
  code: 'limit',
  limit: 'moneyPerDay',
  message:
    `Nothing was sent: there is a limit of money a day, and ${model} has no price, so that nobody can tell what it ` +
    'would cost. Enter its price, or take the limit away.',
})
