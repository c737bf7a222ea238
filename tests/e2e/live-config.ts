import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { venues } from '../../src/main/venues/index.ts'

/**
 * A configuration in which every live venue is at a port of this machine where nobody listens, so
 * that no test reaches a real venue, wherever it runs. The demo tape is not touched by it.
 */
export function writeLiveConfig(folder: string): string {
  const address = { ws: 'ws://127.0.0.1:9/ws', rest: 'http://127.0.0.1:9' }
  return write(folder, Object.fromEntries(venues.map(({ id }) => [id, address])))
}

/** A configuration in which some live venues are simulated ones; there are no others. */
export function writeSimulatedConfig(
  folder: string,
  simulated: readonly { readonly venue: string; readonly ws: string; readonly rest: string }[],
): string {
  const off = Object.fromEntries(venues.map(({ id }) => [id, { enabled: false }]))
  const on = Object.fromEntries(simulated.map(({ venue, ws, rest }) => [venue, { ws, rest }]))
  return write(folder, { ...off, ...on })
}

function write(folder: string, addresses: Readonly<Record<string, object>>): string {
  const path = join(folder, 'config.json')
  writeFileSync(path, JSON.stringify({ venues: addresses }))
  return path
}
