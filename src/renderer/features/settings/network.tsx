import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../shared/contract/status.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk } from '../../binding/desk.ts'
import { Button } from '../../ui/button.tsx'
import { Message } from '../../ui/message.tsx'
import {
  attempts,
  changedNetwork,
  LIMITS,
  type NetworkDraft,
  toNetworkDraft,
  typedPasswords,
  wholeIn,
} from './network-model.ts'
import { ProxyFields } from './proxy-fields.tsx'
import { TextRow } from './text-row.tsx'
import { VenueWay } from './venue-way.tsx'

/** How the venues are reached: kept by the engine, saved on purpose. */
export function Network() {
  const { t } = useTranslation()
  const { connection } = useDesk()
  const [saved, setSaved] = useState<NetworkDraft | null>(null)
  const [draft, setDraft] = useState<NetworkDraft | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [said, setSaid] = useState('')
  const take = (settings: Settings): void => {
    setSaved(toNetworkDraft(settings))
    setDraft(toNetworkDraft(settings))
  }
  const patch = saved === null || draft === null ? undefined : changedNetwork(saved, draft)
  const restarts = patch?.proxy !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: `take` only sets state
  useEffect(() => {
    const abort = new AbortController()
    void connection.call('settings.get', {}, abort.signal).then((outcome) => {
      if (abort.signal.aborted) return
      if (outcome.ok) take(outcome.value)
      else setFailure(outcome.failure)
    })
    return () => abort.abort()
  }, [connection])
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (draft === null || patch === undefined) return
    let kept: boolean | null = null
    for (const typed of typedPasswords(draft)) {
      const outcome = await connection.call('network.password', typed)
      if (!outcome.ok) return setFailure(outcome.failure)
      kept = outcome.value.kept && kept !== false
    }
    const outcome = await connection.call('settings.set', patch)
    setFailure(outcome.ok ? null : outcome.failure)
    if (!outcome.ok) return
    take(outcome.value)
    const password = kept === null ? '' : t(kept ? 'network.kept' : 'network.notKept')
    setSaid(`${t(restarts ? 'network.saved' : 'settings.saved')} ${password}`)
  }
  const change = (patch: Partial<NetworkDraft>): void => {
    if (draft !== null) setDraft({ ...draft, ...patch })
    setSaid('')
  }
  return (
    <section className="settings-part">
      <h3>{t('network.title')}</h3>
      {failure === null ? null : (
        <p className="settings-failure" role="alert">
          {t(`failure.${failure.code}`)} <span className="muted">{failure.message}</span>
        </p>
      )}
      {draft === null ? (
        failure === null && <Message busy title={t('settings.loading')} />
      ) : (
        <form onSubmit={(event) => void save(event)}>
          <ProxyFields
            label={t('network.proxy')}
            draft={draft.proxy}
            onChange={(proxy) => change({ proxy })}
          />
          <VenueWay draft={draft} onChange={(venues) => change({ venues })} />
          <Numbers draft={draft} onChange={change} />
          <div className="settings-save">
            <Button type="submit" tone="primary" disabled={patch === undefined}>
              {t(restarts ? 'network.save' : 'settings.save')}
            </Button>
            <span role="status" className="muted">
              {said}
            </span>
          </div>
        </form>
      )}
    </section>
  )
}

interface NumbersProps {
  readonly draft: NetworkDraft
  readonly onChange: (patch: Partial<NetworkDraft>) => void
}

function Numbers({ draft, onChange }: NumbersProps) {
  const { t } = useTranslation()
  const range = ([least, most]: readonly [number, number]): string =>
    t('network.range', { least, most })
  return (
    <>
      <TextRow
        label={t('network.attempts')}
        hint={t('network.attemptsHint')}
        problem={attempts(draft.maxAttempts) === undefined ? t('network.attemptsWrong') : null}
        value={draft.maxAttempts}
        onChange={(maxAttempts) => onChange({ maxAttempts })}
      />
      <TextRow
        label={t('network.poll')}
        hint={range(LIMITS.pollSeconds)}
        problem={
          wholeIn(draft.pollSeconds, LIMITS.pollSeconds) === undefined
            ? range(LIMITS.pollSeconds)
            : null
        }
        value={draft.pollSeconds}
        onChange={(pollSeconds) => onChange({ pollSeconds })}
      />
      <TextRow
        label={t('network.catchUp')}
        hint={range(LIMITS.catchUpHours)}
        problem={
          wholeIn(draft.catchUpHours, LIMITS.catchUpHours) === undefined
            ? range(LIMITS.catchUpHours)
            : null
        }
        value={draft.catchUpHours}
        onChange={(catchUpHours) => onChange({ catchUpHours })}
      />
    </>
  )
}
