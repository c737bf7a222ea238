import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Citation, Snapshot } from '../../../shared/domain/analysis.ts'
import { useFormat } from '../../binding/format.ts'
import { Tip } from '../../ui/tip.tsx'
import { figureNamed, figureText, piecesOf, sourcesOf } from './model.ts'

/** Longer than this it is folded, characters. */
const SHORT = 260

export interface ReasonProps {
  readonly reason: string
  readonly citations: readonly Citation[]
  readonly snapshot: Snapshot
}

/**
 * What a model wrote, as text whatever it contains. A number that nothing supports is struck through; one that is in
 * the data says which figure it is.
 */
export function Reason({ reason, citations, snapshot }: ReasonProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const long = reason.length > SHORT
  return (
    <div className="answer-reason">
      <p className="model-text" data-folded={long && !open}>
        <bdi>
          {piecesOf(reason, citations).map(({ from, text, cited }) =>
            cited === null ? (
              text
            ) : cited.source === null ? (
              <Unsupported key={from} text={text} />
            ) : (
              <Cited key={from} text={text} source={cited.source} snapshot={snapshot} />
            ),
          )}
        </bdi>
      </p>
      {long ? (
        <button
          type="button"
          className="link-button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t(open ? 'analysis.showLess' : 'analysis.showAll')}
        </button>
      ) : null}
    </div>
  )
}

/** A number of an answer that is not in the data. */
export function Unsupported({ text }: { readonly text: string }) {
  const { t } = useTranslation()
  return (
    <del className="unsupported" title={t('analysis.unsupported')}>
      {text}
      <span className="sr-only"> ({t('analysis.unsupported')})</span>
    </del>
  )
}

const LEVELS = ['entry', 'stop', 'targets'] as const

interface CitedProps {
  readonly text: string
  readonly source: string
  readonly snapshot: Snapshot
}

function Cited({ text, source, snapshot }: CitedProps) {
  const { t } = useTranslation()
  const format = useFormat()
  // `targets.1` is the second of the targets.
  const level = (name: string): string => {
    const [field, index] = name.split('.')
    const known = LEVELS.find((each) => each === field)
    if (known === undefined) return name
    const place = index === undefined ? '' : ` ${Number(index) + 1}`
    return `${t(`analysisField.${known}`)}${place}`
  }
  const words = sourcesOf(source).map((name) => {
    const figure = figureNamed(name)
    if (figure === undefined) return `${t('analysis.ownLevel')}: ${level(name)}`
    return `${t(`figure.${figure}`)}: ${figureText(figure, snapshot, format) ?? t('analysis.unknown')}`
  })
  return (
    <Tip text={words.join(' · ')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what supports it is shown on focus too */}
      <span className="cited" tabIndex={0}>
        {text}
      </span>
    </Tip>
  )
}
