import { useTranslation } from 'react-i18next'
import type { AnalysisEntry, AnalysisFailure } from '../../../shared/contract/analysis.ts'
import type { SenseProblem } from '../../../shared/domain/analysis.ts'
import { useEngineNow } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { inert } from './model.ts'
import { Reason } from './reason.tsx'
import { FieldName } from './verdicts.tsx'

/** What came of a question to the model besides its verdict: reason, doubts, or what went wrong. */
export function Answer({ entry }: { readonly entry: AnalysisEntry }) {
  const { t } = useTranslation()
  const { reason, citations, snapshot, problems, failure } = entry
  return (
    <>
      {entry.state === 'refused' ? (
        <div className="answer-refused">
          <p>{t('analysis.refusedWhy')}</p>
          <ul>
            {problems.map((problem) => (
              <li key={`${problem.code} ${problem.field}`}>
                <Problem problem={problem} decimals={snapshot.priceDecimals} />
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {failure === null ? null : <AnswerFailure failure={failure} />}
      {reason === '' ? null : <Reason reason={reason} citations={citations} snapshot={snapshot} />}
    </>
  )
}

function Problem(props: { readonly problem: SenseProblem; readonly decimals: number }) {
  const { problem, decimals } = props
  const { t } = useTranslation()
  const format = useFormat()
  const { code, field, value, low, high } = problem
  const write = (number: number | null): string =>
    number === null
      ? ''
      : code === 'field-unsupported'
        ? format.figure(number)
        : format.fixed(number, decimals)
  return (
    <>
      <b>
        <FieldName field={field} />
        {value === null ? null : ` ${write(value)}`}
      </b>{' '}
      {t(`senseProblem.${code}`)}
      {low === null && high === null ? null : (
        <span className="muted">
          {' '}
          {low === high && low !== null
            ? t('analysis.dataSay', { value: write(low) })
            : low === null
              ? t('analysis.atMost', { high: write(high) })
              : high === null
                ? t('analysis.atLeast', { low: write(low) })
                : t('analysis.between', { low: write(low), high: write(high) })}
        </span>
      )}
    </>
  )
}

/** What went wrong and what to do, in words; the engine's own words stand behind them. */
export function AnswerFailure({ failure }: { readonly failure: AnalysisFailure }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const { code, message, limit, retryAt } = failure
  return (
    <div className="answer-failure" data-code={code}>
      <p>
        <b>{t(`analysisFailure.${code}`)}</b>
        {limit === undefined ? null : ` ${t(`analysisLimit.${limit}`)}`}
      </p>
      <p>{t(`analysisAdvice.${code}`)}</p>
      {retryAt !== undefined && retryAt > now ? (
        <p>
          {t('analysis.retryAt', { at: format.dateTime(retryAt), age: format.age(retryAt - now) })}
        </p>
      ) : null}
      {message === '' ? null : (
        <p className="model-text muted" lang="en">
          <bdi>{inert(message)}</bdi>
        </p>
      )}
    </div>
  )
}

/** Who answered, for how much, how fast. */
export function AnswerMeta({ entry }: { readonly entry: AnalysisEntry }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { model, cost, latency, attempts, usage } = entry
  return (
    <ul className="answer-meta">
      <li>
        <bdi>{model}</bdi>
      </li>
      <li title={t('analysis.costLong')}>
        {cost === null ? t('analysis.noPrice') : format.money(cost)}
      </li>
      {usage === null ? null : (
        <li title={usage.reported ? '' : t('analysis.usageEstimated')}>
          {usage.reported ? '' : '≤ '}
          {t('analysis.tokens', {
            n: format.count(usage.promptTokens + usage.completionTokens),
          })}
        </li>
      )}
      {latency === null ? null : (
        <li
          title={t('analysis.latencyLong', {
            queue: format.ms(latency.queueMs),
            first: format.ms(latency.firstByteMs),
            total: format.ms(latency.totalMs),
          })}
        >
          {format.ms(latency.totalMs)}
        </li>
      )}
      {attempts > 1 ? <li>{t('analysis.attempts', { n: format.count(attempts) })}</li> : null}
    </ul>
  )
}
