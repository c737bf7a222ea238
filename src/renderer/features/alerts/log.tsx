import { useCallback, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertEvent, AlertView, Delivery } from '../../../shared/contract/alerts.ts'
import type { AlertId } from '../../../shared/domain/alert.ts'
import type { Failure } from '../../../shared/domain/outcome.ts'
import { useDesk, useSession } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { around, MINUTE } from '../../state/span.ts'
import { Button } from '../../ui/button.tsx'
import { Badge } from '../../ui/mark.tsx'
import { Message } from '../../ui/message.tsx'
import { mergedLog } from './model.ts'

const PAGE = 50

/** Everything that fired, newest first: when, at what, why, and what became of it. */
export function AlertLog({ alerts }: { readonly alerts: readonly AlertView[] }) {
  const { t } = useTranslation()
  const [alert, setAlert] = useState<AlertId | null>(null)
  const { events, failure, more, older, again } = useLog(alert)
  const id = useId()
  return (
    <div className="alert-log">
      <label className="alert-which" htmlFor={id}>
        <span className="muted">{t('alertLog.which')}</span>
        <select
          className="select"
          id={id}
          value={alert ?? ''}
          onChange={(event) =>
            setAlert(alerts.find((each) => each.id === event.target.value)?.id ?? null)
          }
        >
          <option value="">{t('alertLog.all')}</option>
          {alerts.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      {failure !== null ? (
        <Message tone="alarm" title={t('alertLog.failed')} why={t(`failure.${failure.code}`)}>
          <Button icon="refresh" onClick={again}>
            {t('app.retry')}
          </Button>
        </Message>
      ) : null}
      {events === null ? (
        failure === null ? (
          <Message busy title={t('alertLog.loading')} />
        ) : null
      ) : events.length === 0 ? (
        <Message title={t('alertLog.empty')} why={t('alertLog.emptyWhy')} />
      ) : (
        <Table events={events} />
      )}
      {more ? <Button onClick={older}>{t('alertLog.more')}</Button> : null}
    </div>
  )
}

/** Pages of the log; the newest is read again whenever the engine says something new of the alerts. */
function useLog(alert: AlertId | null) {
  const { connection } = useDesk()
  const state = useSession((session) => session.alerts)
  const phase = useSession((session) => session.connection.phase)
  const [events, setEvents] = useState<readonly AlertEvent[] | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [more, setMore] = useState(false)
  const shown = useRef<AlertId | null>(alert)
  const read = useCallback(
    async (before: number | null): Promise<void> => {
      const only = alert === null ? {} : { alert }
      const from = before === null ? {} : { before }
      const outcome = await connection.call('alerts.log', { limit: PAGE, ...only, ...from })
      if (shown.current !== alert) return
      setFailure(outcome.ok ? null : outcome.failure)
      if (!outcome.ok) return
      setEvents((known) => mergedLog(known ?? [], outcome.value))
      setMore((known) => (before === null && known ? known : outcome.value.length === PAGE))
    },
    [connection, alert],
  )
  useEffect(() => {
    shown.current = alert
    setEvents(null)
    setMore(false)
  }, [alert])
  // Each state of the alerts may mean a new firing, or another outcome of its delivery.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (phase === 'connected') void read(null)
  }, [read, state, phase])
  const unseen = state?.unseen ?? 0
  useEffect(() => {
    if (unseen > 0) void connection.call('alerts.seen', {})
  }, [connection, unseen])
  return {
    events,
    failure,
    more,
    older: () => void read(events?.at(-1)?.id ?? null),
    again: () => void read(null),
  }
}

function Table({ events }: { readonly events: readonly AlertEvent[] }) {
  const { t } = useTranslation()
  return (
    <div className="alert-table">
      <table aria-label={t('alerts.log')}>
        <thead>
          <tr>
            <th scope="col">{t('alertLog.time')}</th>
            <th scope="col">{t('alertLog.alert')}</th>
            <th scope="col" className="num">
              {t('alertLog.price')}
            </th>
            <th scope="col">{t('alertLog.values')}</th>
            <th scope="col">{t('alertLog.delivered')}</th>
            <th scope="col" className="num">
              {t('alertLog.notified')}
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Entry key={event.id} event={event} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Entry({ event }: { readonly event: AlertEvent }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { showHistory } = useDesk()
  const decimals = useSession(
    (session) => session.summaries?.find(({ market }) => market === event.market)?.priceDecimals,
  )
  const { at, name, market, price, values, late, expr, severity } = event
  const shown = {
    at: format.dateTime(at),
    price: decimals === undefined ? format.figure(price) : format.fixed(price, decimals),
  }
  return (
    <tr data-late={late !== null}>
      <td>
        <button
          type="button"
          className="link-button"
          aria-label={t('alertLog.show', { name, at: shown.at })}
          onClick={() => showHistory(market, around(at, 10 * MINUTE), event.time)}
        >
          {shown.at}
        </button>
        {late === null ? null : (
          <>
            {' '}
            <Badge tone="warn">{t('alertLog.late')}</Badge>
          </>
        )}
      </td>
      <th scope="row">
        {name}{' '}
        <span className="alert-severity" data-severity={severity}>
          {t(`alerts.severities.${severity}`)}
        </span>
        <code className="alert-expr">{expr}</code>
        {late === null ? null : (
          <span className="alert-late">
            {t('alertLog.lateWords', { ...shown, cause: t(`alertLog.cause.${late.cause}`) })}
            <span className="muted">
              {' '}
              {t('alertLog.learned', { at: format.dateTime(late.learnedAt) })}
            </span>
          </span>
        )}
      </th>
      <td className="num" data-label={t('alertLog.price')}>
        {shown.price}
        <span className="alert-market muted">{market}</span>
      </td>
      <td>
        <ul>
          {Object.entries(values).map(([figure, value]) => (
            <li key={figure}>
              <span className="muted">{figure}</span> <b>{format.figure(value)}</b>
            </li>
          ))}
        </ul>
      </td>
      <td>
        <ul>
          {event.deliveries.map((delivery) => (
            <DeliveryLine key={delivery.channel} delivery={delivery} />
          ))}
        </ul>
      </td>
      <td className="num" data-label={t('alertLog.notified')}>
        {event.notifiedMs !== null && event.notifiedMs >= MINUTE
          ? format.span(event.notifiedMs)
          : format.ms(event.notifiedMs)}
      </td>
    </tr>
  )
}

function DeliveryLine({ delivery }: { readonly delivery: Delivery }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { channel, state, attempts, at, reason } = delivery
  return (
    <li data-delivery={state} title={at === null ? undefined : format.dateTime(at)}>
      {t(`alertEdit.channel.${channel}`)}:{' '}
      {t(`alertLog.deliveryState.${state}`, { n: format.count(attempts) })}
      {reason === undefined ? null : (
        <span className="alert-reason" lang="en">
          {reason}
        </span>
      )}
    </li>
  )
}
