import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KindSettings } from '../../../shared/contract/analysis.ts'
import { ANALYSES, type AnalysisKind } from '../../../shared/domain/analysis.ts'
import type { Outcome } from '../../../shared/domain/outcome.ts'
import { useDesk } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { Button } from '../../ui/button.tsx'
import { type AnalysisDraft, isModel } from './analysis-model.ts'

export interface AnalysisModelsProps {
  readonly draft: AnalysisDraft
  readonly onChange: (draft: AnalysisDraft) => void
}

/** Which analyses are on, and which model answers each; names from the provider's list, or typed. */
export function AnalysisModels({ draft, onChange }: AnalysisModelsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { connection } = useDesk()
  const [busy, setBusy] = useState(false)
  const [listed, setListed] = useState<Outcome<readonly string[]> | null>(null)
  const list = useId()
  const fetchList = async (): Promise<void> => {
    setBusy(true)
    const outcome = await connection.call('analysis.models', {})
    setBusy(false)
    setListed(outcome)
  }
  const set = (kind: AnalysisKind, next: KindSettings): void =>
    onChange({ ...draft, kinds: { ...draft.kinds, [kind]: next } })
  return (
    <fieldset className="analysis-models">
      <legend>{t('analysisSet.analyses')}</legend>
      {ANALYSES.map((kind) => (
        <KindRow
          key={kind}
          kind={kind}
          settings={draft.kinds[kind]}
          list={list}
          onChange={(next) => set(kind, next)}
        />
      ))}
      <datalist id={list}>
        {listed?.ok === true
          ? listed.value.map((name) => <option key={name} value={name} />)
          : null}
      </datalist>
      <div className="settings-save">
        <Button size="small" icon="refresh" disabled={busy} onClick={() => void fetchList()}>
          {t('analysisSet.fetch')}
        </Button>
        <span role="status" className={listed?.ok === false ? 'settings-failure' : 'muted'}>
          {busy
            ? t('analysisSet.fetching')
            : listed === null
              ? t('analysisSet.fetchHint')
              : listed.ok
                ? t('analysisSet.fetched', { n: format.count(listed.value.length) })
                : `${t(`failure.${listed.failure.code}`)} ${listed.failure.message}`}
        </span>
      </div>
    </fieldset>
  )
}

interface KindRowProps {
  readonly kind: AnalysisKind
  readonly settings: KindSettings
  /** Id of the list of names. */
  readonly list: string
  readonly onChange: (settings: KindSettings) => void
}

function KindRow({ kind, settings, list, onChange }: KindRowProps) {
  const { t } = useTranslation()
  const name = t(`analysis.kind.${kind}`)
  const wrong = !isModel(settings.model.trim())
  const id = useId()
  return (
    <div className="analysis-kind">
      <label>
        <input
          type="checkbox"
          checked={settings.on}
          onChange={(event) => onChange({ ...settings, on: event.target.checked })}
        />
        {name}
      </label>
      <input
        className="field"
        list={list}
        aria-label={t('analysisSet.modelOf', { kind: name })}
        autoComplete="off"
        spellCheck={false}
        value={settings.model}
        aria-invalid={wrong}
        aria-describedby={wrong ? id : undefined}
        onChange={(event) => onChange({ ...settings, model: event.target.value })}
      />
      {wrong ? (
        <span className="settings-hint" data-wrong="true" id={id}>
          {t('analysisSet.modelWrong')}
        </span>
      ) : null}
    </div>
  )
}
