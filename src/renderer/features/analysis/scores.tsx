import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnalysisStatus, ScoreRow } from '../../../shared/contract/analysis.ts'
import { HORIZONS } from '../../../shared/domain/analysis.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useEngineNow, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Message } from '../../ui/message.tsx'
import { HORIZON_NAMES } from './model.ts'
import './log.css'

/** Marks ripen by themselves, so the table is read again this often, ms. */
const EVERY = 60_000

/** How signals came out: each model beside plain statistics and a coin. */
export function Scores({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const { rows, failure } = useScores(status.newestId)
  if (failure !== null)
    return <Message tone="alarm" title={t('scores.failed')} why={t(`failure.${failure.code}`)} />
  if (rows === null) return <Message busy title={t('scores.loading')} />
  if (rows.length === 0) return <Message title={t('scores.empty')} why={t('scores.emptyWhy')} />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <div className="analysis-scroll scores" tabIndex={0}>
      <p className="muted">{t('scores.what')}</p>
      <div className="scores-table">
        <table aria-label={t('analysisPage.scores')}>
          <Heads />
          <tbody>
            {rows.map((row) => (
              <Line key={`${row.who} ${row.model} ${row.prompt}`} row={row} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}

function useScores(newestId: number) {
  const { connection } = useDesk()
  const phase = useSession((session) => session.connection.phase)
  const tick = Math.floor(useEngineNow() / EVERY)
  const [rows, setRows] = useState<readonly ScoreRow[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer or a minute may change them
  useEffect(() => {
    if (phase !== 'connected') return
    const abort = new AbortController()
    void connection.call('analysis.scores', {}, abort.signal).then((outcome) => {
      if (abort.signal.aborted) return
      setFailure(outcome.ok ? null : outcome.failure)
      if (outcome.ok) setRows(outcome.value)
    })
    return () => abort.abort()
  }, [connection, phase, newestId, tick])
  return { rows, failure }
}

const COUNTS = ['signals', 'targets', 'stops', 'neither', 'pending', 'flat'] as const

function Heads() {
  const { t } = useTranslation()
  return (
    <thead>
      <tr>
        <th scope="col">{t('scores.by')}</th>
        {COUNTS.map((name) => (
          <th scope="col" className="num" key={name} title={t(`scores.countLong.${name}`)}>
            {t(`scores.count.${name}`)}
          </th>
        ))}
        <th scope="col" className="num" title={t('scores.hitRateLong')}>
          {t('scores.hitRate')}
        </th>
        {HORIZONS.map((horizon) => (
          <th scope="col" className="num" key={horizon} title={t('scores.returnLong')}>
            {t(`scores.horizon.${HORIZON_NAMES[horizon]}`)}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Line({ row }: { readonly row: ScoreRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { who, model, prompt, hitRate } = row
  return (
    <tr data-who={who}>
      <th scope="row">
        {t(`scores.who.${who}`)}
        <span className="muted">
          <bdi>{model}</bdi> · {prompt}
        </span>
      </th>
      {COUNTS.map((name) => (
        <td className="num" key={name}>
          {format.count(row[name])}
        </td>
      ))}
      <td className="num">
        {hitRate === null ? (
          <TooFew />
        ) : (
          <>
            {format.percent(hitRate.share)}
            <span className="muted">
              {format.percent(hitRate.low)}–{format.percent(hitRate.high)}
            </span>
          </>
        )}
      </td>
      {HORIZONS.map((horizon) => {
        const { mean, count } = row.returns[horizon]
        return (
          <td className="num" key={horizon}>
            {mean === null ? <TooFew /> : format.change(mean / 100)}
            <span className="muted">{t('scores.of', { n: format.count(count) })}</span>
          </td>
        )
      })}
    </tr>
  )
}

function TooFew() {
  const { t } = useTranslation()
  return <span className="scores-few">{t('scores.tooFew')}</span>
}
