import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeliverySettings } from '../../../shared/contract/alerts.ts'
import { useDesk } from '../../binding/desk.ts'
import { Segments } from '../../ui/segments.tsx'
import { CHANNELS, type EditFault, type EditForm, SEVERITIES } from './model.ts'
import { ScheduleFields } from './schedule-fields.tsx'

export interface TellFieldsProps {
  readonly form: EditForm
  readonly faults: ReadonlySet<EditFault>
  readonly onChange: (patch: Partial<EditForm>) => void
}

/** How grave it is, how often it may fire, when, until when, and by which ways it tells. */
export function TellFields({ form, faults, onChange }: TellFieldsProps) {
  const { t } = useTranslation()
  const id = useId()
  const text = (name: 'cooldown' | 'hysteresis', hint: string) => (
    <label className="alert-field" htmlFor={`${id}-${name}`}>
      <span>{t(`alertEdit.${name}`)}</span>
      <input
        id={`${id}-${name}`}
        className="field"
        value={form[name]}
        title={hint}
        aria-description={hint}
        aria-invalid={faults.has(name)}
        onChange={(event) => onChange({ [name]: event.target.value })}
      />
    </label>
  )
  return (
    <section className="alert-tell" aria-label={t('alertEdit.aside')}>
      <h4>{t('alertEdit.aside')}</h4>
      <div className="alert-line">
        <div className="alert-field">
          <span>{t('alerts.severity')}</span>
          <Segments
            label={t('alerts.severity')}
            value={form.severity}
            options={SEVERITIES.map((value) => ({ value, text: t(`alerts.severities.${value}`) }))}
            onChange={(severity) => onChange({ severity })}
          />
        </div>
        <div className="alert-field">
          <span>{t('alertEdit.rearm')}</span>
          <Segments
            label={t('alertEdit.rearm')}
            value={form.rearm}
            options={(['auto', 'once'] as const).map((value) => ({
              value,
              text: t(`alertEdit.rearms.${value}`),
            }))}
            onChange={(rearm) => onChange({ rearm })}
          />
        </div>
      </div>
      <div className="alert-line">
        {text('cooldown', t('alertEdit.cooldownHint'))}
        {text('hysteresis', t('alertEdit.hysteresisHint'))}
        <label className="alert-field" htmlFor={`${id}-expires`}>
          <span>{t('alertEdit.expires')}</span>
          <input
            id={`${id}-expires`}
            className="field alert-calendar"
            type="datetime-local"
            step="1"
            value={form.expires}
            title={t('alertEdit.expiresHint')}
            aria-description={t('alertEdit.expiresHint')}
            aria-invalid={faults.has('expires')}
            onChange={(event) => onChange({ expires: event.target.value })}
          />
        </label>
      </div>
      <ScheduleFields
        schedule={form.schedule}
        wrongZone={faults.has('zone')}
        onChange={(schedule) => onChange({ schedule })}
      />
      <Channels form={form} onChange={onChange} />
    </section>
  )
}

function Channels({ form, onChange }: Omit<TellFieldsProps, 'faults'>) {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const [settings, setSettings] = useState<DeliverySettings | null>(null)
  useEffect(() => {
    let gone = false
    void connection.call('alerts.delivery', {}).then((outcome) => {
      if (!gone && outcome.ok) setSettings(outcome.value)
    })
    return () => {
      gone = true
    }
  }, [connection])
  const isSet = {
    desktop: true,
    webhook: settings?.webhook.host,
    telegram: settings?.telegram.host,
  }
  return (
    <fieldset className="alert-channels">
      <legend>{t('alertEdit.channels')}</legend>
      {CHANNELS.map((channel) => (
        <label key={channel}>
          <input
            type="checkbox"
            checked={form.channels.includes(channel)}
            onChange={() =>
              onChange({
                channels: CHANNELS.filter(
                  (each) => form.channels.includes(each) !== (each === channel),
                ),
              })
            }
          />
          {t(`alertEdit.channel.${channel}`)}
          {settings !== null && isSet[channel] === null ? (
            <span className="muted">({t('alertEdit.noAddress')})</span>
          ) : null}
        </label>
      ))}
    </fieldset>
  )
}
