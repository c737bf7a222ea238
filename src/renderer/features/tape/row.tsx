// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand in a virtual list
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Format } from '../../i18n/format.ts'
import type { Translate } from '../../i18n/i18n.ts'
import type { PrintEntry, SkippedEntry } from '../../state/tape.ts'
import { barLength } from './model.ts'

export interface PrintRowProps {
  readonly entry: PrintEntry
  readonly most: number
  readonly priceDecimals: number
  readonly qtyDecimals: number
  readonly format: Format
  /** `buy` or `sell` in the language of the reader. */
  readonly word: string
  /** Everything else that is known of the print; asked for when the pointer rests on it. */
  readonly detail: (entry: PrintEntry) => string
}

const MARKS = { stream: '', snapshot: '◦', backfill: '↻' } as const

/** One print. The side is colour, arrow and word; the bar behind is its size. */
export const PrintRow = memo(function PrintRow(props: PrintRowProps) {
  const { entry, most, priceDecimals, qtyDecimals, format, word, detail } = props
  const buy = entry.side === 'buy'
  return (
    <div
      className="print"
      role="listitem"
      data-side={entry.side}
      onPointerEnter={(event) => {
        event.currentTarget.title = detail(entry)
      }}
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
        <span className="sr-only">{word} </span>
        {format.exact(entry.price, priceDecimals)}
      </span>
      <span className="num">{format.exact(entry.qty, qtyDecimals)}</span>
      <span className="num muted">{format.worth(entry.notional)}</span>
    </div>
  )
})

/** Delay or origin, matches and id of a print, in words. */
export function describePrint(entry: PrintEntry, format: Format, t: Translate): string {
  const delay = format.ms(entry.receiveTime - entry.exchangeTime)
  return [
    entry.origin === 'stream' ? t('tape.delay', { ms: delay }) : t(`tape.${entry.origin}`),
    ...(entry.matches > 1 ? [t('tape.matches', { n: format.count(entry.matches) })] : []),
    entry.id,
  ].join(' · ')
}

export interface SkippedRowProps {
  readonly entry: SkippedEntry
  readonly words: 'tape.skipped' | 'tape.skippedWaiting' | 'tape.skippedLossy'
  readonly format: Format
}

export const SkippedRow = memo(function SkippedRow({ entry, words, format }: SkippedRowProps) {
  const { t } = useTranslation()
  return (
    <div className="print print-skipped" role="listitem">
      {t(words, { n: format.count(entry.count) })}
    </div>
  )
})
