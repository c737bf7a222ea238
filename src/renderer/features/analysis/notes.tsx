import { useTranslation } from 'react-i18next'
import type { AnalysisStatus } from '../../../shared/contract/analysis.ts'
import { useDesk, useEngineNow } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { inert, lacksKey } from './model.ts'

/** What holds for all analyses: no key yet, a limit that stops them, a pause after failures; and what was spent. */
export function Notes({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const { place } = useDesk()
  const { stopped, breaker } = status
  return (
    <>
      {lacksKey(status) ? (
        <div className="analysis-note">
          <p>{t('analysis.noKey')}</p>
          <Button
            size="small"
            icon="settings"
            onClick={() => place.setState({ dialog: 'analyses' })}
          >
            {t('analysis.openSettings')}
          </Button>
        </div>
      ) : null}
      {stopped === null ? null : <Stopped stopped={stopped} />}
      {breaker.state === 'closed' ? null : <Paused breaker={breaker} />}
      <Spent status={status} />
    </>
  )
}

export function Stopped({ stopped }: { readonly stopped: NonNullable<AnalysisStatus['stopped']> }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <p className="analysis-note" data-tone="alarm" role="status">
      {t('analysis.stopped', {
        limit: t(`analysisLimit.${stopped.limit}`),
        at: format.dateTime(stopped.until),
      })}
    </p>
  )
}

export function Paused({ breaker }: { readonly breaker: AnalysisStatus['breaker'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const { state, until, reason } = breaker
  return (
    <div className="analysis-note" data-tone="warn" role="status">
      <p>
        {state === 'trying'
          ? t('analysis.breakerTrying')
          : until === null
            ? t('analysis.breakerOpen')
            : t('analysis.breakerUntil', { age: format.age(until - now) })}
      </p>
      {reason === null ? null : (
        <p className="model-text muted" lang="en">
          <bdi>{inert(reason)}</bdi>
        </p>
      )}
    </div>
  )
}

/** Today and this month, always in sight. */
function Spent({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { today, month } = status
  const unpriced = today.unpriced > 0 || month.unpriced > 0
  return (
    <p className="analysis-spent muted">
      {t('analysis.spent', { today: format.money(today.money), month: format.money(month.money) })}
      {unpriced ? ` + ${t('analysis.unpriced', { n: format.count(month.unpriced) })}` : ''}
    </p>
  )
}
