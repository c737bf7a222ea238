import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AnalysisSettings, AnalysisStatus } from '../../../shared/contract/analysis.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { LANGUAGE_NAMES } from '../../i18n/i18n.ts'
import { LANGUAGES } from '../../state/preferences.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import { Segments } from '../../ui/segments.tsx'
import { AnalysisKey } from './analysis-key.tsx'
import {
  type AnalysisDraft,
  changedAnalysis,
  isAddress,
  NUMBER_NAMES,
  NUMBERS,
  type NumberName,
  PRESETS,
  readNumber,
  toAnalysisDraft,
  withPreset,
} from './analysis-model.ts'
import { AnalysisModels } from './analysis-models.tsx'
import { AnalysisPrices } from './analysis-prices.tsx'
import { TextRow } from './text-row.tsx'
import './analysis.css'

/** Who answers, with which key and models, and what may be spent: kept by the engine, saved on purpose. */
export function Analysis({ inView }: { readonly inView: boolean }) {
  const { t } = useTranslation()
  const status = useSession((session) => session.analysis)
  const part = useRef<HTMLElement>(null)
  const ready = status !== null
  useEffect(() => {
    const body = part.current?.closest('.dialog-body')
    if (!inView || !ready || part.current === null || !body) return
    // By hand: scrollIntoView would also move the dialog, which hides what does not fit.
    body.scrollTop += part.current.getBoundingClientRect().top - body.getBoundingClientRect().top
  }, [inView, ready])
  return (
    <section className="settings-part" ref={part}>
      <h3>{t('analysis.title')}</h3>
      <p className="settings-hint">{t('analysisSet.nothing')}</p>
      {status === null ? <Message busy title={t('settings.loading')} /> : <Form status={status} />}
    </section>
  )
}

function Form({ status }: { readonly status: AnalysisStatus }) {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const [saved, setSaved] = useState(() => toAnalysisDraft(status.settings))
  const [draft, setDraft] = useState(saved)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [said, setSaid] = useState('')
  const patch = changedAnalysis(saved, draft)
  const take = (settings: AnalysisSettings): void => {
    setSaved(toAnalysisDraft(settings))
    setDraft(toAnalysisDraft(settings))
  }
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (patch === undefined) return
    setSaid(t('settings.saving'))
    const outcome = await connection.call('analysis.configure', patch)
    setFailure(outcome.ok ? null : outcome.failure)
    setSaid(outcome.ok ? t('settings.saved') : '')
    if (outcome.ok) take(outcome.value)
  }
  const change = (next: AnalysisDraft): void => {
    setDraft(next)
    setSaid('')
  }
  return (
    <>
      {failure === null ? null : (
        <p className="settings-failure" role="alert">
          {t(`failure.${failure.code}`)} <span className="muted">{failure.message}</span>
        </p>
      )}
      <form onSubmit={(event) => void save(event)}>
        <Provider draft={draft} onChange={change} />
        <AnalysisKey
          state={status.key}
          host={hostOf(status.settings.baseUrl)}
          moved={draft.baseUrl.trim() !== status.settings.baseUrl}
        />
        <AnalysisModels draft={draft} onChange={change} />
        <AnswerLanguage draft={draft} onChange={change} />
        {NUMBER_NAMES.map((name) => (
          <NumberRow key={name} name={name} draft={draft} onChange={change} />
        ))}
        <AnalysisPrices prices={draft.prices} onChange={(prices) => change({ ...draft, prices })} />
        <div className="settings-save">
          <Button type="submit" tone="primary" disabled={patch === undefined}>
            {t('settings.save')}
          </Button>
          <span role="status" className="muted">
            {said}
          </span>
        </div>
      </form>
    </>
  )
}

/** The host of an address, as it is shown; never used to send anything. */
const hostOf = (address: string): string => /^https?:\/\/([^/]+)/.exec(address)?.[1] ?? address

interface FieldsProps {
  readonly draft: AnalysisDraft
  readonly onChange: (draft: AnalysisDraft) => void
}

function Provider({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation()
  return (
    <>
      <div className="settings-row">
        <span>{t('analysisSet.provider')}</span>
        <Segments
          label={t('analysisSet.provider')}
          value={draft.preset}
          options={PRESETS.map((value) => ({ value, text: t(`analysisSet.preset.${value}`) }))}
          onChange={(preset) => onChange(withPreset(draft, preset))}
        />
      </div>
      <TextRow
        label={t('analysisSet.address')}
        hint={t('analysisSet.addressHint')}
        problem={isAddress(draft.baseUrl.trim()) ? null : t('analysisSet.addressWrong')}
        value={draft.baseUrl}
        wide
        onChange={(baseUrl) => onChange({ ...draft, preset: 'other', baseUrl })}
      />
    </>
  )
}

/** A list, not the buttons of the screen's language above: nobody shall take one for the other. */
function AnswerLanguage({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className="settings-row">
      <label htmlFor={id}>
        {t('analysisSet.language')}
        <span className="settings-hint" id={`${id}-hint`}>
          {t('analysisSet.languageHint')}
        </span>
      </label>
      <select
        className="select"
        id={id}
        aria-describedby={`${id}-hint`}
        value={draft.language}
        onChange={({ target }) => {
          const language = LANGUAGES.find((each) => each === target.value)
          if (language !== undefined) onChange({ ...draft, language })
        }}
      >
        {LANGUAGES.map((each) => (
          <option key={each} value={each}>
            {LANGUAGE_NAMES[each]}
          </option>
        ))}
      </select>
    </div>
  )
}

function NumberRow(props: FieldsProps & { readonly name: NumberName }) {
  const { name, draft, onChange } = props
  const { t } = useTranslation()
  const format = useFormat()
  const { least, most, optional } = NUMBERS[name]
  const value = draft.numbers[name]
  const range = t('analysisSet.range', { least: format.figure(least), most: format.figure(most) })
  return (
    <TextRow
      label={t(`analysisSet.number.${name}`)}
      hint={optional ? t('analysisSet.noLimit') : range}
      problem={readNumber(name, value) === undefined ? range : null}
      value={value}
      onChange={(typed) => onChange({ ...draft, numbers: { ...draft.numbers, [name]: typed } })}
    />
  )
}
