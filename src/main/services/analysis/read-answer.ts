import type { z } from 'zod'
import type { AnalysisKind, SignalVerdict, Verdict } from '../../../shared/domain/analysis.ts'
import { answers } from './answer-schemas.ts'
import { shownText } from './answer-text.ts'
import { objectIn } from './json-in-text.ts'

export type ReadAnswer =
  | { readonly ok: true; readonly verdict: Verdict; readonly reason: string }
  | {
      readonly ok: false
      readonly code: 'malformed' | 'wrong-schema'
      /** What was wrong, to be shown and to be sent back: at most 300 characters, in English. */
      readonly message: string
    }

/** No answer of ours needs a tenth of it. */
const LONGEST = 100_000
const LONGEST_MESSAGE = 300

/**
 * What a model answered. A code fence and prose around the JSON are forgiven, and nothing else is: a missing, unknown or
 * wrong field, a number as text, a number beyond 1e15, a second object. The reason is cleaned and cut (`shownText`).
 * Targets are put in order, the nearest to the entry first; levels of a signal sideways mean nothing and are dropped.
 */
export function readAnswer(kind: AnalysisKind, text: string): ReadAnswer {
  if (text.length > LONGEST)
    return failed('malformed', `The answer is longer than ${LONGEST} characters.`)
  const found = objectIn(text)
  if (!found.ok) return failed('malformed', found.message)
  if (kind === 'anomaly') return checked(answers.anomaly, found.value, anomalyOf)
  if (kind === 'sentiment') return checked(answers.sentiment, found.value, sentimentOf)
  return checked(answers.signal, found.value, signalOf)
}

function checked<T extends { readonly reason: string }>(
  schema: z.ZodType<T>,
  value: unknown,
  verdictOf: (answer: T) => Verdict,
): ReadAnswer {
  const answer = schema.safeParse(value)
  if (!answer.success) return failed('wrong-schema', problemsIn(answer.error))
  const reason = shownText(answer.data.reason)
  if (reason === '') return failed('wrong-schema', 'reason: it is empty.')
  return { ok: true, verdict: verdictOf(answer.data), reason }
}

const problemsIn = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => `${path.map(String).join('.') || 'answer'}: ${message}`)
    .join('; ')

const failed = (code: 'malformed' | 'wrong-schema', message: string): ReadAnswer => ({
  ok: false,
  code,
  message: shownText(message).slice(0, LONGEST_MESSAGE),
})

const anomalyOf = (answer: z.infer<typeof answers.anomaly>): Verdict => ({
  kind: 'anomaly',
  anomalous: answer.anomalous,
  deviationPercent: answer.deviationPercent,
  volatilityPercent: answer.volatilityPercent,
})

const sentimentOf = (answer: z.infer<typeof answers.sentiment>): Verdict => ({
  kind: 'sentiment',
  sentiment: answer.sentiment,
  buySellRatio: answer.buySellRatio,
})

function signalOf({ trend, entry, stop, targets }: z.infer<typeof answers.signal>): SignalVerdict {
  if (trend === 'sideways') return { kind: 'signal', trend, entry: null, stop: null, targets: [] }
  const nearest = targets.toSorted((one, other) => (trend === 'up' ? one - other : other - one))
  return { kind: 'signal', trend, entry, stop, targets: nearest }
}
