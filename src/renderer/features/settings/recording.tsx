import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import {
  type Draft,
  NUMBER_NAMES,
  NUMBERS,
  type NumberName,
  readDraft,
  readNumber,
  toDraft,
} from './model.ts'

type Saving = 'idle' | 'saving' | 'saved'

/** Settings that the engine keeps: saved on purpose, shown as the engine answers. */
export function Recording() {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const [draft, setDraft] = useState<Draft | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [saving, setSaving] = useState<Saving>('idle')
  useEffect(() => {
    const abort = new AbortController()
    void connection.call('settings.get', {}, abort.signal).then((outcome) => {
      if (abort.signal.aborted) return
      if (outcome.ok) setDraft(toDraft(outcome.value))
      else setFailure(outcome.failure)
    })
    return () => abort.abort()
  }, [connection])
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const patch = draft === null ? undefined : readDraft(draft)
    if (patch === undefined) return
    setSaving('saving')
    const outcome = await connection.call('settings.set', patch)
    setFailure(outcome.ok ? null : outcome.failure)
    setSaving(outcome.ok ? 'saved' : 'idle')
    if (outcome.ok) setDraft(toDraft(outcome.value))
  }
  return (
    <section className="settings-part">
      <h3>{t('settings.recording')}</h3>
      {failure === null ? null : (
        <p className="settings-failure" role="alert">
          {t(`failure.${failure.code}`)} <span className="muted">{failure.message}</span>
        </p>
      )}
      {draft === null ? (
        failure === null && <Message busy title={t('settings.loading')} />
      ) : (
        <form onSubmit={(event) => void save(event)}>
          {NUMBER_NAMES.map((name) => (
            <NumberField
              key={name}
              name={name}
              value={draft[name]}
              onChange={(value) => {
                setDraft({ ...draft, [name]: value })
                setSaving('idle')
              }}
            />
          ))}
          <div className="settings-save">
            <Button type="submit" tone="primary" disabled={readDraft(draft) === undefined}>
              {t('settings.save')}
            </Button>
            <span role="status" className="muted">
              {saving === 'idle' ? '' : t(`settings.${saving}`)}
            </span>
          </div>
        </form>
      )}
    </section>
  )
}

interface NumberFieldProps {
  readonly name: NumberName
  readonly value: string
  readonly onChange: (value: string) => void
}

const WORDS = {
  batchSize: ['settings.batchSize', 'settings.batchSizeHint'],
  batchMs: ['settings.batchMs', 'settings.batchMsHint'],
  latencyWindowSeconds: ['settings.latencyWindow', 'settings.latencyWindowHint'],
} as const

function NumberField({ name, value, onChange }: NumberFieldProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [title, hint] = WORDS[name]
  const [least, most] = NUMBERS[name]
  const wrong = readNumber(name, value) === undefined
  return (
    <div className="settings-row">
      <label htmlFor={`setting-${name}`}>
        {t(title)}
        <span className="settings-hint" id={`setting-${name}-hint`} data-wrong={wrong}>
          {wrong
            ? t('settings.range', { least: format.count(least), most: format.count(most) })
            : t(hint)}
        </span>
      </label>
      <input
        className="field"
        id={`setting-${name}`}
        inputMode="numeric"
        value={value}
        aria-invalid={wrong}
        aria-describedby={`setting-${name}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  )
}
