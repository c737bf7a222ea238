import { useCallback, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { AnalysisEntry, AnalysisStatus } from '../../../shared/contract/analysis.ts'
import { ANALYSES, type AnalysisKind } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Detail } from './detail.tsx'
import { AnswerRows } from './log-rows.tsx'
import { mergedAnswers } from './model.ts'
import './log.css'

const PAGE = 100

/** Everything that was asked, newest first, and what came of it. */
export function AnalysisLog({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const { analysis } = useDesk()
  const [market, setMarket] = useState<MarketId | null>(null)
  const [kind, setKind] = useState<AnalysisKind | null>(null)
  const chosen = useStore(analysis, (choice) => choice.entry)
  const { entries, failure, more, older, again } = useLog(market, kind, status.newestId)
  const open = useChosen(entries, chosen)
  const choose = (entry: number | null): void => analysis.setState({ entry })
  return (
    <div className="answers" data-open={open !== null}>
      <div className="answers-list">
        <Filter market={market} kind={kind} onMarket={setMarket} onKind={setKind} />
        {failure !== null ? (
          <Message tone="alarm" title={t('analysisLog.failed')} why={t(`failure.${failure.code}`)}>
            <Button icon="refresh" onClick={again}>
              {t('app.retry')}
            </Button>
          </Message>
        ) : null}
        {entries === null ? (
          failure === null && <Message busy title={t('analysisLog.loading')} />
        ) : entries.length === 0 ? (
          <Message title={t('analysisLog.empty')} why={t('analysisLog.emptyWhy')} />
        ) : (
          <AnswerRows
            entries={entries}
            chosen={open?.id ?? null}
            onChoose={choose}
            onEnd={more ? older : null}
          />
        )}
      </div>
      {open === null ? null : <Detail entry={open} onClose={() => choose(null)} />}
    </div>
  )
}

/** The answer whose details are open: also one that is older than what the list has read. */
function useChosen(
  entries: readonly AnalysisEntry[] | null,
  id: number | null,
): AnalysisEntry | null {
  const { connection } = useDesk()
  const [read, setRead] = useState<AnalysisEntry | null>(null)
  const listed = entries?.find((each) => each.id === id) ?? null
  const missing = id !== null && listed === null && entries !== null && read?.id !== id
  useEffect(() => {
    if (!missing || id === null) return
    const abort = new AbortController()
    const input = { limit: 1, before: id + 1 }
    void connection.call('analysis.log', input, abort.signal).then((outcome) => {
      const [found] = outcome.ok ? outcome.value : []
      if (!abort.signal.aborted && found?.id === id) setRead(found)
    })
    return () => abort.abort()
  }, [connection, missing, id])
  return listed ?? (read?.id === id ? read : null)
}

/** Pages of the log; the newest is read again whenever there is a new answer. */
function useLog(market: MarketId | null, kind: AnalysisKind | null, newestId: number) {
  const { connection } = useDesk()
  const phase = useSession((session) => session.connection.phase)
  const [entries, setEntries] = useState<readonly AnalysisEntry[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [more, setMore] = useState(false)
  const scope = `${market} ${kind}`
  const shown = useRef(scope)
  const reading = useRef(false)
  const read = useCallback(
    async (before: number | null): Promise<void> => {
      const only = {
        ...(market === null ? {} : { market }),
        ...(kind === null ? {} : { kind }),
        ...(before === null ? {} : { before }),
      }
      reading.current = true
      const outcome = await connection.call('analysis.log', { limit: PAGE, ...only })
      reading.current = false
      if (shown.current !== `${market} ${kind}`) return
      setFailure(outcome.ok ? null : outcome.failure)
      if (!outcome.ok) return
      setEntries((known) => mergedAnswers(known ?? [], outcome.value))
      setMore((known) => (before === null && known ? known : outcome.value.length === PAGE))
    },
    [connection, market, kind],
  )
  useEffect(() => {
    shown.current = scope
    setEntries(null)
    setMore(false)
  }, [scope])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new id means a new answer
  useEffect(() => {
    if (phase === 'connected') void read(null)
  }, [read, phase, newestId])
  return {
    entries,
    failure,
    more,
    older: () => {
      if (!reading.current) void read(entries?.at(-1)?.id ?? null)
    },
    again: () => void read(null),
  }
}

interface FilterProps {
  readonly market: MarketId | null
  readonly kind: AnalysisKind | null
  readonly onMarket: (market: MarketId | null) => void
  readonly onKind: (kind: AnalysisKind | null) => void
}

function Filter({ market, kind, onMarket, onKind }: FilterProps) {
  const { t } = useTranslation()
  const summaries = useSession((session) => session.summaries)
  const id = useId()
  return (
    <div className="answers-filter">
      <select
        className="select"
        id={`${id}-market`}
        aria-label={t('analysisLog.market')}
        value={market ?? ''}
        onChange={({ target }) =>
          onMarket(summaries?.find((each) => each.market === target.value)?.market ?? null)
        }
      >
        <option value="">{t('analysisLog.allMarkets')}</option>
        {summaries?.map((each) => (
          <option key={each.market} value={each.market}>
            {each.market}
          </option>
        ))}
      </select>
      <select
        className="select"
        id={`${id}-kind`}
        aria-label={t('analysisLog.kind')}
        value={kind ?? ''}
        onChange={({ target }) => onKind(ANALYSES.find((each) => each === target.value) ?? null)}
      >
        <option value="">{t('analysisLog.allKinds')}</option>
        {ANALYSES.map((each) => (
          <option key={each} value={each}>
            {t(`analysis.kind.${each}`)}
          </option>
        ))}
      </select>
    </div>
  )
}
