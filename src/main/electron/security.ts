import { app, type Session, shell } from 'electron'
import type { Logger } from '../ports.ts'
import { mayNavigate, mayOpenOutside } from './link-policy.ts'

export interface PageLimits {
  /** The only origin that a window may show: `app://tapedeck`. */
  readonly origin: string
  /** Hosts whose https pages may be opened in the person's own browser. */
  readonly hosts: readonly string[]
  readonly logger: Logger
}

/** Limits every page that is ever created: no way out, no second window, no embedded page. */
export function limitPages({ origin, hosts, logger }: PageLimits): void {
  const openOutside = (url: string): void => {
    if (!mayOpenOutside(url, hosts)) {
      logger.warn('link-refused', { url: url.slice(0, 200) })
      return
    }
    shell.openExternal(url).catch((error: unknown) => {
      logger.warn('link-failed', { url, message: String(error) })
    })
  }
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (mayNavigate(event.url, origin)) return
      event.preventDefault()
      openOutside(event.url)
    })
    contents.on('will-redirect', (event) => {
      if (mayNavigate(event.url, origin)) return
      event.preventDefault()
      logger.warn('redirect-refused', { url: event.url.slice(0, 200) })
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      openOutside(url)
      return { action: 'deny' }
    })
  })
}

/** The page needs no camera, no place, no device, nothing: all of it is denied without asking. */
export function denyPermissions(session: Session, logger: Logger): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    logger.warn('permission-denied', { permission })
    answer(false)
  })
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
}
