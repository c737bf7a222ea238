import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RollOffPreview, StorageReport } from '../../../shared/contract/storage.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import type { StorageLimits } from '../../../shared/domain/storage.ts'
import { useDesk } from '../../binding/desk.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { RollOffQuestion } from './roll-off-question.tsx'
import { StorageFigures } from './storage-figures.tsx'
import {
  readBudget,
  readDays,
  readStorage,
  type StorageDraft,
  toStorageDraft,
} from './storage-model.ts'
import { StorageTable } from './storage-table.tsx'
import { TextRow } from './text-row.tsx'

const LOOK_EVERY_MS = 5_000
type Saving = 'idle' | 'looking' | 'saved' | 'savedRemoving'

/** What the tape takes on the disk, and how long trades are kept: saved on purpose, asked before any go. */
export function Storage() {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const { report, failure: unread, look } = useReport()
  const [draft, setDraft] = useState<StorageDraft | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [saving, setSaving] = useState<Saving>('idle')
  const [asked, setAsked] = useState<{ limits: StorageLimits; preview: RollOffPreview } | null>(
    null,
  )
  useEffect(() => {
    const abort = new AbortController()
    void connection.call('settings.get', {}, abort.signal).then((outcome) => {
      if (abort.signal.aborted) return
      if (outcome.ok) setDraft(toStorageDraft(outcome.value.storage))
      else setFailure(outcome.failure)
    })
    return () => abort.abort()
  }, [connection])
  const save = async (limits: StorageLimits, removes: boolean): Promise<void> => {
    setAsked(null)
    const outcome = await connection.call('settings.set', { storage: limits })
    setFailure(outcome.ok ? null : outcome.failure)
    setSaving(outcome.ok ? (removes ? 'savedRemoving' : 'saved') : 'idle')
    if (outcome.ok) setDraft(toStorageDraft(outcome.value.storage))
    look()
  }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const limits = draft === null ? undefined : readStorage(draft)
    if (limits === undefined) return
    setSaving('looking')
    const preview = await connection.call('storage.preview', limits)
    setFailure(preview.ok ? null : preview.failure)
    setSaving('idle')
    if (!preview.ok) return
    if (preview.value.trades > 0) setAsked({ limits, preview: preview.value })
    else await save(limits, false)
  }
  const change = (patch: Partial<StorageDraft>): void => {
    if (draft !== null) setDraft({ ...draft, ...patch })
    setSaving('idle')
  }
  const shown = failure ?? unread
  return (
    <section className="settings-part">
      <h3>{t('storage.title')}</h3>
      {shown === null ? null : (
        <p className="settings-failure" role="alert">
          {t(`failure.${shown.code}`)} <span className="muted">{shown.message}</span>
        </p>
      )}
      {report === null ? (
        shown === null && <Message busy title={t('storage.loading')} />
      ) : (
        <StorageFigures report={report} />
      )}
      {draft === null ? null : (
        <form onSubmit={(event) => void submit(event)}>
          <TextRow
            label={t('storage.budget')}
            hint={t('storage.budgetHint')}
            problem={readBudget(draft.budget) === undefined ? t('storage.budgetWrong') : null}
            value={draft.budget}
            onChange={(budget) => change({ budget })}
          />
          <TextRow
            label={t('storage.keep')}
            hint={t('storage.keepHint')}
            problem={readDays(draft.keepDays) === undefined ? t('storage.keepWrong') : null}
            value={draft.keepDays}
            onChange={(keepDays) => change({ keepDays })}
          />
          {report === null ? null : (
            <StorageTable
              report={report}
              draft={draft}
              onDays={(market, days) => change({ markets: { ...draft.markets, [market]: days } })}
            />
          )}
          <div className="settings-save">
            <Button
              type="submit"
              tone="primary"
              disabled={readStorage(draft) === undefined || saving === 'looking'}
            >
              {t('storage.save')}
            </Button>
            <span role="status" className="muted">
              {saving === 'idle' ? '' : t(`storage.${saving}`)}
            </span>
          </div>
        </form>
      )}
      <RollOffQuestion
        preview={asked?.preview ?? null}
        onCancel={() => setAsked(null)}
        onRemove={() => {
          if (asked !== null) void save(asked.limits, true)
        }}
      />
    </section>
  )
}

interface Looked {
  readonly report: StorageReport | null
  readonly failure: Failure | null
  /** Looks again now. */
  readonly look: () => void
}

/** Asks now and then, as long as somebody looks. */
function useReport(): Looked {
  const { connection } = useDesk()
  const [report, setReport] = useState<StorageReport | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks at once
  useEffect(() => {
    const abort = new AbortController()
    const look = (): void =>
      void connection.call('storage.report', {}, abort.signal).then((outcome) => {
        if (abort.signal.aborted) return
        setFailure(outcome.ok ? null : outcome.failure)
        if (outcome.ok) setReport(outcome.value)
      })
    look()
    const timer = setInterval(look, LOOK_EVERY_MS)
    return () => {
      abort.abort()
      clearInterval(timer)
    }
  }, [connection, round])
  return { report, failure, look: () => setRound((n) => n + 1) }
}
