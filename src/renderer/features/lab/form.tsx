import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LabStatus } from '../../../shared/contract/status.ts'
import { useAct, useDesk, useSession, useView } from '../../binding/desk.ts'
import { Button } from '../../ui/button.tsx'
import {
  type Choice,
  FIRST_CHOICE,
  INTERVALS,
  isRelay,
  isRunning,
  pauseText,
  waysOf,
} from './model.ts'

/** What is to be compared, and the button that starts it. */
export function LabForm({ lab }: { readonly lab: LabStatus | null }) {
  const { t } = useTranslation()
  const { select } = useDesk()
  const { act, busy } = useAct()
  const [choice, setChoice] = useState<Choice>(FIRST_CHOICE)
  const summaries = useSession((session) => session.summaries) ?? []
  const market = useView()?.market
  const id = useId()
  const running = isRunning(lab)
  const ways = waysOf(choice)
  const good = market !== undefined && ways.length > 0 && isRelay(choice.relay)
  return (
    <form
      className="lab-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (running) act('lab.stop', {})
        else if (good) act('lab.start', { market, ways })
      }}
    >
      <label className="lab-field" htmlFor={`${id}-market`}>
        <span>{t('lab.market')}</span>
        <select
          className="select"
          id={`${id}-market`}
          value={market ?? ''}
          disabled={running}
          onChange={(event) => {
            const found = summaries.find((each) => each.market === event.target.value)
            if (found !== undefined) select(found.market)
          }}
        >
          {summaries.map((each) => (
            <option key={each.market} value={each.market}>
              {each.market}
            </option>
          ))}
        </select>
      </label>
      <Ways choice={choice} disabled={running} onChange={setChoice} />
      <Relay choice={choice} disabled={running} onChange={setChoice} />
      <div className="lab-go">
        <Button
          type="submit"
          tone={running ? 'normal' : 'primary'}
          disabled={busy || (!running && !good)}
        >
          {running ? t('lab.stop') : lab?.state === 'stopped' ? t('lab.again') : t('lab.start')}
        </Button>
        {running || good ? null : <span className="muted">{t('lab.needTwo')}</span>}
      </div>
    </form>
  )
}

interface PartProps {
  readonly choice: Choice
  readonly disabled: boolean
  readonly onChange: (choice: Choice) => void
}

function Ways({ choice, disabled, onChange }: PartProps) {
  const { t } = useTranslation()
  const toggle = (ms: number): void => {
    const rest = choice.rest.includes(ms)
      ? choice.rest.filter((each) => each !== ms)
      : [...choice.rest, ms]
    onChange({ ...choice, rest })
  }
  return (
    <fieldset className="lab-field lab-ways" disabled={disabled}>
      <legend>{t('lab.ways')}</legend>
      <label>
        <input
          type="checkbox"
          checked={choice.webSocket}
          onChange={() => onChange({ ...choice, webSocket: !choice.webSocket })}
        />
        {t('lab.websocket')}
      </label>
      <span className="muted">{t('lab.rest')}</span>
      {INTERVALS.map((ms) => (
        <label key={ms}>
          <input type="checkbox" checked={choice.rest.includes(ms)} onChange={() => toggle(ms)} />
          {pauseText(ms)}
        </label>
      ))}
    </fieldset>
  )
}

function Relay({ choice, disabled, onChange }: PartProps) {
  const { t } = useTranslation()
  const id = useId()
  const wrong = !isRelay(choice.relay)
  return (
    <label className="lab-field lab-relay" htmlFor={id}>
      <span>{t('lab.relay')}</span>
      <input
        id={id}
        type="text"
        className="field"
        value={choice.relay}
        disabled={disabled}
        placeholder={t('lab.relayHint')}
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-wrong` : undefined}
        spellCheck={false}
        onChange={(event) => onChange({ ...choice, relay: event.target.value })}
      />
      {wrong ? (
        <span className="lab-wrong" id={`${id}-wrong`}>
          {t('lab.relayWrong')}
        </span>
      ) : null}
    </label>
  )
}
