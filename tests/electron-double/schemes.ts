import type { CustomScheme, Protocol } from 'electron'
import { type Same, strict } from './strict.ts'

type Handler = (request: Request) => Response | Promise<Response>

const handlers = new Map<string, Handler>()
const privileged = new Set<string>()
let ready = false

export const schemesAreReady = (): void => {
  ready = true
}

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes: CustomScheme[]) => {
    if (ready) throw new Error('registerSchemesAsPrivileged must be called before app is ready')
    for (const { scheme, privileges } of schemes)
      if (privileges?.standard === true && privileges.secure === true) privileged.add(scheme)
  },
  handle: (scheme: string, handler: Handler) => {
    if (!ready) throw new Error('protocol.handle must be called after app is ready')
    if (handlers.has(scheme)) throw new Error(`The scheme ${scheme} is already handled`)
    handlers.set(scheme, handler)
  },
  isProtocolHandled: (scheme: string) => handlers.has(scheme),
}) satisfies Same<Protocol, 'registerSchemesAsPrivileged' | 'handle' | 'isProtocolHandled'>

/** Chromium knows no schemes of ours: `app://tapedeck/x` is `https://tapedeck.app.test/x` there. */
export function toWeb(address: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/]+)(.*)$/.exec(address)
  if (match === null || !privileged.has(match[1] ?? '')) return address
  return `https://${match[2]}.${match[1]}.test${match[3] || '/'}`
}

export function fromWeb(address: string): string {
  const match = /^https:\/\/([^/]+)\.([a-z]+)\.test(\/.*)?$/.exec(address)
  if (match === null || !privileged.has(match[2] ?? '')) return address
  return `${match[2]}://${match[1]}${match[3] ?? '/'}`
}

/** The app's own answer to a request, or undefined when no handler serves its scheme. */
export async function answer(address: string, method: string): Promise<Response | undefined> {
  const handler = handlers.get(address.slice(0, address.indexOf(':')))
  return handler?.(new Request(address, { method }))
}
