import type { Session } from 'electron'
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
}) satisfies Same<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
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
