import { type FocusEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertView } from '../../../shared/contract/alerts.ts'
import { useAct, useDesk, useNow } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { notify } from '../../state/notices.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Dot, type Tone } from '../../ui/mark.tsx'
import { Message } from '../../ui/message.tsx'

const TONES: Readonly<Record<AlertView['state'], Tone>> = {
  off: 'off',
  warming: 'busy',
  watching: 'calm',
  on: 'alarm',
  resting: 'warn',
}

export interface ListProps {
  readonly alerts: readonly AlertView[]
  /** What was edited last; null: a new one. */
  readonly left: AlertView | null | undefined
  readonly onEdit: (alert: AlertView | null) => void
}

/** All alerts, how each stands, and the switch that arms it. */
export function AlertList(props: ListProps) {
  const { box, onFocus } = useFocusAfterRemoval(props.alerts.length)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only remembers where the focus is
    <div className="alert-list" ref={box} onFocus={onFocus}>
      {props.alerts.length === 0 ? <None {...props} /> : <Rows {...props} />}
    </div>
  )
}

function None({ left, onEdit }: ListProps) {
  const { t } = useTranslation()
  return (
    <Message title={t('alerts.none')} why={t('alerts.noneWhy')}>
      <Button
        tone="primary"
        icon="plus"
        autoFocus={left !== undefined}
        onClick={() => onEdit(null)}
      >
        {t('alerts.new')}
      </Button>
    </Message>
  )
}

function Rows({ alerts, left, onEdit }: ListProps) {
  const { t } = useTranslation()
  return (
    <div className="alert-table">
      <table aria-label={t('alerts.list')}>
        <thead>
          <tr>
            <th scope="col">{t('alerts.armed')}</th>
            <th scope="col">{t('alerts.name')}</th>
            <th scope="col">{t('alerts.stateColumn')}</th>
            <th scope="col" className="num">
              {t('alerts.fired')}
            </th>
            <th scope="col" className="num">
              {t('alerts.lastFired')}
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <Row key={alert.id} alert={alert} left={left?.id === alert.id} onEdit={onEdit} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Whoever removes a row by keyboard goes on at the one that takes its place. */
function useFocusAfterRemoval(rows: number) {
  const box = useRef<HTMLDivElement>(null)
  const place = useRef(-1)
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever a row has gone
  useEffect(() => {
    if (place.current < 0 || document.activeElement !== document.body) return
    const buttons = box.current?.querySelectorAll<HTMLElement>('[data-remove], .message button')
    buttons?.[Math.min(place.current, buttons.length - 1)]?.focus()
  }, [rows])
  const onFocus = ({ target }: FocusEvent): void => {
    const row = target.closest('tbody tr')
    place.current = row === null ? -1 : [...(row.parentElement?.children ?? [])].indexOf(row)
  }
  return { box, onFocus }
}

interface RowProps {
  readonly alert: AlertView
  readonly left: boolean
  readonly onEdit: ListProps['onEdit']
}

function Row({ alert, left, onEdit }: RowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow()
  const { act, busy } = useAct()
  const remove = useRemove()
  const { id, name, expr, armed, state, severity, fired, lastFiredAt, unknown } = alert
  const why = t(`alerts.stateLong.${state}`, { unknown: unknown.join(', ') })
  return (
    <tr data-armed={armed}>
      <td>
        <button
          type="button"
          role="switch"
          className="switch"
          aria-checked={armed}
          aria-label={t('alerts.arm', { name })}
          disabled={busy}
          onClick={() => act('alerts.arm', { id, armed: !armed })}
        />
      </td>
      <th scope="row">
        <button
          type="button"
          className="link-button alert-name"
          aria-label={t('alerts.edit', { name })}
          // biome-ignore lint/a11y/noAutofocus: the reader was here before the form
          autoFocus={left}
          onClick={() => onEdit(alert)}
        >
          {name}
        </button>{' '}
        <span className="alert-severity" data-severity={severity}>
          {t(`alerts.severities.${severity}`)}
        </span>
        <code className="alert-expr">{expr}</code>
      </th>
      <td className="alert-state" title={why}>
        <Dot tone={TONES[state]} label={why} />{' '}
        <span aria-hidden="true">{t(`alerts.state.${state}`)}</span>
        {state === 'warming' ? <span className="alert-unknown muted">{why}</span> : null}
      </td>
      <td className="num" data-label={t('alerts.fired')}>
        {format.count(fired)}
      </td>
      <td className="num" data-label={t('alerts.lastFired')}>
        {lastFiredAt === null ? (
          <span className="muted">{t('alerts.never')}</span>
        ) : (
          <span title={format.age(now - lastFiredAt)}>{format.dateTime(lastFiredAt)}</span>
        )}
      </td>
      <td className="num">
        <IconButton
          icon="close"
          size="small"
          data-remove
          label={t('alerts.remove', { name })}
          onClick={() => void remove(alert)}
        />
      </td>
    </tr>
  )
}

/** Removes at once; the message that says so can undo it. */
function useRemove() {
  const { connection, notices } = useDesk()
  return async ({ id }: AlertView): Promise<void> => {
    const outcome = await connection.call('alerts.remove', { id })
    notify(
      notices,
      outcome.ok
        ? { kind: 'alertRemoved', alert: outcome.value }
        : { kind: 'failed', failure: outcome.failure },
    )
  }
}
