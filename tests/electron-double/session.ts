import type { Session } from 'electron'
import { record } from './record.ts'
import { type Same, strict } from './strict.ts'

type RequestHandler = Parameters<Session['setPermissionRequestHandler']>[0]
type CheckHandler = Parameters<Session['setPermissionCheckHandler']>[0]
type DeviceHandler = Parameters<Session['setDevicePermissionHandler']>[0]

/** What Electron does without handlers: it grants. */
export const handlers: {
  request: RequestHandler
  check: CheckHandler
  device: DeviceHandler
} = { request: null, check: null, device: null }

/** What the system's proxy settings say of every address; null: a PAC file that hangs. */
export const proxies: { answer: string | null } = { answer: 'DIRECT' }

const defaultSession = strict('session.defaultSession', {
  setPermissionRequestHandler: (handler: RequestHandler) => {
    handlers.request = handler
  },
  setPermissionCheckHandler: (handler: CheckHandler) => {
    handlers.check = handler
  },
  setDevicePermissionHandler: (handler: DeviceHandler) => {
    handlers.device = handler
  },
  resolveProxy: (url: string): Promise<string> => {
    // Chromium knows the way of pages; the double is as strict, so that a ws address is noticed.
    if (!/^https?:/.test(url)) throw new Error(`electron double: resolveProxy('${url}')`)
    record.proxiesAsked.push(url)
    return proxies.answer === null ? new Promise(() => {}) : Promise.resolve(proxies.answer)
  },
}) satisfies Same<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'resolveProxy'
>

export const session = strict('session', { defaultSession })

/** Would a page get this permission? Asks the app's handlers as Electron would. */
export function wouldGrant(permission: string): boolean {
  let granted = handlers.request === null
  handlers.request?.(null as never, permission as never, (value) => (granted = value), {} as never)
  const checked =
    handlers.check === null || handlers.check(null, permission as never, '', {} as never)
  const device = handlers.device === null || handlers.device({} as never)
  return granted || checked || device
}
