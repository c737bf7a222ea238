import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { AnalysisStatus } from '../../../shared/contract/analysis.ts'
import { useDesk, useFreshness, useSession, useView } from '../../binding/desk.ts'
import { ANALYSIS_PAGES } from '../../state/analysis-choice.ts'
import { Message } from '../../ui/message.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Cost } from './cost.tsx'
import { AnalysisLog } from './log.tsx'
import { CardsAt, CardsNow } from './now.tsx'
import { Scores } from './scores.tsx'
import './analysis.css'

/** What models said of the markets, what it cost, and how it came out. */
export function AnalysisPanel() {
  const { t } = useTranslation()
  const fresh = useFreshness()
  const status = useSession((session) => session.analysis)
  const phase = useSession((session) => session.connection.phase)
  return (
    <Panel title={t('analysis.title')} old={fresh !== 'fresh'}>
      {status === null ? (
        <Message
          busy
          title={t(phase === 'connected' ? 'analysis.loading' : 'connection.connecting')}
        />
      ) : (
        <Pages status={status} />
      )}
    </Panel>
  )
}

function Pages({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const { analysis } = useDesk()
  const page = useStore(analysis, (choice) => choice.page)
  return (
    <div className="analysis">
      <div className="analysis-head">
        <Segments
          label={t('analysis.title')}
          value={page}
          options={ANALYSIS_PAGES.map((value) => ({ value, text: t(`analysisPage.${value}`) }))}
          onChange={(next) => analysis.setState({ page: next })}
        />
        <span className="muted">{t('analysis.adviceShort')}</span>
      </div>
      {page === 'now' ? <Now status={status} /> : null}
      {page === 'log' ? <AnalysisLog status={status} /> : null}
      {page === 'scores' ? <Scores status={status} /> : null}
      {page === 'cost' ? <Cost status={status} /> : null}
    </div>
  )
}

function Now({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const { analysis } = useDesk()
  const moment = useStore(analysis, (choice) => choice.moment)
  const market = useView()?.market ?? null
  if (moment === null && market === null) return <Message title={t('tape.none')} />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
    <div className="analysis-scroll" tabIndex={0}>
      {moment !== null ? (
        <CardsAt key={`${moment.market} ${moment.at}`} status={status} {...moment} />
      ) : market !== null ? (
        <>
          <h3 className="analysis-market">{market}</h3>
          <CardsNow key={market} status={status} market={market} />
        </>
      ) : null}
    </div>
  )
}
