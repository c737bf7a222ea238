import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

// Libraries that are compared with and are too large to be installed for everybody.
const FOLDER = new URL('../../../../.cache/bench-peers/', import.meta.url)

export const PEERS = { ccxt: '4.5.84', 'tardis-dev': '13.35.3' } as const
export type Peer = keyof typeof PEERS

export const INSTALL = `npm install --prefix .cache/bench-peers --ignore-scripts ${Object.entries(
  PEERS,
)
  .map(([name, version]) => `${name}@${version}`)
  .join(' ')}`

/** Its entry file: beside the project's own packages, or in `.cache/bench-peers`; null: not installed. */
export function find(peer: Peer): string | null {
  for (const from of [import.meta.url, new URL('x.js', FOLDER).href])
    try {
      return createRequire(from).resolve(peer)
    } catch {
      // not here
    }
  return null
}

/** Loads it. Throws when it is not installed. */
export function load<T>(peer: Peer): T {
  const path = find(peer)
  if (path === null) throw new Error(`${peer} is not installed: ${INSTALL}`)
  return createRequire(fileURLToPath(import.meta.url))(path) as T
}
