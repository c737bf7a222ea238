import { protocol } from 'electron'
import type { Logger } from '../ports.ts'
import { appResponse } from './app-response.ts'
import { APP_SCHEME } from './asset-path.ts'

/** Gives the app's scheme an origin and a secure context. Before the app is ready, once. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ])
}

/** Serves the built page in `root` at `app://tapedeck/`. After the app is ready, once. */
export function serveApp(root: string, logger: Logger): void {
  protocol.handle(APP_SCHEME, async (request) => {
    const response = await appResponse(root, request)
    if (response.status !== 200)
      logger.warn('page-file-refused', { url: request.url, status: response.status })
    return response
  })
}
