import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import {
  type ExportRequest,
  type FileFormat,
  MOST_EXPORT_MARKETS,
} from '../../../shared/contract/export.ts'
import type { StorageReport } from '../../../shared/contract/storage.ts'
import type { MarketId } from '../../../shared/domain/market.ts'
import type { EpochMs, TimeRange } from '../../../shared/domain/time.ts'
import { useDesk, useEngineNow, useSession, useView } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { HOUR, lastOf } from '../../state/span.ts'
import { fromField, spanFault } from '../../state/wall-field.ts'
import { Button } from '../../ui/button.tsx'
import { Choices } from '../../ui/choices.tsx'
import { type Estimate, useEstimate, useKept } from './estimate.ts'
import { fieldsOf, rolledOffIn, roughly } from './model.ts'

/** What most people want comes first. */
const FORMATS = ['csv', 'parquet', 'ndjson'] as const satisfies readonly FileFormat[]

interface Form {
  readonly markets: readonly MarketId[]
  readonly from: string
  readonly to: string
  readonly format: FileFormat
}

interface PartProps {
  readonly form: Form
  readonly onChange: (patch: Partial<Form>) => void
}

export interface ExportFormProps {
  /** One is under way: another has to wait. */
  readonly running: boolean
  readonly onStart: (request: ExportRequest) => void
}

/** What is to be exported; it begins with what the history shows. */
export function ExportForm({ running, onStart }: ExportFormProps) {
  const { t } = useTranslation()
  const now = useEngineNow()
  const connected = useSession(({ connection: { phase } }) => phase === 'connected')
  const [form, setForm] = useForm()
  const kept = useKept()
  const [from, to] = [fromField(form.from), fromField(form.to)]
  const fault = spanFault(from, to, now)
  const stretch = fault === null && from !== null && to !== null ? { from, to } : null
  const estimate = useEstimate(form.markets, stretch, kept)
  const [few, many] = [form.markets.length === 0, form.markets.length > MOST_EXPORT_MARKETS]
  const request = stretch === null || few || many ? null : { ...form, ...stretch }
  const change = (patch: Partial<Form>): void => setForm({ ...form, ...patch })
  return (
    <form
      className="export-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (request !== null && !running) onStart(request)
      }}
    >
      <p className="muted">{t('export.what')}</p>
      <Markets form={form} kept={kept} onChange={change} />
      <Times form={form} fault={fault} onChange={change} />
      <Formats form={form} onChange={change} />
      <div className="export-about">
        {few ? <p className="export-fault">{t('export.needMarket')}</p> : null}
        {many ? (
          <p className="export-fault">{t('export.tooMany', { n: MOST_EXPORT_MARKETS })}</p>
        ) : null}
        {stretch === null || few || many ? null : (
          <About markets={form.markets} stretch={stretch} kept={kept} estimate={estimate} />
        )}
      </div>
      <div className="export-line">
        <Button
          type="submit"
          tone="primary"
          icon="export"
          disabled={!connected || running || request === null}
        >
          {t('export.start')}
        </Button>
        {running ? <span className="muted">{t('export.oneAtATime')}</span> : null}
      </div>
    </form>
  )
}

function useForm() {
  const { history, session } = useDesk()
  const now = useEngineNow()
  const live = useView()?.market
  const { markets, span } = useStore(history)
  return useState<Form>(() => ({
    markets: markets.length > 0 ? markets : live === undefined ? [] : [live],
    format: session.getState().exports?.finished[0]?.request.format ?? 'csv',
    ...fieldsOf(span ?? lastOf(HOUR, now), now),
  }))
}

function Markets({
  form,
  kept,
  onChange,
}: PartProps & { readonly kept: StorageReport['markets'] | null }) {
  const { t } = useTranslation()
  const summaries = useSession((session) => session.summaries) ?? []
  const known = [...form.markets, ...[...summaries, ...(kept ?? [])].map(({ market }) => market)]
  // Those that are looked at come first; the order stays while they are chosen.
  const [shown] = useState(form.markets)
  const all = [...new Set([...shown, ...known])]
  return (
    <fieldset className="export-group">
      <legend>{t('export.markets')}</legend>
      <div className="export-markets">
        <Choices all={all} chosen={form.markets} onChange={(markets) => onChange({ markets })} />
      </div>
    </fieldset>
  )
}

function Times({
  form,
  fault,
  onChange,
}: PartProps & { readonly fault: ReturnType<typeof spanFault> }) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className="export-line">
      {(['from', 'to'] as const).map((name) => (
        <label className="export-field" key={name} htmlFor={`${id}-${name}`}>
          <span>{t(`history.${name}`)}</span>
          <input
            id={`${id}-${name}`}
            className="field"
            type="datetime-local"
            step="1"
            value={form[name]}
            aria-invalid={fault !== null}
            aria-describedby={fault === null ? undefined : `${id}-fault`}
            onChange={(event) => onChange({ [name]: event.target.value })}
          />
        </label>
      ))}
      {fault === null ? null : (
        <span className="export-fault" id={`${id}-fault`} role="alert">
          {t(`history.fault.${fault}`)}
        </span>
      )}
    </div>
  )
}

function Formats({ form, onChange }: PartProps) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <fieldset className="export-group export-formats">
      <legend>{t('export.format')}</legend>
      {FORMATS.map((format) => (
        <label key={format}>
          <input
            type="radio"
            name={id}
            value={format}
            checked={form.format === format}
            aria-describedby={`${id}-${format}`}
            onChange={() => onChange({ format })}
          />
          <span>
            {t(`export.name.${format}`)}
            <span className="export-for" id={`${id}-${format}`}>
              {t(`export.for.${format}`)}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

interface AboutProps {
  readonly markets: readonly MarketId[]
  readonly stretch: TimeRange
  readonly kept: StorageReport['markets'] | null
  readonly estimate: Estimate
}

/** How much it is, and what of it is there no more. */
function About({ markets, stretch, kept, estimate }: AboutProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const gone = rolledOffIn(markets, stretch.from, kept ?? [])
  const at = (time: EpochMs): string => format.dateTime(time)
  return (
    <>
      <p role="status">
        {estimate === 'unknown'
          ? null
          : estimate === 'counting'
            ? t('export.counting')
            : estimate === 0
              ? t('export.aboutNone')
              : t('export.about', { trades: format.count(roughly(estimate)) })}
      </p>
      {gone.map((each) => (
        <p className="export-gone" key={each.market}>
          {t('export.rolledOff', { market: each.market, at: at(each.at) })}
        </p>
      ))}
    </>
  )
}
