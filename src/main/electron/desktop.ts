import { join } from 'node:path'
import { app, Menu, Notification, nativeImage, Tray } from 'electron'
import type { Logger } from '../ports.ts'
import type { Desktop } from './background.ts'

/** Notifications are kept until they are clicked or gone, else the click is lost with the garbage. */
const KEPT = 100

/** The system's tray, notifications and badge. `icons`: absolute folder of the tray's images. */
export function systemDesktop(icons: string, open: () => void, logger: Logger): Desktop {
  const kept = new Set<Notification>()
  const tray = createTray(icons, open, logger)
  return {
    notify: ({ title, body, silent, critical }, clicked) => {
      if (!Notification.isSupported()) throw new Error('this desktop shows no notifications')
      const notification = new Notification({
        ...{ title, body, silent },
        ...(critical && { urgency: 'critical' as const, timeoutType: 'never' as const }),
      })
      const forget = (): void => void kept.delete(notification)
      notification.on('click', () => {
        forget()
        clicked()
      })
      notification.on('close', forget)
      kept.add(notification)
      const [oldest] = kept
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
      notification.show()
    },
    tray: (tip, menu) => {
      tray?.setToolTip(tip)
      tray?.setContextMenu(Menu.buildFromTemplate(menu))
    },
    badge: (count) => void app.setBadgeCount(count),
  }
}

/** A desktop without a tray is no reason not to record. */
function createTray(icons: string, open: () => void, logger: Logger): Tray | undefined {
  const file = { darwin: 'trayTemplate.png', win32: 'tray.ico' } as Record<string, string>
  try {
    const image = nativeImage.createFromPath(join(icons, file[process.platform] ?? 'tray.png'))
    const tray = new Tray(image)
    tray.on('click', open)
    return tray
  } catch (error) {
    logger.warn('no-tray', { message: String(error) })
    return undefined
  }
}
