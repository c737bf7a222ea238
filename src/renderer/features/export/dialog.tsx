import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExportRequest, ExportRun } from '../../../shared/contract/export.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useAct, useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ExportForm } from './form.tsx'
import { latestOf, nameOf, sayingOf } from './model.ts'
import { Refused, Result } from './result.tsx'
import './export.css'

export interface ExportDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** Trades into a file: which, how far it is, and what became of it. */
export function ExportDialog({ open, onOpenChange }: ExportDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('export.title')}
      closeLabel={t('app.close')}
      size="wide"
    >
      <Exports />
    </Dialog>
  )
}

function Exports() {
  const { connection } = useDesk()
  const status = useSession((session) => session.exports)
  const run = latestOf(status)
  const { part, mine } = useFocusOnChange(status === null ? null : `${run?.id} ${run?.state}`)
  const [refused, setRefused] = useState<Failure | null>(null)
  const start = async (request: ExportRequest): Promise<void> => {
    setRefused(null)
    mine.current = true
    const outcome = await connection.call('export.start', request)
    if (outcome.ok) return
    mine.current = false
    setRefused(outcome.failure)
  }
  const earlier = (status?.finished ?? []).filter(
    ({ id, state }) => id !== run?.id && state === 'done',
  )
  return (
    <div className="export">
      <Saying run={run} />
      <ExportForm running={run?.state === 'running'} onStart={(request) => void start(request)} />
      {refused === null ? null : (
        <div className="export-run" role="alert">
          <Refused failure={refused} />
        </div>
      )}
      {run === null ? null : <Run run={run} part={part} />}
      {earlier.length === 0 ? null : <Earlier runs={earlier} />}
    </div>
  )
}

/** What a screen reader hears of it: its beginning, each quarter, its end. */
function Saying({ run }: { readonly run: ExportRun | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const saying = run === null ? null : sayingOf(run)
  return (
    <p className="sr-only" role="status">
      {saying === null
        ? null
        : saying.say === 'part'
          ? t('export.part', { share: format.percent(saying.share) })
          : saying.say === 'done'
            ? t('export.done', { trades: format.count(saying.trades) })
            : t(`export.${saying.say}`)}
    </p>
  )
}

/** Where the focus is at something that people use. */
const IN_USE = 'input, button, summary'

/**
 * The focus comes to the part when an export that was asked for here begins, and when one ends and the button that
 * had the focus is gone. Whoever is at something else is left there. Null: it is not known yet how it stands.
 */
function useFocusOnChange(now: string | null) {
  const part = useRef<HTMLElement>(null)
  const mine = useRef(false)
  const seen = useRef(now)
  useEffect(() => {
    const before = seen.current
    seen.current = now
    if (before === null || before === now) return
    if (!mine.current && document.activeElement?.matches(IN_USE) === true) return
    mine.current = false
    part.current?.focus({ preventScroll: true })
    part.current?.scrollIntoView({ block: 'nearest' })
  }, [now])
  return { part, mine }
}

interface RunProps {
  readonly run: ExportRun
  readonly part: React.RefObject<HTMLElement | null>
}

/** The export under way or the last one. */
function Run({ run, part }: RunProps) {
  const { t } = useTranslation()
  const running = run.state === 'running'
  return (
    <section
      className="export-run"
      aria-label={running ? t('export.running') : t('export.title')}
      tabIndex={-1}
      ref={part}
    >
      {running ? <Running run={run} /> : <Result run={run} />}
    </section>
  )
}

function Running({ run }: { readonly run: ExportRun }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { act, busy } = useAct()
  const { share, trades, bytes, elapsedMs } = run
  const words = {
    share: format.percent(share),
    trades: format.count(trades),
    bytes: format.bytes(bytes),
    time: format.span(elapsedMs),
  }
  return (
    <>
      <progress
        className="export-progress"
        value={share}
        max={1}
        aria-label={t('export.running')}
      />
      <p className="export-figures">{t('export.figures', words)}</p>
      <div className="export-line">
        <Button disabled={busy} onClick={() => act('export.cancel', {})}>
          {t('export.cancel')}
        </Button>
        <span className="muted">{t('export.goesOn')}</span>
      </div>
    </>
  )
}

/** Where the files of the last exports are. */
function Earlier({ runs }: { readonly runs: readonly ExportRun[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <details className="export-earlier">
      <summary>{t('export.earlier')}</summary>
      <ul>
        {runs.map(({ id, file, trades, bytes }) => (
          <li key={id}>
            <span className="export-name">{nameOf(file ?? '')}</span>
            <span className="muted">
              {format.count(trades)} · {format.bytes(bytes)}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
