import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KeyState } from '../../../shared/contract/analysis.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk } from '../../binding/desk.ts'
import { Button } from '../../ui/button.tsx'
import { readKey } from './analysis-model.ts'
import { TextRow } from './text-row.tsx'

export interface AnalysisKeyProps {
  readonly state: KeyState
  /** The host that the key is for. */
  readonly host: string
  /** Another address is typed and not saved: the key would be kept for the wrong one. */
  readonly moved: boolean
}

/** The key can be written and forgotten, never read: the field is empty as soon as it is kept. */
export function AnalysisKey({ state, host, moved }: AnalysisKeyProps) {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const [typed, setTyped] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [said, setSaid] = useState('')
  const key = readKey(typed)
  const keep = async (value: string): Promise<void> => {
    const outcome = await connection.call('analysis.key', { key: value })
    setFailure(outcome.ok ? null : outcome.failure)
    if (!outcome.ok) return setSaid('')
    setTyped('')
    setSaid(t(`analysisSet.keySaid.${outcome.value}`))
  }
  // It stands inside the form of the settings, but is kept by itself: Enter must not save those.
  const enter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
    event.preventDefault()
    if (key !== undefined && !moved) void keep(key)
  }
  const wrong = typed !== '' && key === undefined
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in the field does what its button does
    <div className="analysis-key" onKeyDown={enter}>
      <TextRow
        label={t('analysisSet.keyFor', { host })}
        hint={t(`analysisSet.keyState.${state}`)}
        problem={
          wrong ? t('analysisSet.keyWrong') : moved && typed !== '' ? t('analysisSet.moved') : null
        }
        value={typed}
        secret
        wide
        onChange={(value) => {
          setTyped(value)
          setSaid('')
        }}
      />
      {failure === null ? null : (
        <p className="settings-failure" role="alert">
          {t(`failure.${failure.code}`)} <span className="muted">{failure.message}</span>
        </p>
      )}
      <div className="settings-save">
        <Button
          disabled={key === undefined || moved}
          onClick={() => (key === undefined ? undefined : void keep(key))}
        >
          {t('analysisSet.keep')}
        </Button>
        {state === 'absent' ? null : (
          <Button tone="plain" onClick={() => void keep('')}>
            {t('analysisSet.forget')}
          </Button>
        )}
        <span role="status" className="muted">
          {said}
        </span>
      </div>
    </div>
  )
}
