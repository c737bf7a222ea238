import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { epochMs } from '../../../shared/domain/time.ts'
import { useDesk } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { notify } from '../../state/notices.ts'
import { around, MINUTE } from '../../state/span.ts'
import { placeIn } from './address.ts'
import { isForDesktop } from './model.ts'

/**
 * Tells of firings wherever the reader is: in a message of the page, and in a browser by its own
 * notifications. A desktop shell notifies from its own process.
 */
export function AlertNews() {
  const { t } = useTranslation()
  const format = useFormat()
  const { connection, notices, notifier, session, showHistory, select, go } = useDesk()
  useEffect(
    () =>
      connection.subscribe('alerts.fired', {}, (events) => {
        for (const event of events) {
          notify(notices, { kind: 'alertFired', event })
          if (session.getState().info?.shell !== 'browser' || !isForDesktop(event)) continue
          const { at, market, late } = event
          const price = format.figure(event.price)
          const body =
            late === null
              ? t('alerts.firedToast', { name: event.expr, market, price })
              : t('alerts.firedLate', {
                  name: event.expr,
                  at: format.dateTime(at),
                  price,
                  cause: t(`alertLog.cause.${late.cause}`),
                })
          notifier.show({
            title: event.name,
            body,
            // Another firing of the same alert takes the place of the one before.
            tag: event.alert,
            onClick: () => showHistory(market, around(at, 10 * MINUTE), event.time),
          })
        }
      }),
    [connection, notices, notifier, session, showHistory, t, format],
  )
  useEffect(() => {
    const show = (): void => {
      const place = placeIn(window.location.hash)
      if (place === null) return
      // The same address is to lead here again.
      window.history.replaceState(null, '', window.location.pathname + window.location.search)
      const { market, at } = place
      if (at !== null) showHistory(market, around(at, 10 * MINUTE), epochMs(at))
      else {
        select(market)
        go('chart')
      }
    }
    show()
    window.addEventListener('hashchange', show)
    return () => window.removeEventListener('hashchange', show)
  }, [showHistory, select, go])
  return null
}
