// biome-ignore-all lint/a11y/useSemanticElements: rows of a virtual list are placed by hand, which a table cannot
// biome-ignore-all lint/a11y/useFocusableInteractive: the buttons within take the focus
import { useTranslation } from 'react-i18next'
import type { BackfillStatus } from '../../../shared/contract/status.ts'
import type { Gap } from '../../../shared/domain/ledger.ts'
import { useAct, useDesk, useEngineNow } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import type { Format } from '../../i18n/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dot } from '../../ui/mark.tsx'
import { canCancel, canRetry, GAP_TONES } from './model.ts'

export interface GapRowProps {
  readonly gap: Gap
  readonly backfill: BackfillStatus | undefined
  /** Its place in the whole list, from 1. */
  readonly place: number
}

/** One gap: where, since when and how long, why, what is missing, what becomes of it. */
export function GapRow({ gap, backfill, place }: GapRowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { showStretch } = useDesk()
  const when = format.dateTime(gap.from)
  return (
    <div className="gap-row" role="row" aria-rowindex={place + 1} data-state={gap.state}>
      <div role="cell" className="gap-where">
        <button
          type="button"
          className="gap-open"
          aria-label={t('completeness.show', { market: gap.market, when })}
          title={t('completeness.toChart')}
          onClick={() => showStretch(gap.market, { from: gap.from, to: gap.to })}
        >
          <b>{gap.market}</b>
          <span>{when}</span>
        </button>
      </div>
      <div role="cell" className="num gap-length">
        {lengthOf(gap, format)}
      </div>
      <div role="cell" className="gap-cause">
        {t(`gapCause.${gap.cause}`)}
      </div>
      <div role="cell" className="num gap-missing" data-label={t('completeness.missing')}>
        <Missing gap={gap} />
      </div>
      <div role="cell" className="num gap-recovered">
        {gap.recovered === 0 ? <span className="muted">0</span> : format.count(gap.recovered)}
      </div>
      <div role="cell" className="gap-state">
        <p>
          <Dot tone={GAP_TONES[gap.state]} label={t(`gapState.${gap.state}`)} />
          <span aria-hidden="true">{t(`gapState.${gap.state}`)}</span>
          {backfill === undefined ? null : <Progress gap={gap} backfill={backfill} />}
        </p>
        <Why gap={gap} backfill={backfill} />
      </div>
      <div role="cell" className="gap-actions">
        <Action gap={gap} when={when} />
      </div>
    </div>
  )
}

const lengthOf = ({ from, to }: Gap, format: Format): string =>
  to - from < 1_000 ? format.ms(to - from) : format.span(to - from)

function Missing({ gap }: { readonly gap: Gap }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { missing, firstSeq, lastSeq } = gap
  if (missing === 0) return <span className="muted">{t('completeness.none')}</span>
  if (missing === null)
    return <span title={t('completeness.someLong')}>{t('completeness.some')}</span>
  const numbers =
    firstSeq === null || lastSeq === null
      ? undefined
      : t('completeness.missingSeq', { first: String(firstSeq), last: String(lastSeq) })
  return <span title={numbers}>{format.count(missing)}</span>
}

function Progress({ gap, backfill }: { readonly gap: Gap; readonly backfill: BackfillStatus }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { running, progress, fetched } = backfill
  if (!running && fetched === 0) return null
  return (
    <>
      <span
        className="gap-progress"
        role="progressbar"
        aria-label={t('completeness.progress', { market: gap.market })}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(progress === null ? {} : { 'aria-valuenow': Math.floor(progress * 100) })}
        data-unknown={progress === null}
      >
        <i style={{ transform: `scaleX(${progress ?? 1})` }} />
      </span>
      <span className="gap-percent">
        {progress === null ? '' : format.percent(Math.floor(progress * 100) / 100)}
      </span>
    </>
  )
}

/** The second line: why it stands as it does, and when it goes on. */
function Why({ gap, backfill }: Omit<GapRowProps, 'place'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useEngineNow()
  const parts: string[] = []
  if (backfill !== undefined && backfill.fetched > 0)
    parts.push(t('completeness.fetched', { n: format.count(backfill.fetched) }))
  if (backfill?.nextAttemptAt !== undefined) {
    const seconds = Math.max(0, Math.ceil((backfill.nextAttemptAt - now) / 1_000))
    parts.push(seconds === 0 ? t('completeness.nextNow') : t('completeness.next', { seconds }))
  } else if (backfill !== undefined && !backfill.running) parts.push(t('completeness.queued'))
  if (gap.reason !== undefined) parts.push(gap.reason)
  const text = parts.join(' · ')
  return (
    <p className="gap-why" title={text}>
      {text}
    </p>
  )
}

function Action({ gap, when }: { readonly gap: Gap; readonly when: string }) {
  const { t } = useTranslation()
  const { act, busy } = useAct()
  const words = { market: gap.market, when }
  if (canCancel(gap))
    return (
      <Button
        size="small"
        disabled={busy}
        aria-label={t('completeness.cancelOne', words)}
        onClick={() => act('ledger.cancel', { gap: gap.id })}
      >
        {t('completeness.cancel')}
      </Button>
    )
  if (!canRetry(gap)) return null
  return (
    <Button
      size="small"
      disabled={busy}
      aria-label={t('completeness.retryOne', words)}
      onClick={() => act('ledger.retry', { gap: gap.id })}
    >
      {t('completeness.retry')}
    </Button>
  )
}
