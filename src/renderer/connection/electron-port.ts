import { BRIDGE } from '../../shared/contract/channels.ts'
import type { Port } from '../../shared/rpc/port.ts'

/** What the preload puts on `window`: each call opens a port of its own to the engine. */
export interface Bridge {
  connect(): Port
}

/** The preload's bridge, if this page runs inside Electron. */
export function findBridge(host: object): Bridge | undefined {
  const candidate: unknown = Reflect.get(host, BRIDGE)
  return typeof candidate === 'object' && candidate !== null && 'connect' in candidate
    ? (candidate as Bridge)
    : undefined
}

export const electronPort = (bridge: Bridge): Port => bridge.connect()
