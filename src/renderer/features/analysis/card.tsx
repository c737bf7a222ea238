import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type {
  AnalysisEntry,
  AnalysisStatus,
  AnalysisUnderWay,
} from '../../../shared/contract/analysis.ts'
import type { AnalysisKind, Snapshot } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { useAct, useDesk, useEngineNow, usePreferences } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Badge } from '../../ui/mark.tsx'
import { Answer, AnswerMeta } from './answer.tsx'
import { DryRunDialog } from './dry-run.tsx'
import { isSaid, type Said } from './figures.ts'
import { askFault, FIGURES_OF, figureText, inert, missingCoverage, underWayOf } from './model.ts'
import { type Speaker, Verdicts } from './verdicts.tsx'

export interface CardProps {
  readonly status: AnalysisStatus
  readonly market: MarketId
  readonly kind: AnalysisKind
  /** A moment of the past; null: now. */
  readonly at: EpochMs | null
  /** The newest answer there is. */
  readonly entry: AnalysisEntry | null
  readonly said: Said | Failure | undefined
}

/** One analysis of one market: what the model says, what statistics say, and what can be done. */
export function Card(props: CardProps) {
  const { status, market, kind, at, entry, said } = props
  const { t } = useTranslation()
  const running = underWayOf(status, market, kind)
  const snapshot = entry?.snapshot ?? (isSaid(said) ? said.snapshot : null)
  return (
    <article className="analysis-card" data-kind={kind} data-state={entry?.state ?? 'none'}>
      <header className="analysis-card-head">
        <h3>{t(`analysis.kind.${kind}`)}</h3>
        <CardTools status={status} market={market} kind={kind} at={at} running={running} />
      </header>
      <Badges entry={entry} snapshot={snapshot} />
      <Verdicts
        kind={kind}
        speakers={useSpeakers(entry, said, at)}
        priceDecimals={snapshot?.priceDecimals ?? 2}
      />
      {said !== undefined && !isSaid(said) ? (
        <p className="settings-failure">
          {t(`failure.${said.code}`)} <span className="muted">{said.message}</span>
        </p>
      ) : null}
      {running === null ? null : <Running running={running} />}
      {entry === null ? null : (
        <>
          <Answer entry={entry} />
          <AnswerMeta entry={entry} />
          <Age entry={entry} />
        </>
      )}
      {snapshot === null ? null : <FigureList kind={kind} snapshot={snapshot} />}
    </article>
  )
}

/** The columns of a card. What statistics say now stands there whether a model was asked or not. */
function useSpeakers(
  entry: AnalysisEntry | null,
  said: CardProps['said'],
  at: EpochMs | null,
): readonly Speaker[] {
  const { t } = useTranslation()
  const none = { citations: [], refused: false }
  const now: Speaker = {
    ...none,
    key: 'now',
    name: t(entry === null ? 'analysis.statistics' : 'analysis.now'),
    long: t('analysis.nowLong'),
    verdict: isSaid(said) ? said.baseline : null,
  }
  if (entry === null) return [now]
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
      ...none,
      key: 'statistics',
      name: t('analysis.statistics'),
      long: t('analysis.statisticsLong'),
      verdict: entry.baseline,
    },
    ...(at === null ? [now] : []),
  ]
}

interface BadgesProps {
  readonly entry: AnalysisEntry | null
  readonly snapshot: Snapshot | null
}

/** What is to be known before the answer is read; nothing where all is well. */
export function Badges({ entry, snapshot }: BadgesProps) {
  return (
    <div className="analysis-badges">
      <StateBadge entry={entry} />
      {snapshot === null ? null : <Coverage snapshot={snapshot} />}
    </div>
  )
}

export function StateBadge({ entry }: { readonly entry: AnalysisEntry | null }) {
  const { t } = useTranslation()
  if (entry === null || entry.state === 'done') return null
  return (
    <Badge tone={entry.state === 'refused' ? 'warn' : 'alarm'}>
      {t(`analysisState.${entry.state}`)}
    </Badge>
  )
}

