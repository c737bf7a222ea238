import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { useDesk } from '../../binding/desk.ts'
import { dismiss, type Notices } from '../../state/notices.ts'
import { type ToastItem, Toasts } from '../../ui/toasts.tsx'

type OneNotice = Notices['list'][number]

/** Short messages: what was added or removed (with undo), what did not work. */
export function NoticeToasts() {
  const { t } = useTranslation()
  const desk = useDesk()
  const list = useStore(desk.notices, (notices) => notices.list)
  const toItem = (notice: OneNotice): ToastItem => {
    const key = notice.serial
    switch (notice.kind) {
      case 'added':
        return { key, tone: 'calm', text: t('watchlist.added', { market: notice.market }) }
      case 'failed': {
        const { code, message } = notice.failure
        return { key, tone: 'alarm', text: `${t(`failure.${code}`)} ${message}` }
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
