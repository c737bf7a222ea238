import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parseCondition } from '../../../shared/alerts/parse.ts'
import { printCondition } from '../../../shared/alerts/print.ts'
import type { AlertView } from '../../../shared/contract/alerts.ts'
import type { Condition } from '../../../shared/domain/alert.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession, useView } from '../../binding/desk.ts'
import { Button } from '../../ui/button.tsx'
import { ConditionForm } from './condition-form.tsx'
import { ExpressionField } from './expression-field.tsx'
import { draftOf, type EditForm, faultsOf, firstExpression, formOf } from './model.ts'
import { Rehearsal } from './rehearsal.tsx'
import { TellFields } from './tell-fields.tsx'
import './editor.css'

export interface EditorProps {
  /** Null: a new one. */
  readonly alert: AlertView | null
  readonly onClose: () => void
}

/** One alert: condition as form and as expression, how it tells, and a rehearsal. */
export function Editor({ alert, onClose }: EditorProps) {
  const { t } = useTranslation()
  const [form, setForm] = useState<EditForm>(() => formOf(alert, t('alertEdit.defaultName')))
  const { text, condition, stale, problem, write, choose } = useExpression(alert)
  const faults = faultsOf(form)
  const good = problem === null && faults.size === 0
  const change = (patch: Partial<EditForm>): void => setForm({ ...form, ...patch })
  const draft = good ? draftOf(form, text) : null
  const { save, busy, failure } = useSave(alert, onClose)
  const id = useId()
  return (
    <form
      className="alert-edit"
      onSubmit={(event) => {
        event.preventDefault()
        if (draft !== null) void save(draft, false)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose()
      }}
    >
      <div className="alert-edit-head">
        <Button tone="plain" size="small" onClick={onClose}>
          ← {t('alertEdit.back')}
        </Button>
        <h3>
          {alert === null ? t('alertEdit.newTitle') : t('alertEdit.title', { name: alert.name })}
        </h3>
      </div>
      <div className="alert-edit-body">
        <div className="alert-edit-main">
          <label className="alert-field" data-width="long" htmlFor={`${id}-name`}>
            <span>{t('alerts.name')}</span>
            <input
              id={`${id}-name`}
              className="field"
              value={form.name}
              aria-invalid={faults.has('name')}
              // biome-ignore lint/a11y/noAutofocus: the reader has just asked for this form
              autoFocus
              onChange={(event) => change({ name: event.target.value })}
            />
          </label>
          <section aria-label={t('alerts.condition')} className="alert-cond">
            <h4>{t('alerts.condition')}</h4>
            <fieldset className="cond-whole" disabled={stale}>
              {condition === null ? null : (
                <ConditionForm condition={condition} onChange={choose} />
              )}
            </fieldset>
            <ExpressionField text={text} problem={problem} onChange={write} />
            {stale ? <p className="muted">{t('alertEdit.brokenForm')}</p> : null}
          </section>
          <TellFields form={form} faults={faults} onChange={change} />
          {failure === null ? null : (
            <p className="alert-fault" role="alert">
              {t('alertEdit.notSaved')} {t(`failure.${failure.code}`)} {failure.message}
            </p>
          )}
          <div className="alert-edit-go">
            <Button
              tone="primary"
              disabled={draft === null || busy}
              onClick={() => {
                if (draft !== null) void save(draft, true)
              }}
            >
              {t('alertEdit.saveArm')}
            </Button>
            <Button type="submit" disabled={draft === null || busy}>
              {t('alertEdit.save')}
            </Button>
            <Button tone="plain" onClick={onClose}>
              {t('alertEdit.cancel')}
            </Button>
            {faults.has('name') ? (
              <span className="alert-fault">{t('alertEdit.nameNeeded')}</span>
            ) : null}
          </div>
        </div>
        <Rehearsal draft={draft} />
      </div>
    </form>
  )
}

/** Text and condition, each following the other. A text that cannot be read leaves the form as it was. */
function useExpression(alert: AlertView | null) {
  const market = useView()?.market
  const summaries = useSession((session) => session.summaries) ?? []
  const [text, setText] = useState(() => {
    if (alert !== null) return alert.expr
    const first = market ?? summaries[0]?.market
    const price = summaries.find((each) => each.market === first)?.last ?? null
    return first === undefined ? '' : firstExpression(first, price)
  })
  const [chosen, setChosen] = useState<Condition | null>(null)
  const read = parseCondition(text)
  const problem = read.ok ? null : read.problem
  // What the form made may be out of bounds: then it can be mended in the form as well.
  const known = read.ok ? read.condition : chosen
  const last = useRef(known)
  if (known !== null) last.current = known
  return {
    text,
    /** The last one that could be read, so that the form keeps its place. */
    condition: last.current,
    stale: known === null,
    problem,
    write: (next: string): void => {
      setText(next)
      setChosen(null)
    },
    choose: (next: Condition): void => {
      setText(printCondition(next))
      setChosen(next)
    },
  }
}

function useSave(alert: AlertView | null, onSaved: () => void) {
  const { connection } = useDesk()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const save = async (draft: ReturnType<typeof draftOf>, arm: boolean): Promise<void> => {
    setBusy(true)
    setFailure(null)
    const id = alert === null ? {} : { id: alert.id }
    const saved = await connection.call('alerts.save', { ...id, draft })
    const armed =
      saved.ok && arm
        ? await connection.call('alerts.arm', { id: saved.value.id, armed: true })
        : saved
    setBusy(false)
    if (armed.ok) onSaved()
    else setFailure(armed.failure)
  }
  return { save, busy, failure }
}
