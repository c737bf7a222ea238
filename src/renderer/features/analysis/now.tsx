import { useTranslation } from 'react-i18next'
import type { AnalysisEntry, AnalysisStatus } from '../../../shared/contract/analysis.ts'
import { ANALYSES, type AnalysisKind } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { EpochMs } from '../../../shared/domain/time.ts'
import { useAnswers } from '../../binding/analysis.ts'
import { useDesk } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from './card.tsx'
import { useFigures } from './figures.ts'
import { latestOf, wordOf } from './model.ts'
import { Notes } from './notes.tsx'
import { Schedule } from './schedule.tsx'

export interface CardsProps {
  readonly status: AnalysisStatus
  readonly market: MarketId
}

/** The three analyses of a market as it is now. */
export function CardsNow({ status, market }: CardsProps) {
  const said = useFigures(market, null)
  const entries = ANALYSES.map((kind) => latestOf(status, market, kind))
  return (
    <div className="analysis-cards">
      <Notes status={status} />
      <Schedule market={market} status={status} />
      <Told entries={entries} />
      {ANALYSES.map((kind, index) => (
        <Card
          key={kind}
          status={status}
          market={market}
          kind={kind}
          at={null}
          entry={entries[index] ?? null}
          said={said[kind]}
        />
      ))}
      <Advice />
    </div>
  )
}

/** The three analyses of a market as it was at a moment. */
export function CardsAt({ status, market, at }: CardsProps & { readonly at: EpochMs }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { analysis } = useDesk()
  const said = useFigures(market, at)
  const answers = useAnswers(market, at, at + 1)
  const entryOf = (kind: AnalysisKind): AnalysisEntry | null =>
    answers.find((each) => each.kind === kind) ?? null
  return (
    <div className="analysis-cards">
      <div className="analysis-moment">
        <strong>{t('analysis.momentOf', { market, at: format.dateTime(at) })}</strong>
        <Button size="small" icon="right" onClick={() => analysis.setState({ moment: null })}>
          {t('analysis.backToNow')}
        </Button>
      </div>
      <Notes status={status} />
      <Told entries={ANALYSES.map(entryOf)} />
      {ANALYSES.map((kind) => (
        <Card
          key={kind}
          status={status}
          market={market}
          kind={kind}
          at={at}
          entry={entryOf(kind)}
          said={said[kind]}
        />
      ))}
      <Advice />
    </div>
  )
}

const Advice = () => {
  const { t } = useTranslation()
  return <p className="analysis-advice muted">{t('analysis.advice')}</p>
}

/** Says the newest answer to those who listen. */
function Told({ entries }: { readonly entries: readonly (AnalysisEntry | null)[] }) {
  const { t } = useTranslation()
  const newest = entries.reduce(
    (best, each) => (each !== null && each.id > (best?.id ?? 0) ? each : best),
    null,
  )
  const words = (entry: AnalysisEntry): string => {
    if (entry.failure !== null) return t(`analysisFailure.${entry.failure.code}`)
    const verdict = entry.verdict === null ? '' : t(`verdict.${wordOf(entry.verdict)}`)
    return entry.state === 'refused' ? `${t('analysisState.refused')}. ${verdict}` : verdict
  }
  return (
    <p className="sr-only" role="status">
      {newest === null ? '' : `${t(`analysis.kind.${newest.kind}`)}: ${words(newest)}`}
    </p>
  )
}