/** Said wherever an answer is over a day of which the tape misses a part. */
function Coverage({ snapshot }: { readonly snapshot: Snapshot }) {
  const { t } = useTranslation()
  const format = useFormat()
  const coverage = missingCoverage(snapshot)
  if (coverage === null) return null
  return (
    <span title={t('analysis.coverageLong')}>
      <Badge tone="warn">{t('analysis.coverage', { share: format.share(coverage / 100) })}</Badge>
    </span>
  )
}

interface ToolsProps extends Pick<CardProps, 'status' | 'market' | 'kind' | 'at'> {
  readonly running: AnalysisUnderWay | null
}

function CardTools({ status, market, kind, at, running }: ToolsProps) {
  const { t } = useTranslation()
  const { act, busy } = useAct()
  const { place } = useDesk()
  const language = usePreferences((preferences) => preferences.language)
  const [dry, setDry] = useState(false)
  const name = t(`analysis.kind.${kind}`)
  const fault = askFault(status, kind)
  const request = at === null ? { market, kind, language } : { market, kind, language, at }
  return (
    <div className="analysis-card-tools">
      <IconButton
        icon="info"
        size="small"
        label={t('analysis.whatIsSent', { kind: name })}
        onClick={() => setDry(true)}
      />
      {running !== null ? (
        <Button
          size="small"
          icon="close"
          aria-label={t('analysis.cancelLong', { kind: name })}
          onClick={() => act('analysis.cancel', { market, kind })}
        >
          {t('analysis.cancel')}
        </Button>
      ) : fault === null ? (
        <Button
          size="small"
          icon="ask"
          aria-label={t('analysis.askLong', { kind: name })}
          disabled={busy}
          onClick={() => act('analysis.run', request)}
        >
          {t('analysis.ask')}
        </Button>
      ) : (
        <Button
          size="small"
          icon="settings"
          aria-label={t('analysis.setUpLong', { kind: name })}
          title={t(`analysisAdvice.${fault}`)}
          onClick={() => place.setState({ dialog: 'analyses' })}
        >
          {t('analysis.setUp')}
        </Button>
      )}
      {dry ? <DryRunDialog request={request} onClose={() => setDry(false)} /> : null}
    </div>
  )
}

function Running({ running }: { readonly running: AnalysisUnderWay }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const { state, since, text, model } = running
  return (
    <div className="answer-running" aria-busy="true">
      <p className="muted">{t(`analysis.${state}`, { age: format.age(now - since), model })}</p>
      {text === '' ? null : (
        <p className="model-text">
          <bdi>{inert(text)}</bdi>
        </p>
      )}
    </div>
  )
}

/** How old the data are that the answer looked at. */
function Age({ entry }: { readonly entry: AnalysisEntry }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const { showAnswer } = useDesk()
  const { at } = entry.snapshot
  return (
    <p className="answer-age muted">
      {t('analysis.dataOf', { at: format.dateTime(at), age: format.age(now - at) })}{' '}
      <button
        type="button"
        className="link-button"
        aria-label={t('analysis.detailsLong', { kind: t(`analysis.kind.${entry.kind}`) })}
        onClick={() => showAnswer(entry.id)}
      >
        {t('analysis.details')}
      </button>
    </p>
  )
}

/** The figures that this analysis looks at, as the engine computed them. */
function FigureList({
  kind,
  snapshot,
}: {
  readonly kind: AnalysisKind
  readonly snapshot: Snapshot
}) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <dl className="figures">
      {FIGURES_OF[kind].map((name) => (
        <div key={name} title={t(`figureLong.${name}`)}>
          <dt>{t(`figure.${name}`)}</dt>
          <dd>{figureText(name, snapshot, format) ?? DASH}</dd>
        </div>
      ))}
    </dl>
  )
}
