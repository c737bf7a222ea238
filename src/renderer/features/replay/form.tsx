import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { useAct, useDesk, useEngineNow, useSession, useView } from '../../binding/desk.ts'
import { HOUR, lastOf } from '../../state/span.ts'
import { fromField, spanFault, toField } from '../../state/wall-field.ts'
import { Button } from '../../ui/button.tsx'
import { Choices } from '../../ui/choices.tsx'
import { Segments } from '../../ui/segments.tsx'
import { badFields, FIRST_FORM, type ReplayForm, requestOf } from './model.ts'

interface PartProps {
  readonly form: ReplayForm
  readonly onChange: (patch: Partial<ReplayForm>) => void
}

/** What is to be played; it begins with what the history shows. */
export function ReplayStart() {
  const { t } = useTranslation()
  const { act, busy } = useAct()
  const now = useEngineNow()
  const [form, setForm] = useForm()
  const [from, to] = [fromField(form.from), fromField(form.to)]
  const fault = spanFault(from, to, now)
  const bad = badFields(form)
  const good = fault === null && bad.size === 0 && form.markets.length > 0
  const change = (patch: Partial<ReplayForm>): void => setForm({ ...form, ...patch })
  return (
    <form
      className="replay-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (good && from !== null && to !== null) act('replay.start', requestOf(form, from, to))
      }}
    >
      <p className="muted replay-what">{t('replay.what')}</p>
      <Markets form={form} onChange={change} />
      <div className="replay-line">
        <TimeField name="from" form={form} onChange={change} fault={fault !== null} />
        <TimeField name="to" form={form} onChange={change} fault={fault !== null} />
        {fault === null ? null : (
          <span className="replay-fault" role="alert">
            {t(`history.fault.${fault}`)}
          </span>
        )}
      </div>
      <div className="replay-field">
        <span className="muted">{t('replay.order')}</span>
        <Segments
          label={t('replay.order')}
          value={form.order}
          options={[
            { value: 'received', text: t('replay.received') },
            { value: 'exchange', text: t('replay.exchange') },
          ]}
          onChange={(order) => change({ order })}
        />
        <span className="muted">{t(`replay.${form.order}Long`)}</span>
      </div>
      <label className="replay-check">
        <input
          type="checkbox"
          checked={form.alerts}
          onChange={() => change({ alerts: !form.alerts })}
        />
        {t('replay.alerts')}
      </label>
      <Faults form={form} onChange={change} bad={bad} />
      <div className="replay-line">
        <Button type="submit" tone="primary" disabled={busy || !good}>
          {t('replay.load')}
        </Button>
        {form.markets.length === 0 ? (
          <span className="replay-fault">{t('replay.needMarket')}</span>
        ) : null}
      </div>
    </form>
  )
}

function useForm() {
  const { history } = useDesk()
  const now = useEngineNow()
  const live = useView()?.market
  const { markets, span } = useStore(history)
  return useState<ReplayForm>(() => {
    const { from, to } = span ?? lastOf(HOUR, now)
    const first = markets.length > 0 ? markets : live === undefined ? [] : [live]
    // Half a second is not to be lost at the edges: the fields know whole seconds.
    const [begin, end] = [toField(from), toField(Math.min(to, now))]
    return { ...FIRST_FORM, markets: first, from: begin, to: end }
  })
}

function Markets({ form, onChange }: PartProps) {
  const { t } = useTranslation()
  const summaries = useSession((session) => session.summaries) ?? []
  const known = summaries.map(({ market }) => market)
  const all = [...new Set([...known, ...form.markets])]
  return (
    <fieldset className="replay-markets">
      <legend className="muted">{t('replay.markets')}</legend>
      <Choices all={all} chosen={form.markets} onChange={(markets) => onChange({ markets })} />
    </fieldset>
  )
}

function TimeField({
  name,
  form,
  onChange,
  fault,
}: PartProps & { readonly name: 'from' | 'to'; readonly fault: boolean }) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <label className="replay-field" htmlFor={id}>
      <span className="muted">{t(`history.${name}`)}</span>
      <input
        id={id}
        className="field"
        type="datetime-local"
        step="1"
        value={form[name]}
        aria-invalid={fault}
        onChange={(event) => onChange({ [name]: event.target.value })}
      />
    </label>
  )
}

function Faults({
  form,
  onChange,
  bad,
}: PartProps & { readonly bad: ReturnType<typeof badFields> }) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <details className="replay-faults">
      <summary>{t('replay.faults')}</summary>
      <p className="muted">{t('replay.faultsWhy')}</p>
      <div className="replay-line">
        {(['drop', 'delay', 'skew', 'seed'] as const).map((name) => (
          <label className="replay-field" key={name} htmlFor={`${id}-${name}`}>
            <span className="muted">{t(`replay.${name}`)}</span>
            <input
              id={`${id}-${name}`}
              className="field replay-number"
              inputMode="decimal"
              value={form[name]}
              aria-invalid={bad.has(name)}
              title={bad.has(name) ? t('replay.badNumber') : undefined}
              onChange={(event) => onChange({ [name]: event.target.value })}
            />
          </label>
        ))}
      </div>
      {bad.size > 0 ? <p className="replay-fault">{t('replay.badNumber')}</p> : null}
    </details>
  )
}
