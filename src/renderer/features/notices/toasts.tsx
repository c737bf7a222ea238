import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { useDesk } from '../../binding/desk.ts'
import { useFormat } from '../../binding/format.ts'
import { dismiss, type Notices } from '../../state/notices.ts'
import { around, MINUTE } from '../../state/span.ts'
import { type ToastItem, Toasts } from '../../ui/toasts.tsx'

type OneNotice = Notices['list'][number]

/** Short messages: what was added or removed (with undo), what did not work. */
export function NoticeToasts() {
  const { t } = useTranslation()
  const desk = useDesk()
  const list = useStore(desk.notices, (notices) => notices.list)
  const format = useFormat()
  const toItem = (notice: OneNotice): ToastItem => {
    const key = notice.serial
    switch (notice.kind) {
      case 'added':
        return { key, tone: 'calm', text: t('watchlist.added', { market: notice.market }) }
      case 'failed': {
        const { code, message } = notice.failure
        return { key, tone: 'alarm', text: `${t(`failure.${code}`)} ${message}` }
      }
      case 'alertFired': {
        const { name, market, price, at, time, late } = notice.event
        const words = { name, market, price: format.figure(price), at: format.dateTime(at) }
        const text =
          late === null
            ? t('alerts.firedToast', words)
            : t('alerts.firedLate', { ...words, cause: t(`alertLog.cause.${late.cause}`) })
        const run = (): void => desk.showHistory(market, around(at, 10 * MINUTE), time)
        return { key, tone: 'calm', text, action: { text: t('history.show'), run } }
      }
      case 'alertRemoved': {
        const { alert } = notice
        const run = (): void => void desk.restoreAlert(alert)
        const text = t('alerts.removed', { name: alert.name })
        return { key, tone: 'calm', text, action: { text: t('alerts.undo'), run } }
      }
      case 'exported': {
        const { failure, trades } = notice.run
        const done = t('export.toast', { trades: format.count(trades) })
        const run = (): void => desk.place.setState({ dialog: 'export' })
        const action = { text: t('history.show'), run }
        return failure === null
          ? { key, tone: 'calm', text: done, action }
          : { key, tone: 'alarm', text: t('export.toastFailed'), action }
      }
      case 'removed': {
        const run = (): void => void desk.watch(notice.market)
        const text = t('watchlist.removed', { market: notice.market })
        return { key, tone: 'calm', text, action: { text: t('watchlist.undo'), run } }
      }
    }
  }
  return (
    <Toasts
      items={list.map(toItem)}
      label={t('status.title')}
      closeLabel={t('app.close')}
      onGone={(serial) => dismiss(desk.notices, serial)}
    />
  )
}
