import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { DASH } from '../../i18n/format.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import {
  CAP_NAMES,
  CAPS,
  type CapName,
  type CapsDraft,
  readCap,
  readCaps,
  toCapsDraft,
} from './load-model.ts'
import { TextRow } from './text-row.tsx'

/** How much of the computer the recorder may use: kept by the engine, saved on purpose. */
export function Load() {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const [draft, setDraft] = useState<CapsDraft | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [said, setSaid] = useState('')
  useEffect(() => {
    const abort = new AbortController()
    void connection.call('settings.get', {}, abort.signal).then((outcome) => {
      if (abort.signal.aborted) return
      if (outcome.ok) setDraft(toCapsDraft(outcome.value))
      else setFailure(outcome.failure)
    })
    return () => abort.abort()
  }, [connection])
  const load = draft === null ? undefined : readCaps(draft)
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (load === undefined) return
    setSaid(t('settings.saving'))
    const outcome = await connection.call('settings.set', { load })
    setFailure(outcome.ok ? null : outcome.failure)
    setSaid(outcome.ok ? t('settings.saved') : '')
    if (outcome.ok) setDraft(toCapsDraft(outcome.value))
  }
  const change = (name: CapName, value: string): void => {
    if (draft !== null) setDraft({ ...draft, [name]: value })
    setSaid('')
  }
  return (
    <section className="settings-part">
      <h3>{t('load.title')}</h3>
      {failure === null ? null : (
        <p className="settings-failure" role="alert">
          {t(`failure.${failure.code}`)} <span className="muted">{failure.message}</span>
        </p>
      )}
      {draft === null ? (
        failure === null && <Message busy title={t('settings.loading')} />
      ) : (
        <form onSubmit={(event) => void save(event)}>
          {CAP_NAMES.map((cap) => (
            <CapRow key={cap} cap={cap} draft={draft} onChange={change} />
          ))}
          <p className="settings-hint">{t('load.counted')}</p>
          <div className="settings-save">
            <Button type="submit" tone="primary" disabled={load === undefined}>
              {t('settings.save')}
            </Button>
            <span role="status" className="muted">
              {said}
            </span>
          </div>
        </form>
      )}
    </section>
  )
}

interface CapRowProps {
  readonly cap: CapName
  readonly draft: CapsDraft
  readonly onChange: (cap: CapName, value: string) => void
}

function CapRow({ cap, draft, onChange }: CapRowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useSession(({ engine }) => engine?.load)
  const [least, most] = CAPS[cap]
  const wrong = readCap(cap, draft[cap]) === undefined
  const words =
    cap === 'cpuPercent'
      ? {
          label: t('load.cpu'),
          hint: t('load.cpuHint', { now: now === undefined ? DASH : format.percent(now.cpu) }),
        }
      : {
          label: t('load.memory'),
          hint: t('load.memoryHint', { now: format.bytes(now?.rssBytes ?? null) }),
        }
  return (
    <TextRow
      {...words}
      problem={
        wrong ? t('load.wrong', { least: format.count(least), most: format.count(most) }) : null
      }
      value={draft[cap]}
      onChange={(value) => onChange(cap, value)}
    />
  )
}
