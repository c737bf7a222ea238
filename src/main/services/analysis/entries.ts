import type { AnalysisEntry, PromptLanguage } from '../../../shared/contract/analysis.ts'
import type { Snapshot, Verdict } from '../../../shared/domain/analysis.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { citationsOf } from '../../pipeline/analysis/citations.ts'
import { problemsOf } from '../../pipeline/analysis/sense.ts'
import type { ModelAnswer } from './ask.ts'
import type { Wish } from './flights.ts'
import { marksOf, NOTHING_AFTER } from './marker.ts'
import type { Question } from './question.ts'

export interface Asked {
  readonly id: number
  readonly wish: Wish
  readonly question: Question
  readonly provider: string
  readonly language: PromptLanguage
  readonly settledAt: EpochMs
}

/** The line of the log for an answer: its numbers held against what was sent, its levels against sense. */
export function entryOf(asked: Asked, answer: ModelAnswer): AnalysisEntry {
  const { id, wish, question, provider, language, settledAt } = asked
  const { snapshot, baseline, model, prompt } = question
  const { usage, cost, latency, attempts } = answer
  const bare = {
    id,
    market: wish.market,
    kind: wish.kind,
    trigger: wish.trigger,
    askedAt: wish.askedAt,
    ...{ settledAt, snapshot, baseline, model, provider, language },
    prompt: prompt.name,
    ...{ usage, cost, latency, attempts },
  }
  if (!answer.ok)
    return {
      ...bare,
      ...{ state: 'failed', failure: answer.failure, verdict: null, reason: '' },
      ...{ citations: [], problems: [], marks: null },
    }
  const { verdict, reason } = answer
  const problems = problemsOf(verdict, snapshot)
  const believed = problems.length === 0
  const marks =
    believed && verdict.kind === 'signal'
      ? marksOf({ id, snapshot, verdict, baseline }, NOTHING_AFTER, settledAt)
      : null
  return {
    ...bare,
    state: believed ? 'done' : 'refused',
    citations: citationsOf(verdict, reason, snapshot),
    ...{ verdict, reason, problems, marks, failure: null },
  }
}

/** The words and values by which alerts know a verdict (`ai anomaly`, `ai bullish`, `ai up`). */
export function verdictWords(
  verdict: Verdict,
  { figures }: Snapshot,
): readonly (readonly [word: string, value: number])[] {
  switch (verdict.kind) {
    case 'anomaly':
      return verdict.anomalous ? [['anomaly', Math.abs(figures.zScore ?? 0)]] : []
    case 'sentiment':
      return [[verdict.sentiment, figures.buySellRatio1h ?? 0]]
    case 'signal':
      return [[verdict.trend, figures.rsi14 ?? 0]]
  }
}
