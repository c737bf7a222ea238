// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand in a virtual list
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Format } from '../../i18n/format.ts'
import type { PrintEntry, SkippedEntry } from '../../state/tape.ts'
import { barLength } from './model.ts'

export interface PrintRowProps {
  readonly entry: PrintEntry
  readonly top: number
  readonly most: number
  readonly priceDecimals: number
  readonly qtyDecimals: number
  readonly format: Format
}

const MARKS = { stream: '', snapshot: '◦', backfill: '↻' } as const

/** One print. The side is colour, arrow and word; the bar behind is its size. */
export const PrintRow = memo(function PrintRow(props: PrintRowProps) {
  const { entry, top, most, priceDecimals, qtyDecimals, format } = props
  const { t } = useTranslation()
  const buy = entry.side === 'buy'
  return (
    <div
      className="print"
      role="listitem"
      data-side={entry.side}
      style={{ transform: `translateY(${top}px)` }}
      title={detail(entry, format, t)}
    >
      <span
        className="print-size"
        style={{ transform: `scaleX(${barLength(entry.notional, most)})` }}
      />
      <span className="print-time">
        {format.timeMs(entry.exchangeTime)}
        {entry.origin === 'stream' ? null : (
          <span className="print-origin">{MARKS[entry.origin]}</span>
        )}
      </span>
      <span className={`num ${entry.side}`}>
        <span aria-hidden="true">{buy ? '▲' : '▼'} </span>
        <span className="sr-only">{t(`tape.${entry.side}`)} </span>
        {format.exact(entry.price, priceDecimals)}
      </span>
      <span className="num">{format.exact(entry.qty, qtyDecimals)}</span>
      <span className="num muted">{format.short(entry.notional)}</span>
    </div>
  )
})

type Translate = ReturnType<typeof useTranslation>['t']

function detail(entry: PrintEntry, format: Format, t: Translate): string {
  const delay = format.ms(entry.receiveTime - entry.exchangeTime)
  return [
    entry.origin === 'stream' ? t('tape.delay', { ms: delay }) : t(`tape.${entry.origin}`),
    ...(entry.matches > 1 ? [t('tape.matches', { n: format.count(entry.matches) })] : []),
    entry.id,
  ].join(' · ')
}

export interface SkippedRowProps {
  readonly entry: SkippedEntry
  readonly top: number
  readonly words: 'tape.skipped' | 'tape.skippedWaiting' | 'tape.skippedLossy'
  readonly format: Format
}

export const SkippedRow = memo(function SkippedRow({ entry, top, words, format }: SkippedRowProps) {
  const { t } = useTranslation()
  return (
    <div
      className="print print-skipped"
      role="listitem"
      style={{ transform: `translateY(${top}px)` }}
    >
      {t(words, { n: format.count(entry.count) })}
    </div>
  )
})
