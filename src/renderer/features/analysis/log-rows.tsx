import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnalysisEntry } from '../../../shared/contract/analysis.ts'
import { useFormat } from '../../binding/format.ts'
import { useRowHeight } from '../../ui/row-height.ts'
import { StateBadge } from './card.tsx'
import { leanOf, rowAfter, wordOf } from './model.ts'

const ROW_REM = 3.2

export interface AnswerRowsProps {
  readonly entries: readonly AnalysisEntry[]
  readonly chosen: number | null
  readonly onChoose: (id: number) => void
  /** Called when the end is near; null: there is nothing older. */
  readonly onEnd: (() => void) | null
}

/** The answers in sight. The list is one stop of Tab; arrow keys, Home and End go through it. */
export function AnswerRows({ entries, chosen, onChoose, onEnd }: AnswerRowsProps) {
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const height = useRowHeight(ROW_REM)
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
  const [at, setAt] = useState<number | null>(null)
  const asked = useRef<number | null>(null)
  const place = Math.max(
    0,
    entries.findIndex(({ id }) => id === at),
  )
  // Scrolled away, the first in sight takes its place: Tab must find one.
  const stop = items.some(({ index }) => index === place) ? place : (items[0]?.index ?? 0)
  const move = (event: KeyboardEvent): void => {
    const next = rowAfter(event.key, stop, entries.length)
    const entry = next === null ? undefined : entries[next]
    if (next === null || entry === undefined) return
    event.preventDefault()
    asked.current = entry.id
    setAt(entry.id)
    list.scrollToIndex(next)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which <ul> does not change
    <div
      className="answers-box"
      ref={box}
      role="list"
      aria-label={t('analysisPage.log')}
      onKeyDown={move}
    >
      <div role="presentation" style={{ height: list.getTotalSize(), position: 'relative' }}>
        {items.map(({ index, key, start }) => {
          const entry = entries[index]
          return entry === undefined ? null : (
            <Row
              key={key}
              entry={entry}
              chosen={entry.id === chosen}
              style={{ height, transform: `translateY(${start}px)` }}
              stop={index === stop}
              asked={asked}
              onChoose={(id) => {
                setAt(id)
                onChoose(id)
              }}
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
  /** Tab stops here. */
  readonly stop: boolean
  /** The row that a key asked the focus to come to; it may be drawn a moment later. */
  readonly asked: React.RefObject<number | null>
  readonly onChoose: (id: number) => void
}

function Row({ entry, chosen, style, stop, asked, onChoose }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { id, verdict, failure } = entry
  const past = useMemo(() => isPast(entry), [entry])
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!stop || asked.current !== id) return
    asked.current = null
    button.current?.focus({ preventScroll: true })
  }, [stop, asked, id])
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, which <ul> does not change
    <div className="answers-item" role="listitem" style={style}>
      <button
        type="button"
        className="answers-row"
        ref={button}
        tabIndex={stop ? 0 : -1}
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
