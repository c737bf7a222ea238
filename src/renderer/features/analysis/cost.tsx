import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnalysisStatus, Spending, SpendingDay } from '../../../shared/contract/analysis.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { epochMs } from '../../../shared/domain/time.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { SpendingBars } from '../../charts/spending-bars.tsx'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { dateOfUtcDay, spendingRows } from './model.ts'
import { Paused, Stopped } from './notes.tsx'
import './log.css'

const DAYS = 30

/** What the answers cost, day by day, and what holds them back. */
export function Cost({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const { place } = useDesk()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <div className="analysis-scroll cost" tabIndex={0}>
      {status.stopped === null ? null : <Stopped stopped={status.stopped} />}
      {status.breaker.state === 'closed' ? null : <Paused breaker={status.breaker} />}
      <div className="cost-cards">
        <Sum title={t('cost.today')} spending={status.today} limits={status.settings.limits} />
        <Sum title={t('cost.month')} spending={status.month} limits={null} />
        <section className="cost-card" aria-label={t('cost.state')}>
          <h3>{t('cost.state')}</h3>
          <p>{t(status.stopped === null ? 'cost.notStopped' : 'cost.isStopped')}</p>
          <p>{t(`cost.breaker.${status.breaker.state}`)}</p>
          <Button
            size="small"
            icon="settings"
            onClick={() => place.setState({ dialog: 'analyses' })}
          >
            {t('cost.limits')}
          </Button>
        </section>
      </div>
      <Latencies status={status} />
      <Days newestId={status.newestId} />
    </div>
  )
}

interface SumProps {
  readonly title: string
  readonly spending: Spending
  readonly limits: AnalysisStatus['settings']['limits'] | null
}

function Sum({ title, spending, limits }: SumProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { requests, tokens, money, unpriced } = spending
  return (
    <section className="cost-card" aria-label={title}>
      <h3>{title}</h3>
      <p className="cost-money">
        {format.money(money)}
        {limits === null || limits.moneyPerDay === null ? null : (
          <span className="muted"> {t('cost.of', { most: format.money(limits.moneyPerDay) })}</span>
        )}
      </p>
      <p>
        {t('analysis.tokens', { n: format.count(tokens) })}
        {limits === null || limits.tokensPerDay === null ? null : (
          <span className="muted">
            {' '}
            {t('cost.of', { most: format.count(limits.tokensPerDay) })}
          </span>
        )}
      </p>
      <p className="muted">{t('cost.requests', { n: format.count(requests) })}</p>
      {unpriced === 0 ? null : (
        <p className="cost-unpriced">{t('analysis.unpriced', { n: format.count(unpriced) })}</p>
      )}
    </section>
  )
}

function Days({ newestId }: { readonly newestId: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { days, failure } = useSpending(newestId)
  if (failure !== null)
    return <Message tone="alarm" title={t('cost.failed')} why={t(`failure.${failure.code}`)} />
  if (days === null) return <Message busy title={t('cost.loading')} />
  if (days.length === 0) return <p className="muted">{t('cost.none')}</p>
  const { rows, models } = spendingRows(days)
  const date = (day: number): string =>
    format.axis(epochMs(dateOfUtcDay(day, new Date(day).getTimezoneOffset())), 'day')
  return (
    <section aria-label={t('cost.days')}>
      <h3>{t('cost.days')}</h3>
      <div className="cost-chart" aria-hidden="true">
        <SpendingBars
          rows={rows}
          models={models}
          date={date}
          money={(value) => format.money(value)}
        />
      </div>
      <div className="scores-table">
        <table aria-label={t('cost.days')}>
          <thead>
            <tr>
              <th scope="col">{t('cost.day')}</th>
              <th scope="col">{t('analysis.model')}</th>
              <th scope="col" className="num">
                {t('cost.requestsHead')}
              </th>
              <th scope="col" className="num">
                {t('cost.tokensHead')}
              </th>
              <th scope="col" className="num">
                {t('cost.moneyHead')}
              </th>
            </tr>
          </thead>
          <tbody>
            {[...days].reverse().map(({ day, model, requests, tokens, money }) => (
              <tr key={`${day} ${model}`}>
                <th scope="row">{date(day)}</th>
                <td>
                  <bdi>{model}</bdi>
                </td>
                <td className="num">{format.count(requests)}</td>
                <td className="num">{format.count(tokens)}</td>
                <td className="num">{format.money(money)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function useSpending(newestId: number) {
  const { connection } = useDesk()
  const phase = useSession((session) => session.connection.phase)
  const [days, setDays] = useState<readonly SpendingDay[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer costs something
  useEffect(() => {
    if (phase !== 'connected') return
    const abort = new AbortController()
    void connection.call('analysis.spending', { days: DAYS }, abort.signal).then((outcome) => {
      if (abort.signal.aborted) return
      setFailure(outcome.ok ? null : outcome.failure)
      if (outcome.ok) setDays(outcome.value)
    })
    return () => abort.abort()
  }, [connection, phase, newestId])
  return { days, failure }
}

// Names of statistics, the same in every language.
const QUANTILES = ['p50', 'p95', 'p99'] as const

function Latencies({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { latencies } = status
  if (latencies.length === 0) return null
  return (
    <section aria-label={t('modelLatency.title')}>
      <h3>{t('modelLatency.title')}</h3>
      <div className="scores-table">
        <table aria-label={t('modelLatency.title')}>
          <thead>
            <tr>
              <th scope="col">{t('analysis.model')}</th>
              <th scope="col" className="num">
                {t('modelLatency.calls')}
              </th>
              {QUANTILES.map((name) => (
                <th scope="col" className="num" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {latencies.map(({ model, calls, total }) => (
              <tr key={model}>
                <th scope="row">
                  <bdi>{model}</bdi>
                </th>
                <td className="num">{format.count(calls)}</td>
                {QUANTILES.map((name) => (
                  <td className="num" key={name}>
                    {format.ms(total[name])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
