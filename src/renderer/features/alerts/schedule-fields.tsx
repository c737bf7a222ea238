import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schedule } from '../../../shared/domain/alert.ts'
import { usePreferences } from '../../binding/desk.ts'
import { fromClock, toClock } from './model.ts'

export interface ScheduleFieldsProps {
  readonly schedule: Schedule | null
  readonly wrongZone: boolean
  readonly onChange: (schedule: Schedule | null) => void
}

const DAYS = [1, 2, 3, 4, 5, 6, 0] as const
/** A Sunday. */
const SUNDAY = Date.UTC(2024, 0, 7)

const office = (): Schedule => ({
  days: [1, 2, 3, 4, 5],
  from: 8 * 60,
  to: 18 * 60,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
})

/** Hours of the week in which it may fire; without them always. */
export function ScheduleFields({ schedule, wrongZone, onChange }: ScheduleFieldsProps) {
  const { t } = useTranslation()
  return (
    <div className="alert-schedule">
      <label className="alert-check">
        <input
          type="checkbox"
          checked={schedule !== null}
          onChange={() => onChange(schedule === null ? office() : null)}
        />
        {t('alertEdit.schedule')}
      </label>
      {schedule === null ? null : (
        <Hours schedule={schedule} wrongZone={wrongZone} onChange={onChange} />
      )}
    </div>
  )
}

function Hours({
  schedule,
  wrongZone,
  onChange,
}: ScheduleFieldsProps & { readonly schedule: Schedule }) {
  const { t } = useTranslation()
  const language = usePreferences((preferences) => preferences.language)
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  const id = useId()
  const toggle = (day: number): void => {
    const days = schedule.days.includes(day)
      ? schedule.days.filter((each) => each !== day)
      : [...schedule.days, day].sort((a, b) => a - b)
    if (days.length > 0) onChange({ ...schedule, days })
  }
  return (
    <div className="alert-line">
      <fieldset className="alert-days">
        <legend>{t('alertEdit.days')}</legend>
        {DAYS.map((day) => (
          <label key={day}>
            <input
              type="checkbox"
              checked={schedule.days.includes(day)}
              onChange={() => toggle(day)}
            />
            {weekday.format(SUNDAY + day * 86_400_000)}
          </label>
        ))}
      </fieldset>
      {(['from', 'to'] as const).map((edge) => (
        <label className="alert-field" key={edge} htmlFor={`${id}-${edge}`}>
          <span>{t(`alertEdit.${edge}`)}</span>
          <input
            id={`${id}-${edge}`}
            className="field"
            type="time"
            value={toClock(schedule[edge])}
            onChange={(event) => {
              const minutes = fromClock(event.target.value)
              if (minutes !== undefined) onChange({ ...schedule, [edge]: minutes })
            }}
          />
        </label>
      ))}
      <label className="alert-field" htmlFor={`${id}-zone`}>
        <span>{t('alertEdit.zone')}</span>
        <input
          id={`${id}-zone`}
          className="field alert-zone"
          value={schedule.zone}
          spellCheck={false}
          aria-invalid={wrongZone}
          aria-describedby={wrongZone ? `${id}-bad` : undefined}
          onChange={(event) => onChange({ ...schedule, zone: event.target.value })}
        />
      </label>
      {wrongZone ? (
        <span className="alert-fault" id={`${id}-bad`}>
          {t('alertEdit.zoneBad')}
        </span>
      ) : null}
    </div>
  )
}
