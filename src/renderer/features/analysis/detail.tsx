import { useTranslation } from 'react-i18next'
import type { AnalysisEntry } from '../../../shared/contract/analysis.ts'
import { FIGURES, HORIZONS, type Mark } from '../../../shared/domain/analysis.ts'
import { useDesk } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { around, MINUTE } from '../../state/span.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Answer, AnswerMeta } from './answer.tsx'
import { Badges } from './card.tsx'
import { figureText, HORIZON_NAMES } from './model.ts'
import { type Speaker, Verdicts } from './verdicts.tsx'

export interface DetailProps {
  readonly entry: AnalysisEntry
  readonly onClose: () => void
}

/** One answer with everything that is kept of it. */
export function Detail({ entry, onClose }: DetailProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { showHistory } = useDesk()
  const { kind, snapshot, market } = entry
  const name = t(`analysis.kind.${kind}`)
  return (
    <section className="answer-detail" aria-label={`${name}, ${market}`}>
      <header className="analysis-card-head">
        <h3>
          {name} · {market}
        </h3>
        <div className="analysis-card-tools">
          <IconButton icon="close" size="small" label={t('app.close')} onClick={onClose} />
        </div>
      </header>
      <Badges entry={entry} snapshot={snapshot} />
      <Verdicts kind={kind} speakers={useSpeakers(entry)} priceDecimals={snapshot.priceDecimals} />
      <Answer entry={entry} />
      <AnswerMeta entry={entry} />
      <p className="muted">
        {t('analysisLog.about', {
          at: format.dateTime(snapshot.at),
          asked: format.dateTime(entry.askedAt),
          trigger: t(`analysisTrigger.${entry.trigger}`),
          prompt: entry.prompt,
          provider: entry.provider,
        })}
      </p>
      <Button
        size="small"
        icon="line"
        onClick={() => showHistory(market, around(snapshot.at, 10 * MINUTE), snapshot.at)}
      >
        {t('analysisLog.showMoment')}
      </Button>
      {entry.marks === null ? null : <Marks marks={entry.marks} />}
      <h4>{t('analysisLog.figures')}</h4>
      <dl className="figures">
        {FIGURES.map((figure) => (
          <div key={figure} title={t(`figureLong.${figure}`)}>
            <dt>{t(`figure.${figure}`)}</dt>
            <dd>{figureText(figure, snapshot, format) ?? DASH}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function useSpeakers(entry: AnalysisEntry): readonly Speaker[] {
  const { t } = useTranslation()
  return [
    {
      key: 'model',
      name: t('analysis.model'),
      long: entry.model,
      verdict: entry.verdict,
      citations: entry.citations,
      refused: entry.state === 'refused',
    },
    {
      key: 'statistics',
      name: t('analysis.statistics'),
      long: t('analysis.statisticsLong'),
      verdict: entry.baseline,
      citations: [],
      refused: false,
    },
  ]
}

/** How a signal came out, beside statistics and a coin. */
function Marks({ marks }: { readonly marks: NonNullable<AnalysisEntry['marks']> }) {
  const { t } = useTranslation()
  const rows = [
    { who: 'model', mark: marks.model },
    { who: 'baseline', mark: marks.baseline },
    { who: 'coin', mark: marks.coin },
  ] as const
  return (
    <>
      <h4>{t('scores.outcome')}</h4>
      <div className="scores-table">
        <table aria-label={t('scores.outcome')}>
          <thead>
            <tr>
              <td />
              <th scope="col">{t('scores.outcome')}</th>
              {HORIZONS.map((horizon) => (
                <th scope="col" className="num" key={horizon}>
                  {t(`scores.horizon.${HORIZON_NAMES[horizon]}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ who, mark }) => (
              <tr key={who}>
                <th scope="row">{t(`scores.who.${who}`)}</th>
                <MarkCells mark={mark} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function MarkCells({ mark }: { readonly mark: Mark }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      <td title={mark.reachedAt === null ? undefined : format.dateTime(mark.reachedAt)}>
        {t(`markOutcome.${mark.outcome}`)}
      </td>
      {HORIZONS.map((horizon) => {
        const value = mark.returns[horizon]
        return (
          <td className="num" key={horizon}>
            {value === null ? DASH : format.change(value / 100)}
          </td>
        )
      })}
    </>
  )
}
