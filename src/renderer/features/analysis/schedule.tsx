import { type FormEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnalysisSettings, AnalysisStatus } from '../../../shared/contract/analysis.ts'
import { ANALYSES } from '../../../shared/domain/analysis.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import {
  isSecondsWrong,
  isTradesWrong,
  readSchedule,
  type ScheduleDraft,
  SECONDS,
  TRADES,
  toScheduleDraft,
} from './schedule-model.ts'

export interface ScheduleProps {
  readonly market: MarketId
  readonly status: AnalysisStatus
}

/** When the analyses of a market run by themselves, in words, and a button to change it. */
export function Schedule({ market, status }: ScheduleProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <div className="analysis-schedule">
      <span className="muted">
        <ScheduleWords settings={status.settings} market={market} />
      </span>
      <Button size="small" icon="clock" onClick={() => setOpen(true)}>
        {t('schedule.change')}
      </Button>
      {open ? (
        <ScheduleDialog market={market} settings={status.settings} onClose={() => setOpen(false)} />
      ) : null}
    </div>
  )
}

interface WordsProps {
  readonly settings: AnalysisSettings
  readonly market: MarketId
}

function ScheduleWords({ settings, market }: WordsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const schedule = settings.schedules[market]
  if (schedule === undefined || schedule.kinds.length === 0) return t('schedule.none')
  const { everyMs, everyTrades, onAlert } = schedule
  const parts = [
    ...(everyMs === null ? [] : [t('schedule.everySaid', { span: format.span(everyMs) })]),
    ...(everyTrades === null ? [] : [t('schedule.tradesSaid', { n: format.count(everyTrades) })]),
    ...(onAlert ? [t('schedule.alertSaid')] : []),
  ]
  return parts.length === 0 ? t('schedule.none') : parts.join(' · ')
}

interface DialogProps {
  readonly market: MarketId
  readonly settings: AnalysisSettings
  readonly onClose: () => void
}

function ScheduleDialog({ market, settings, onClose }: DialogProps) {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const [draft, setDraft] = useState(() => toScheduleDraft(settings.schedules[market]))
  const [failure, setFailure] = useState<Failure | null>(null)
  const schedule = readSchedule(draft)
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (schedule === undefined) return
    const { [market]: _, ...others } = settings.schedules
    const schedules = schedule === null ? others : { ...others, [market]: schedule }
    const outcome = await connection.call('analysis.configure', { schedules })
    if (outcome.ok) onClose()
    else setFailure(outcome.failure)
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('schedule.title', { market })}
      closeLabel={t('app.close')}
    >
      <form className="schedule-form" onSubmit={(event) => void save(event)}>
        {failure === null ? null : (
          <p className="settings-failure" role="alert">
            {t(`failure.${failure.code}`)} <span className="muted">{failure.message}</span>
          </p>
        )}
        <Kinds draft={draft} settings={settings} onChange={setDraft} />
        <Occasions draft={draft} onChange={setDraft} />
        <p className="settings-hint">{t('schedule.cost')}</p>
        <div className="settings-save">
          <Button type="submit" tone="primary" disabled={schedule === undefined}>
            {t('settings.save')}
          </Button>
          <Button onClick={onClose}>{t('app.close')}</Button>
          <span className="muted" role="status">
            {schedule === null ? t('schedule.none') : ''}
          </span>
        </div>
      </form>
    </Dialog>
  )
}

interface FieldsProps {
  readonly draft: ScheduleDraft
  readonly onChange: (draft: ScheduleDraft) => void
}

function Kinds(props: FieldsProps & { readonly settings: AnalysisSettings }) {
  const { draft, settings, onChange } = props
  const { t } = useTranslation()
  return (
    <fieldset>
      <legend>{t('schedule.which')}</legend>
      {ANALYSES.map((kind) => (
        <label key={kind} className="schedule-check">
          <input
            type="checkbox"
            checked={draft.kinds.includes(kind)}
            onChange={(event) =>
              onChange({
                ...draft,
                kinds: event.target.checked
                  ? [...draft.kinds, kind]
                  : draft.kinds.filter((each) => each !== kind),
              })
            }
          />
          {t(`analysis.kind.${kind}`)}
          {settings.kinds[kind].on ? null : (
            <span className="muted">{t('schedule.switchedOff')}</span>
          )}
        </label>
      ))}
    </fieldset>
  )
}

function Occasions({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation()
  return (
    <fieldset>
      <legend>{t('schedule.when')}</legend>
      <Occasion
        label={t('schedule.every')}
        unit={t('schedule.seconds')}
        on={draft.byTime}
        value={draft.seconds}
        wrong={isSecondsWrong(draft)}
        limits={SECONDS}
        onOn={(byTime) => onChange({ ...draft, byTime })}
        onValue={(seconds) => onChange({ ...draft, seconds })}
      />
      <Occasion
        label={t('schedule.every')}
        unit={t('schedule.trades')}
        on={draft.byTrades}
        value={draft.trades}
        wrong={isTradesWrong(draft)}
        limits={TRADES}
        onOn={(byTrades) => onChange({ ...draft, byTrades })}
        onValue={(trades) => onChange({ ...draft, trades })}
      />
      <label className="schedule-check">
        <input
          type="checkbox"
          checked={draft.onAlert}
          onChange={(event) => onChange({ ...draft, onAlert: event.target.checked })}
        />
        {t('schedule.onAlert')}
      </label>
    </fieldset>
  )
}

interface OccasionProps {
  readonly label: string
  readonly unit: string
  readonly on: boolean
  readonly value: string
  readonly wrong: boolean
  readonly limits: readonly [number, number]
  readonly onOn: (on: boolean) => void
  readonly onValue: (value: string) => void
}

function Occasion({ label, unit, on, value, wrong, limits, onOn, onValue }: OccasionProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const id = useId()
  const name = `${label} … ${unit}`
  return (
    <div className="schedule-check">
      <input
        type="checkbox"
        aria-label={name}
        checked={on}
        onChange={(event) => onOn(event.target.checked)}
      />
      <span aria-hidden="true">{label}</span>
      <input
        className="field"
        inputMode="numeric"
        aria-label={name}
        value={value}
        disabled={!on}
        aria-invalid={wrong}
        aria-describedby={wrong ? id : undefined}
        onChange={(event) => onValue(event.target.value)}
      />
      <span aria-hidden="true">{unit}</span>
      {wrong ? (
        <span className="settings-hint" data-wrong="true" id={id} role="alert">
          {t('settings.range', {
            least: format.count(limits[0]),
            most: format.count(limits[1]),
          })}
        </span>
      ) : null}
    </div>
  )
}
