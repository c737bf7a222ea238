import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { AnalysisEntry, AnalysisStatus } from '../../../shared/contract/analysis.ts'
import { ANALYSES, type AnalysisKind } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { StateBadge } from './card.tsx'
import { Detail } from './detail.tsx'
import { leanOf, mergedAnswers, wordOf } from './model.ts'
import './log.css'

const PAGE = 100
const ROW_REM = 3.2

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
          <Rows
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

interface RowsProps {
  readonly entries: readonly AnalysisEntry[]
  readonly chosen: number | null
  readonly onChoose: (id: number) => void
  /** Called when the end is near; null: there is nothing older. */
  readonly onEnd: (() => void) | null
}

function Rows({ entries, chosen, onChoose, onEnd }: RowsProps) {
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const [height] = useState(() =>
    Math.round(ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
  )
  const list = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    overscan: 8,
    getItemKey: (index) => entries[index]?.id ?? index,
  })
  const items = list.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const near = last >= entries.length - 10
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for once an end
  useEffect(() => {
    if (near) onEnd?.()
  }, [near, entries.length])
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which <ul> does not change
    <div className="answers-box" ref={box} role="list" aria-label={t('analysisPage.log')}>
      <div role="presentation" style={{ height: list.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, key, start }) => {
          const entry = entries[index]
          return entry === undefined ? null : (
            <Row
              key={key}
              entry={entry}
              chosen={entry.id === chosen}
              style={{ height, transform: `translateY(${start}px)` }}
              onChoose={onChoose}
            />
          )
        })}
      </div>
    </div>
  )
}

interface RowProps {
  readonly entry: AnalysisEntry
  readonly chosen: boolean
  readonly style: React.CSSProperties
  readonly onChoose: (id: number) => void
}

function Row({ entry, chosen, style, onChoose }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { verdict, failure } = entry
  const past = useMemo(() => isPast(entry), [entry])
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which <ul> does not change
    <div className="answers-item" role="listitem" style={style}>
      <button
        type="button"
        className="answers-row"
        aria-current={chosen ? 'true' : undefined}
        onClick={() => onChoose(entry.id)}
      >
        <span className="answers-when">
          {format.dateTime(entry.settledAt)}
          <span className="muted">
            {t(past ? 'analysisLog.past' : `analysisTrigger.${entry.trigger}`, {
              at: format.dateTime(entry.snapshot.at),
            })}
          </span>
        </span>
        <span className="answers-what">
          <span>{entry.market}</span>
          <span className="muted">{t(`analysis.kind.${entry.kind}`)}</span>
        </span>
        <span className="answers-said">
          {verdict === null ? null : (
            <strong className="verdict-word" data-lean={leanOf(verdict)}>
              {t(`verdict.${wordOf(verdict)}`)}
            </strong>
          )}
          <StateBadge entry={entry} />
          {failure === null ? null : (
            <span className="muted">{t(`analysisFailure.${failure.code}`)}</span>
          )}
        </span>
        <span className="answers-who">
          <bdi>{entry.model}</bdi>
          <span className="muted">
            {entry.cost === null ? t('analysis.noPrice') : format.money(entry.cost)}
          </span>
        </span>
      </button>
    </div>
  )
}

/** Asked about a moment of the past, not about the moment of asking. */
const isPast = ({ askedAt, snapshot }: AnalysisEntry): boolean => askedAt - snapshot.at > 60_000
